"""The part of a plan that tells how its configuration was written: which arguments are set, and what they refer to.

Source: Terraform documentation, "JSON Output Format", section "Configuration Representation". Locals are not in it:
what an argument says through a local can be traced by the sources alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from stanchion.evaluation.terraform.plan.values import items_of, part, text_of
from stanchion.evaluation.values import Reference
from stanchion.syntax.document.nodes import Mapping, Node

_INDEX = r'(\[(?:"(?:[^"\\]|\\.)*"|\d+)\])'
_STEP = re.compile(rf"module\.([\w-]+){_INDEX}?\.")
_NAMED = re.compile(rf"((?:data\.)?[A-Za-z_][\w-]*\.[\w-]+){_INDEX}?(?:\.([\w-]+))?")
_KEY = re.compile(rf"{_INDEX}$")
#: How many addresses one mention may stand for, and through how many modules it is followed.
MAX_TARGETS = 64
MAX_STEPS = 16


@dataclass(slots=True, frozen=True)
class Written:
    """One resource block of the configuration part, in the module instance whose address prefix is `prefix`."""

    block: Node
    prefix: str
    modules: tuple[Mapping, ...]

    def sets(self, name: str) -> bool:
        """Whether the block has an argument or nested block of this name."""
        return part(part(self.block, "expressions"), name) is not None


class PlanConfiguration:
    """The configuration part of a plan, asked by addresses of resources. `addresses` are all that the plan makes."""

    def __init__(self, node: Node | None, addresses: Iterable[str]) -> None:
        self.node = node
        self._instances: dict[str, list[str]] = {}
        for address in addresses:
            self._instances.setdefault(_KEY.sub("", address), []).append(address)
        self._blocks: dict[int, dict[str, Node]] = {}

    @property
    def root(self) -> Node | None:
        """The root module's part."""
        return part(self.node, "root_module")

    def written(self, address: str) -> Written | None:
        """The block that makes an address."""
        modules = [self.root]
        at = 0
        for step in _steps(address):
            at = step.end()
            modules.append(part(part(part(modules[-1], "module_calls"), step.group(1)), "module"))
        found = [module for module in modules if isinstance(module, Mapping)]
        if len(found) != len(modules):
            return None
        block = self._in(found[-1]).get(_KEY.sub("", address[at:]))
        return Written(block, address[:at], tuple(found)) if block is not None else None

    def _in(self, module: Mapping) -> dict[str, Node]:
        blocks = self._blocks.get(id(module))
        if blocks is None:
            resources = items_of(module.get("resources"))
            blocks = self._blocks[id(module)] = {text_of(part(block, "address")): block for block in resources}
        return blocks

    @staticmethod
    def constants(written: Written) -> Callable[[tuple[str | int, ...]], Node | None]:
        """What the arguments of a block say where nothing has to be worked out, as a function of the way to one."""

        def found(way: tuple[str | int, ...]) -> Node | None:
            return part(_at(part(written.block, "expressions"), way), "constant_value")

        return found

    def references(self, written: Written, key: str) -> Callable[[tuple[str | int, ...]], tuple[Reference, ...]]:
        """What the arguments of a block refer to, as a function of the way to an argument."""
        expressions = part(written.block, "expressions")

        def found(way: tuple[str | int, ...]) -> tuple[Reference, ...]:
            node = _at(expressions, way)
            names = _most_specific(text_of(item) for item in items_of(part(node, "references")))
            targets = (t for name in names for t in self._targets(name, written.prefix, written.modules, key, 0))
            return tuple(dict.fromkeys(targets))

        return found

    def _targets(
        self, name: str, prefix: str, modules: tuple[Mapping, ...], key: str, steps: int
    ) -> Iterator[Reference]:
        """The resources that a mention in a module stands for, followed through variables and outputs."""
        if steps > MAX_STEPS:
            return
        if name.startswith("module."):
            yield from self._outputs(name, prefix, modules, steps)
        elif name.startswith("var."):
            yield from self._passed(name.split(".")[1].split("[")[0], prefix, modules, steps)
        else:
            found = _NAMED.match(name)
            if found is not None:
                address, index, attribute = found.groups()
                for target in self._chosen(prefix + address, index or "", key):
                    yield Reference(target, attribute or "")

    def _chosen(self, address: str, index: str, key: str) -> list[str]:
        instances = self._instances.get(address, [])
        for wanted in (address + index, address + key):
            if wanted in instances:
                return [wanted]
        return instances[:MAX_TARGETS]

    def _outputs(self, name: str, prefix: str, modules: tuple[Mapping, ...], steps: int) -> Iterator[Reference]:
        step = _STEP.match(name)
        call = part(modules[-1].get("module_calls"), step.group(1)) if step is not None else None
        inner = part(call, "module")
        if step is None or not isinstance(inner, Mapping):
            return
        output = part(inner.get("outputs"), re.split(r"[.\[]", name[step.end() :])[0])
        below = f"{prefix}module.{step.group(1)}{step.group(2) or ''}."
        for mention in _mentions(part(output, "expression")):
            yield from self._targets(mention, below, (*modules, inner), "", steps + 1)

    def _passed(self, variable: str, prefix: str, modules: tuple[Mapping, ...], steps: int) -> Iterator[Reference]:
        path = list(_steps(prefix))
        if not path or len(modules) < 2:
            return
        call = part(modules[-2].get("module_calls"), path[-1].group(1))
        above = prefix[: path[-1].start()]
        for mention in _mentions(part(part(call, "expressions"), variable)):
            yield from self._targets(mention, above, modules[:-1], path[-1].group(2) or "", steps + 1)


def _at(node: Node | None, way: tuple[str | int, ...]) -> Node | None:
    """What is said of the deepest step of a way of which anything is said."""
    for step in way:
        below = part(node, step)
        if below is None and isinstance(step, int):
            continue  # a single nested block, or a value below an argument
        if below is None:
            break
        node = below
    return node


def _mentions(expression: Node | None) -> list[str]:
    return _most_specific(text_of(item) for item in items_of(part(expression, "references")))


def _steps(address: str) -> Iterator[re.Match[str]]:
    """The module calls at the head of an address."""
    step = _STEP.match(address)
    while step is not None:
        yield step
        step = _STEP.match(address, step.end())


def _most_specific(names: Iterable[str]) -> list[str]:
    """Mentions without those that only name the head of another: `a.b.id` comes with `a.b`."""
    kept: list[str] = []
    for name in names:
        if name and not any(longer == name or longer.startswith((f"{name}.", f"{name}[")) for longer in kept):
            kept.append(name)
    return kept
