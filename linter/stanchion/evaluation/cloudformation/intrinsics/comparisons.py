"""Which literals a template compares its parameters with: those are the values that make a difference to it."""

from __future__ import annotations

from stanchion.evaluation.cloudformation.template.template import Template, call_of, literal_text, sub_pieces
from stanchion.syntax.document.nodes import Mapping, Node, Scalar, Sequence

_COMPARING = ("Fn::Equals", "Fn::Contains", "Fn::EachMemberEquals", "Fn::EachMemberIn")


class Comparisons:
    """Literals by the name of the parameter or pseudo parameter that they are compared with.

    A parameter that is compared in some roundabout way is there without a literal.
    """

    __slots__ = ("literals",)

    def __init__(self) -> None:
        self.literals: dict[str, dict[str, None]] = {}

    def of(self, name: str) -> list[str]:
        """The literals that a parameter is compared with, in order of appearance."""
        return list(self.literals.get(name, ()))

    def add(self, names: set[str], literals: list[str]) -> None:
        """Note that each of the names is compared with each of the literals."""
        for name in names:
            self.literals.setdefault(name, {}).update(dict.fromkeys(literals))


def comparisons_in(template: Template) -> Comparisons:
    """Every comparison in the Conditions and Rules of a template."""
    found = Comparisons()
    waiting: list[Node] = []
    for section in ("Conditions", "Rules"):
        waiting += (entry.value for entry in template.section(section).values())
    waiting.reverse()
    seen: set[int] = set()
    parameters = {name: entry.value for name, entry in template.section("Parameters").items()}
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, Mapping):
            waiting += (entry.value for entry in reversed(node.entries.values()))
        elif isinstance(node, Sequence):
            waiting += reversed(node.items)
        call = call_of(node)
        if call is not None and call[0] in _COMPARING and isinstance(call[1], Sequence):
            _note(found, call[1], parameters)
    return found


def _note(found: Comparisons, operands: Sequence, parameters: dict[str, Node]) -> None:
    """Note the parameters and the literals of one comparison."""
    direct: set[str] = set()
    nested: set[str] = set()
    literals: list[str] = []
    for operand in operands.items:
        name = whole_reference(operand)
        if name is not None:
            direct.add(name)
            body = parameters.get(name)
            default = literal_text(body.get("Default")) if isinstance(body, Mapping) else None
            literals += (default,) if default is not None else ()
            continue
        text = literal_text(operand)
        if text is not None:
            literals.append(text)
        elif isinstance(operand, Sequence) and operand.tag is None:
            literals += (word for word in map(literal_text, operand.items) if word is not None)
            direct.update(name for name in map(whole_reference, operand.items) if name is not None)
        else:
            nested |= mentioned(operand)
    found.add(direct, literals)
    found.add(nested, [])


def whole_reference(node: Node) -> str | None:
    """The name that a node stands for and nothing else: `!Ref X`, `!Sub "${X}"`, `!Join ["", [!Ref X]]`."""
    call = call_of(node)
    if call is None:
        return None
    name, argument = call
    text = literal_text(argument)
    if name == "Ref":
        return text
    if name == "Fn::Sub" and text is not None:
        pieces = sub_pieces(text)
        return pieces[0][1] if len(pieces) == 1 and pieces[0][0] else None
    if name == "Fn::Join" and isinstance(argument, Sequence) and len(argument.items) == 2:
        items = argument.items[1]
        call = call_of(items)
        if call is not None and call[0] == "Ref" and literal_text(argument.items[0]) == "":
            return literal_text(call[1])
        if isinstance(items, Sequence) and items.tag is None and len(items.items) == 1:
            only = call_of(items.items[0])
            return literal_text(only[1]) if only is not None and only[0] == "Ref" else None
    return None


def mentioned(node: Node) -> set[str]:
    """Every name that Ref or Fn::Sub mentions somewhere in a node."""
    names: set[str] = set()
    waiting: list[Node] = [node]
    seen: set[int] = set()
    while waiting:
        item = waiting.pop()
        if id(item) in seen:
            continue
        seen.add(id(item))
        call = call_of(item)
        if call is not None and isinstance(call[1], Scalar):
            text = literal_text(call[1])
            if text is not None and call[0] == "Ref":
                names.add(text)
            elif text is not None and call[0] == "Fn::Sub":
                names.update(piece for hole, piece in sub_pieces(text) if hole)
        if isinstance(item, Mapping):
            waiting += (entry.value for entry in item.entries.values())
        elif isinstance(item, Sequence):
            waiting += item.items
    return names
