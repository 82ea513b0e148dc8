"""Evaluating the nodes of one template: scalars, lists, mappings, and calls of functions.

The functions themselves are given as a table (see `functions`), so that each group of them is a module of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping as Map
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from stanchion.evaluation.cloudformation.intrinsics.comparisons import Comparisons
from stanchion.evaluation.cloudformation.template.template import (
    FOR_EACH,
    TRANSFORM,
    Template,
    TemplateOptions,
    call_of,
    shape_of,
    untagged,
)
from stanchion.evaluation.conditions import Condition, Is, Undecided
from stanchion.evaluation.values import (
    Known,
    ListValue,
    MapValue,
    Reference,
    Unknown,
    Value,
    is_null,
)
from stanchion.syntax.document.nodes import Entry, Mapping, Node, Scalar, Sequence
from stanchion.syntax.source import Located, Problem

if TYPE_CHECKING:
    from stanchion.evaluation.cloudformation.stack.nested import Child
    from stanchion.evaluation.cloudformation.template.reading import Documents
    from stanchion.evaluation.declarations import Call

#: How deep values may nest. Three interpreter frames a level at the most, which stays below Python's own bound.
MAX_DEPTH = 200
#: How many nodes one unit may evaluate, aliases and loops expanded.
MAX_NODES = 250_000
TOO_MANY_NODES = f"the unit has more than {MAX_NODES} nodes after expansion"
#: How many characters all strings that one unit puts together may have.
MAX_TEXTS = 20_000_000
#: How many iterations all loops of one unit may have.
MAX_ITERATIONS = 10_000
#: How many nested stacks one unit may have, and how deep.
MAX_STACKS = 200
MAX_STACK_DEPTH = 10
#: How many times one unit may include other files; an include of itself ends here.
MAX_INCLUDES = 50


@dataclass(slots=True, eq=False)
class Ledger:
    """What one unit has left of its bounds, and which files it has read; shared by its nested stacks."""

    nodes: int = MAX_NODES
    texts: int = MAX_TEXTS
    iterations: int = MAX_ITERATIONS
    stacks: int = MAX_STACKS
    includes: int = MAX_INCLUDES
    reported: set[str] = field(default_factory=set)
    files: dict[str, None] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Scope:
    """Where an expression stands: the loop variables around it, and the condition under which it is read at all."""

    names: Map[str, Value] = field(default_factory=dict)
    path: Condition = True


OUTSIDE = Scope()


@dataclass(slots=True, eq=False)
class Site:
    """A logical id after loops are expanded: where it is written, in which scope, and when its iteration exists."""

    name: str
    entry: Entry
    scope: Scope
    exists: Condition = True


@dataclass(slots=True, eq=False)
class Whereabouts:
    """Where a template stands: read through what, called from where, and so named how.

    `prefix` goes before logical ids in addresses: "" for a root template, `Network/` inside the nested stack Network.
    """

    documents: Documents
    path: Path
    prefix: str = ""
    calls: tuple[Call, ...] = ()
    passed: Map[str, Value] | None = None
    parent: Evaluation | None = None


Function: TypeAlias = "Callable[[Evaluation, Node, Scope, Node], Value]"


class Evaluation:
    """The evaluation of one template, and everything that it has found so far."""

    __slots__ = (
        "active",
        "children",
        "comparisons",
        "condition_sites",
        "conditions",
        "constraints",
        "depth",
        "functions",
        "generators",
        "ledger",
        "mappings",
        "names",
        "numeric",
        "options",
        "problems",
        "sites",
        "template",
        "unknowns",
        "unseen",
        "where",
    )

    def __init__(
        self,
        template: Template,
        functions: Map[str, Function],
        options: TemplateOptions,
        where: Whereabouts,
        ledger: Ledger,
    ) -> None:
        self.template = template
        self.functions = functions
        self.options = options
        self.where = where
        self.ledger = ledger
        self.depth = 0
        self.names: dict[str, Value] = {}
        self.numeric: set[str] = where.parent.numeric if where.parent is not None else set()
        self.comparisons = Comparisons()
        self.sites: dict[str, Site] = {}
        self.condition_sites: dict[str, Site] = {}
        self.conditions: dict[str, Condition] = {}
        self.active: set[str] = set()
        self.mappings: dict[str, Value] = {}
        self.children: dict[str, Child | None] = {}
        self.problems = template.problems
        self.generators: tuple[str, ...] = ()
        self.constraints: list[Condition] = []
        self.unseen: list[tuple[str, Located]] = []
        self.unknowns: dict[str, Unknown] = {}

    # --- what is found on the way -------------------------------------------------------------------------------

    def problem(self, message: str, place: Located, kind: str = "evaluation") -> None:
        """Note something wrong, with what was done about it."""
        self.problems.append(Problem(kind, message, place))

    def broken(self, message: str, place: Located) -> Unknown:
        """Note something wrong and give the unknown that stands for its value."""
        self.problem(f"{message}; its value is taken as unknown", place)
        return self.undecided(message, place)

    def bound(self, what: str, place: Located) -> Unknown:
        """Note, once for each bound, that it was hit."""
        if what not in self.ledger.reported:
            self.ledger.reported.add(what)
            self.problem(f"{what}; what goes beyond is taken as unknown", place, "bound")
        return Unknown(what, place)

    def spent(self, place: Located, nodes: int = 0, text: int = 0) -> Unknown | None:
        """Count what a function makes, list elements and characters; the unknown that stands for it when it is too
        much for one unit."""
        ledger = self.ledger
        if nodes > ledger.nodes:
            return self.bound(TOO_MANY_NODES, place)
        if text > ledger.texts:
            return self.bound(f"the unit puts together more than {MAX_TEXTS:,} characters", place)
        ledger.nodes -= nodes
        ledger.texts -= text
        return None

    def undecided(
        self,
        reason: str,
        place: Located,
        variable: str | None = None,
        *,
        references: tuple[Reference, ...] = (),
        sensitive: bool = False,
        kind: str | None = None,
    ) -> Unknown:
        """An unknown that is worth telling the user about, kept in `unknowns` once under its variable."""
        named = Undecided(variable) if variable is not None else None
        value = Unknown(reason, place, references, sensitive, named, None, kind)
        self.unknowns.setdefault(variable if variable is not None else reason, value)
        return value

    def opaque(self, name: str) -> Condition:
        """A condition that nobody can work out, as a variable of its own that is true or false."""
        return Is(Undecided(name, (True, False)), True)

    # --- evaluation ---------------------------------------------------------------------------------------------

    def value(self, node: Node, scope: Scope) -> Value:
        """The value of a node. Never raises; what is wrong becomes a problem and an unknown."""
        ledger = self.ledger
        ledger.nodes -= 1
        if ledger.nodes < 0:
            return self.bound(TOO_MANY_NODES, node)
        if self.depth >= MAX_DEPTH:
            return self.bound(f"values nest deeper than {MAX_DEPTH} levels", node)
        self.depth += 1
        try:
            call = call_of(node)
            if call is not None:
                return self.call(call[0], call[1], scope, node)
            if isinstance(node, Scalar):
                return self.scalar(node, scope)
            if isinstance(node, Sequence):
                items: list[Value] = []
                for child in node.items:
                    item = self.value(child, scope)
                    if not is_null(item):
                        items.append(item)
                return ListValue(tuple(items), node)
            return self.mapping(node, scope)
        finally:
            self.depth -= 1

    def call(self, name: str, argument: Node, scope: Scope, origin: Node) -> Value:
        """The value of a function call."""
        function = self.functions.get(name)
        if function is not None:
            return function(self, argument, scope, origin)
        if origin.tag is not None:
            self.problem(f"{origin.tag} is not a function of CloudFormation; the tag was left out", origin)
            return self.value(untagged(origin), scope)
        return self.broken(f"{name} is not a function of CloudFormation", origin)

    def scalar(self, node: Scalar, scope: Scope) -> Value:
        """A plain scalar: text with dynamic references or loop variables in it, or a literal."""
        value = node.value
        if isinstance(value, str):
            if "{{resolve:" in value or (scope.names and "{" in value):
                from stanchion.evaluation.cloudformation.intrinsics.strings import plain_text

                return plain_text(self, value, scope, node)
            return Known(value, node)
        if value is None:
            self.problem("expected a value, found nothing: a template may not hold nulls; it was left out", node)
            return Known(None, node)
        return Known(number_of(node) if isinstance(value, float) else value, node)

    def mapping(self, node: Mapping, scope: Scope) -> Value:
        """A mapping, its loops expanded and its includes read; entries that are AWS::NoValue are dropped."""
        entries: dict[str, Value] = {}
        places: dict[str, Located] = {}
        result = MapValue(entries, node, places=places)
        for key, entry in node.entries.items():
            if key.startswith("Fn::"):
                self.special_entry(entry, scope, result)
                continue
            value = self.value(entry.value, scope)
            if is_null(value):
                continue
            if scope.names and "{" in key:
                from stanchion.evaluation.cloudformation.intrinsics.strings import key_text

                key = key_text(self, key, scope, entry.key)
            entries[key] = value
            places[key] = entry
        return result

    def special_entry(self, entry: Entry, scope: Scope, into: MapValue) -> None:
        """A loop or transform among the entries of a mapping; another function there is a mistake."""
        key = entry.key.text
        if key.startswith(FOR_EACH):
            from stanchion.evaluation.cloudformation.template.foreach import loop_entries

            loop_entries(self, entry, scope, into)
        elif key == TRANSFORM:
            from stanchion.evaluation.cloudformation.template.transforms import transform_entries

            transform_entries(self, entry, scope, into)
        else:
            message = f"expected {key} to be the only key of its mapping, found others beside it"
            into.rest = self.broken(message, entry.key)

    def literal(self, node: Node) -> Value:
        """A node as it is written: functions are not called, nulls stay."""
        if self.depth >= MAX_DEPTH:
            return self.bound(f"values nest deeper than {MAX_DEPTH} levels", node)
        self.ledger.nodes -= 1
        if self.ledger.nodes < 0:
            return self.bound(TOO_MANY_NODES, node)
        if isinstance(node, Scalar):
            return Known(number_of(node) if isinstance(node.value, float) else node.value, node)
        self.depth += 1
        try:
            if isinstance(node, Sequence):
                items: list[Value] = []
                for child in node.items:
                    items.append(self.literal(child))  # noqa: PERF401 - a comprehension would cost a frame a level
                return ListValue(tuple(items), node)
            entries: dict[str, Value] = {}
            for key, entry in node.entries.items():
                entries[key] = self.literal(entry.value)
            return MapValue(entries, node, places=dict(node.entries))
        finally:
            self.depth -= 1

    # --- arguments ----------------------------------------------------------------------------------------------

    def arguments(self, name: str, node: Node, least: int, most: int) -> tuple[Node, ...] | None:
        """The items of a list argument, or None with a problem when it is no list of the right length."""
        wanted = str(least) if least == most else f"{least} to {most}"
        if not isinstance(node, Sequence) or node.tag is not None:
            self.problem(f"expected {name} to have a list of {wanted} values, found {shape_of(node)}", node)
            return None
        if not least <= len(node.items) <= most:
            self.problem(f"expected {name} to have {wanted} values, found {len(node.items)}", node)
            return None
        return node.items


def number_of(node: Scalar) -> Decimal | str:
    """A float scalar as the exact number that is written; infinities and such stay text."""
    try:
        number = Decimal(node.text.replace("_", ""))
    except InvalidOperation:
        return node.text
    return number if number.is_finite() else node.text
