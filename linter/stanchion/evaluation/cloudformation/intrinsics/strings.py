"""Text: Fn::Sub, Fn::Join, Fn::Split, Fn::Base64, and dynamic references in any string.

Sources: CloudFormation User Guide, pages "Fn::Sub", "Fn::Join", "Fn::Split", "Fn::Base64" and
"Get values stored in other services using dynamic references".
"""

from __future__ import annotations

from collections.abc import Sequence

from stanchion.evaluation.cloudformation.intrinsics.expression import Evaluation, Scope
from stanchion.evaluation.cloudformation.intrinsics.lifting import derived, lift, scalar_words, settled
from stanchion.evaluation.cloudformation.intrinsics.references import get_att, ref
from stanchion.evaluation.cloudformation.template.template import call_of, literal_text, shape_of, sub_pieces
from stanchion.evaluation.conditions import Undecided
from stanchion.evaluation.values import Known, ListValue, Reference, Unknown, Value, is_null, joined
from stanchion.syntax.document.nodes import Mapping, Node
from stanchion.syntax.document.nodes import Sequence as ListNode
from stanchion.syntax.source import Located, Use, used_at

#: How long a string may grow, in characters: a template itself may have no more (CloudFormation quotas).
MAX_TEXT = 1_048_576
#: How many parts a string that is only partly known may have, and how long the name is that stands for all of it.
MAX_PARTS = 1_000
MAX_NAME = 20_000

_RESOLVE = "{{resolve:"
_SERVICES = {
    "ssm": ("resolved from Parameter Store at deploy time", False),
    "ssm-secure": ("resolved from Parameter Store at deploy time", True),
    "secretsmanager": ("resolved from Secrets Manager at deploy time", True),
}


def concatenate(ev: Evaluation, values: Sequence[Value], origin: Located) -> Value:
    """Values one after another as one string; what is not known stays as parts of it."""
    return lift(values, lambda row: _assemble(ev, row, origin), origin)


def _assemble(ev: Evaluation, values: list[Value], origin: Located) -> Value:
    pieces: list[str | Unknown] = []
    for value in values:
        if isinstance(value, Known):
            pieces.append(scalar_words(value.value))
        elif isinstance(value, Unknown):
            if value.parts is not None and value.type == "string":
                pieces += [part if isinstance(part, Unknown) else _words(part) for part in value.parts]
            else:
                pieces.append(value)
        else:
            shape = "a list" if isinstance(value, ListValue) else "a mapping"
            return ev.broken(f"expected strings to put together, found {shape}", origin)
    length = sum(len(piece) for piece in pieces if isinstance(piece, str))
    if length > MAX_TEXT:
        return ev.bound(f"a string has more than {MAX_TEXT:,} characters", origin)
    merged = _merged(_with_dynamic(ev, _merged(pieces), origin))
    if len(merged) > max(MAX_PARTS, len(values)):
        return ev.bound(f"a string has more than {MAX_PARTS:,} unknown parts", origin)
    beyond = ev.spent(origin, max(0, len(merged) - len(values)), length)
    if beyond is not None:
        return beyond
    references = joined(value.references for value in values)
    sensitive = any(value.sensitive for value in values)
    if not merged:
        return Known("", origin, references, sensitive)
    if len(merged) > 1:
        return _partly_known(merged, origin, references, sensitive)
    only = merged[0]
    if isinstance(only, str):
        return Known(only, _used(values, origin), references, sensitive)
    return Unknown(
        only.reason,
        origin,
        joined((references, only.references)),
        sensitive or only.sensitive,
        only.variable,
        only.parts,
        only.type,
    )


def _used(values: list[Value], origin: Located) -> Located:
    """Where a text was written that is put together: elsewhere, where one piece of it alone comes from elsewhere."""
    places = {(w.source.path, w.start): w for v in values if isinstance(v.origin, Use) and (w := v.origin.written)}
    return used_at(origin, next(iter(places.values()))) if len(places) == 1 else origin


def _words(value: Value) -> str:
    return scalar_words(value.value) if isinstance(value, Known) else ""


def _merged(pieces: list[str | Unknown]) -> list[str | Unknown]:
    """The pieces with neighbouring text joined and empty text dropped."""
    merged: list[str | Unknown] = []
    text: list[str] = []
    for piece in pieces:
        if isinstance(piece, str):
            text.append(piece)
            continue
        if any(text):
            merged.append("".join(text))
        text = []
        merged.append(piece)
    if any(text):
        merged.append("".join(text))
    return merged


def _partly_known(
    pieces: list[str | Unknown], origin: Located, references: tuple[Reference, ...], sensitive: bool
) -> Unknown:
    holes = [piece for piece in pieces if isinstance(piece, Unknown)]
    reasons = list(dict.fromkeys(hole.reason for hole in holes))
    name = rendered(pieces)
    return Unknown(
        "; ".join(reasons[:3]) + ("; and more" if len(reasons) > 3 else ""),
        origin,
        joined((references, *(hole.references for hole in holes))),
        sensitive or any(hole.sensitive for hole in holes),
        Undecided(name) if name is not None else None,
        tuple(Known(piece, origin) if isinstance(piece, str) else piece for piece in pieces),
        "string",
    )


def rendered(pieces: Sequence[str | Unknown | Value]) -> str | None:
    """Pieces of a string as Fn::Sub would write them, `a-${B}`; None where an unknown has no name, or it gets long."""
    words: list[str] = []
    length = 0
    for piece in pieces:
        length += len(words[-1]) if words else 0
        if length > MAX_NAME:
            return None
        if isinstance(piece, str):
            words.append(piece)
        elif isinstance(piece, Known):
            words.append(scalar_words(piece.value))
        elif isinstance(piece, Unknown) and piece.variable is not None:
            name = piece.variable.name
            words.append(name if piece.parts is not None or name.startswith(_RESOLVE) else f"${{{name}}}")
        else:
            return None
    name = "".join(words)
    return name if len(name) <= MAX_NAME else None


# --- dynamic references ---------------------------------------------------------------------------------------------


def _with_dynamic(ev: Evaluation, pieces: list[str | Unknown], origin: Located) -> list[str | Unknown]:
    """The pieces with each `{{resolve:...}}` as one unknown, holes inside it included."""
    if not any(isinstance(piece, str) and _RESOLVE in piece for piece in pieces):
        return pieces
    out: list[str | Unknown] = []
    inside: list[str | Unknown] | None = None
    for piece in pieces:
        if isinstance(piece, Unknown):
            (out if inside is None else inside).append(piece)
            continue
        at = 0
        while at < len(piece):
            if inside is None:
                start = piece.find(_RESOLVE, at)
                out.append(piece[at : start if start >= 0 else len(piece)])
                if start < 0:
                    break
                inside, at = [], start
            end = piece.find("}}", at)
            inside.append(piece[at : end + 2 if end >= 0 else len(piece)])
            if end < 0:
                break
            out.append(_dynamic(ev, inside, origin))
            inside, at = None, end + 2
    return out + (inside or [])


def _dynamic(ev: Evaluation, pieces: list[str | Unknown], origin: Located) -> Unknown:
    """The unknown for one dynamic reference; its variable is named by the text of the reference."""
    first = pieces[0]
    service = first[len(_RESOLVE) :].split(":", 1)[0].rstrip("}") if isinstance(first, str) else ""
    known = _SERVICES.get(service)
    if known is None:
        ev.problem(f"{service!r} is not a service of dynamic references; the value is taken as unknown", origin)
    reason, sensitive = known or ("resolved at deploy time", False)
    text = rendered(pieces) or f"{_RESOLVE}{service}:...}}}}"
    references = joined(piece.references for piece in pieces if isinstance(piece, Unknown))
    return ev.undecided(reason, origin, text, references=references, sensitive=sensitive, kind="string")


# --- loop variables in plain text -----------------------------------------------------------------------------------


def plain_text(ev: Evaluation, text: str, scope: Scope, origin: Located) -> Value:
    """A plain string: loop variables replaced (`${X}` and `&{X}`), dynamic references made unknown."""
    if not scope.names or "{" not in text:
        return concatenate(ev, [Known(text, origin)], origin)
    pieces: list[Value] = []
    at = start = 0
    while True:
        start = text.find("{", start)
        if start < 0:
            break
        end = text.find("}", start)
        sign = text[start - 1] if start else ""
        value = scope.names.get(text[start + 1 : end].strip()) if end > 0 and sign in ("$", "&") else None
        start += 1
        if value is None:
            continue
        pieces.append(Known(text[at : start - 2], origin))
        pieces.append(_alphanumeric(value) if sign == "&" else value)
        at = start = end + 1
    if not pieces:
        return concatenate(ev, [Known(text, origin)], origin)
    return concatenate(ev, [*pieces, Known(text[at:], origin)], origin)


def _alphanumeric(value: Value) -> Value:
    """`&{X}` leaves out what may not stand in a logical id."""
    if isinstance(value, Known):
        return Known("".join(c for c in scalar_words(value.value) if c.isascii() and c.isalnum()), value.origin)
    return value


def key_text(ev: Evaluation, key: str, scope: Scope, origin: Located) -> str:
    """A key in a loop; where the loop's values are not known it keeps their names (`Topic${Name}`)."""
    value = plain_text(ev, key, scope, origin)
    if isinstance(value, Known):
        return scalar_words(value.value)
    return rendered([value]) or key


# --- the functions --------------------------------------------------------------------------------------------------


def fn_sub(ev: Evaluation, argument: Node, scope: Scope, origin: Node) -> Value:
    """Fn::Sub, as a string or as [string, {variables}]."""
    variables: dict[str, Value] = {}
    text_node = argument
    if isinstance(argument, ListNode) and argument.tag is None:
        items = ev.arguments("Fn::Sub", argument, 2, 2)
        if items is None:
            return ev.undecided("Fn::Sub is malformed", origin)
        text_node, map_node = items
        if not isinstance(map_node, Mapping) or call_of(map_node) is not None:
            return ev.broken(f"expected the variables of Fn::Sub as a mapping, found {shape_of(map_node)}", map_node)
        for key, entry in map_node.entries.items():
            variables[key] = ev.value(entry.value, scope)
    text = literal_text(text_node)
    if text is None:
        return ev.broken(f"expected Fn::Sub to have a string, found {shape_of(text_node)}", text_node)
    pieces = [
        Known(piece, origin) if not hole else _sub_variable(ev, piece, variables, scope, origin)
        for hole, piece in sub_pieces(text)
    ]
    return concatenate(ev, pieces, origin)


def _sub_variable(ev: Evaluation, name: str, variables: dict[str, Value], scope: Scope, origin: Node) -> Value:
    value = variables.get(name)
    if value is not None:
        if is_null(value):
            return ev.broken(f"the variable {name} of Fn::Sub has no value", origin)
        return value
    if name in scope.names:
        return scope.names[name]
    if not name or not all(c.isalnum() or c in "_.:" for c in name):
        message = (
            f"${{{name}}} in Fn::Sub is no name of a variable (write ${{!{name}}} for the text); it was left as text"
        )
        ev.problem(message, origin)
        return Known(f"${{{name}}}", origin)
    if "." in name:
        target, _, attribute = name.partition(".")
        return get_att(ev, target, attribute, origin)
    return ref(ev, name, scope, origin)


def fn_join(ev: Evaluation, argument: Node, scope: Scope, origin: Node) -> Value:
    """Fn::Join [delimiter, list]."""
    items = ev.arguments("Fn::Join", argument, 2, 2)
    if items is None:
        return ev.undecided("Fn::Join is malformed", origin)

    def joined_with(row: list[Value]) -> Value:
        delimiter, values = row
        if not isinstance(delimiter, Known):
            return ev.broken("expected the delimiter of Fn::Join as a string", origin)
        if isinstance(values, Unknown):
            what = f"Fn::Join {scalar_words(delimiter.value)!r} of"
            return derived(values, what, origin, "string")
        if not isinstance(values, ListValue):
            return ev.broken("expected Fn::Join to have a list to join", origin)
        between = Known(scalar_words(delimiter.value), origin)
        spaced: list[Value] = []
        for item in values.items:
            spaced += (item,) if not spaced else (between, item)
        return concatenate(ev, spaced, origin)

    return lift([ev.value(items[0], scope), settled(ev.value(items[1], scope))], joined_with, origin)


def fn_split(ev: Evaluation, argument: Node, scope: Scope, origin: Node) -> Value:
    """Fn::Split [delimiter, string]."""
    items = ev.arguments("Fn::Split", argument, 2, 2)
    if items is None:
        return ev.undecided("Fn::Split is malformed", origin)

    def split(row: list[Value]) -> Value:
        delimiter, value = row
        if not isinstance(delimiter, Known) or delimiter.value in (None, ""):
            return ev.broken("expected the delimiter of Fn::Split as a string that is not empty", origin)
        separator = scalar_words(delimiter.value)
        if isinstance(value, Known):
            words = scalar_words(value.value).split(separator)
            beyond = ev.spent(origin, len(words))
            if beyond is not None:
                return beyond
            pieces = tuple(Known(word, origin, value.references, value.sensitive) for word in words)
            return ListValue(pieces, origin, value.references, value.sensitive)
        if isinstance(value, Unknown):
            return derived(value, f"Fn::Split {separator!r} of", origin, "list")
        return ev.broken("expected Fn::Split to have a string to split", origin)

    return lift([ev.value(items[0], scope), ev.value(items[1], scope)], split, origin)


def fn_base64(ev: Evaluation, argument: Node, scope: Scope, origin: Node) -> Value:
    """Fn::Base64. Of a text that is only partly known, the `parts` are those of the text before it is encoded."""

    def encode(row: list[Value]) -> Value:
        value = row[0]
        if isinstance(value, Known):
            from base64 import b64encode

            encoded = b64encode(scalar_words(value.value).encode("utf-8", "surrogatepass")).decode("ascii")
            beyond = ev.spent(origin, text=len(encoded))
            if beyond is not None:
                return beyond
            return Known(encoded, origin, value.references, value.sensitive)
        if isinstance(value, Unknown):
            result = derived(value, "Fn::Base64 of", origin, None)
            result.parts = value.parts
            return result
        return ev.broken("expected Fn::Base64 to have a string", origin)

    return lift([ev.value(argument, scope)], encode, origin)
