"""Transforms inside a template: AWS::Include of a local file is read, other macros are reported as not seen.

Source: CloudFormation User Guide, "Fn::Transform" and "AWS::Include transform".
"""

from __future__ import annotations

from stanchion.evaluation.cloudformation.intrinsics.expression import MAX_INCLUDES, OUTSIDE, Evaluation, Scope
from stanchion.evaluation.cloudformation.intrinsics.lifting import scalar_words
from stanchion.evaluation.cloudformation.template.reading import local_path, read_document
from stanchion.evaluation.cloudformation.template.template import INCLUDE, TRANSFORM, literal_text
from stanchion.evaluation.values import Known, MapValue, Unknown, Value
from stanchion.syntax.document.nodes import Entry, Mapping, Node


def included(ev: Evaluation, argument: Node, scope: Scope) -> Node | None:
    """The document that an AWS::Include names; None, and an entry in `unseen`, where it is not at hand."""
    name = literal_text(argument.get("Name")) if isinstance(argument, Mapping) else None
    if name != INCLUDE or not isinstance(argument, Mapping):
        ev.unseen.append((f"macro {name}" if name else "a macro without a name", argument))
        return None
    parameters = argument.get("Parameters")
    location = parameters.get("Location") if isinstance(parameters, Mapping) else None
    if location is None:
        ev.problem("expected AWS::Include to have a Location among its Parameters; it was left out", argument)
        return None
    value = ev.value(location, scope)
    path = local_path(ev.where.path, scalar_words(value.value)) if isinstance(value, Known) else None
    if path is None or not ev.where.documents.exists(path):
        ev.unseen.append((f"include {scalar_words(value.value) if isinstance(value, Known) else ''}".strip(), location))
        return None
    ev.ledger.includes -= 1
    if ev.ledger.includes < 0:
        ev.bound(f"the unit has more than {MAX_INCLUDES} includes", location)
        return None
    node = read_document(ev.where.documents, path, ev.problems)
    ev.ledger.files[ev.where.documents.shown(path)] = None
    return node


def spread(ev: Evaluation, section: str) -> None:
    """Read the include that stands among the entries of a section."""
    entry = ev.template.section(section).get(TRANSFORM)
    if entry is not None:
        ev.template.spread(section, included(ev, entry.value, OUTSIDE))


def fn_transform(ev: Evaluation, argument: Node, scope: Scope, origin: Node) -> Value:
    """Fn::Transform as a whole value."""
    node = included(ev, argument, scope)
    return ev.value(node, scope) if node is not None else _unseen(ev, argument, origin)


def transform_entries(ev: Evaluation, entry: Entry, scope: Scope, into: MapValue) -> None:
    """Fn::Transform among other entries: what it gives is added to them."""
    node = included(ev, entry.value, scope)
    value = ev.value(node, scope) if node is not None else _unseen(ev, entry.value, entry.key)
    if isinstance(value, MapValue):
        for key, item in value.entries.items():
            into.entries.setdefault(key, item)
            if into.places is not None and value.places is not None and key in value.places:
                into.places.setdefault(key, value.places[key])
        into.rest = into.rest or value.rest
    else:
        into.rest = value if isinstance(value, Unknown) else Unknown("a transform may add to it", entry)


def _unseen(ev: Evaluation, argument: Node, place: Node) -> Unknown:
    name = literal_text(argument.get("Name")) if isinstance(argument, Mapping) else None
    return ev.undecided(f"the transform {name or ''} is not seen here".replace("  ", " "), place)
