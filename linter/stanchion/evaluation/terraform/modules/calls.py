"""Module calls: where a module's source is on disk, and the instances that a call makes.

Source: Terraform language documentation, "Modules", "Module Sources"; `.terraform/modules/modules.json` is what
`terraform init` writes about the modules that it has installed.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

from stanchion.discovery.units import is_terraform, terraform_files
from stanchion.evaluation.conditions import Undecided, all_of
from stanchion.evaluation.declarations import Call
from stanchion.evaluation.terraform.expressions.scope import MAX_MODULES, State
from stanchion.evaluation.terraform.modules.configuration import Configuration, read_configuration
from stanchion.evaluation.terraform.modules.expansion import Expansion, Key, expand
from stanchion.evaluation.terraform.modules.module import Module, at, provider_name, several
from stanchion.evaluation.values import Unknown, Value
from stanchion.syntax.files import RefusedError
from stanchion.syntax.hcl.nodes import Block, Literal, ObjectCons
from stanchion.syntax.source import Located, Span

#: Arguments of a module block that are no input variables.
META = frozenset({"source", "version", "count", "for_each", "providers", "depends_on"})
_LOCAL = ("./", "../", ".\\", "..\\")


class ModuleCall:
    """A module block with the module instances that it makes; none when its source is not on disk."""

    def __init__(self, name: str, block: Block, caller: Module) -> None:
        self.name = name
        self.block = block
        self.caller = caller
        self.unseen = ""
        address = f"{caller.prefix}module.{name}"
        self.expansion: Expansion = expand(block.body, caller.scope, address)
        self.instances: dict[Key, Module] = {}
        self._seen: Value | None = None
        configuration = self._configuration(address)
        if configuration is None:
            return
        inputs = {key: attribute.value for key, attribute in block.body.attributes.items() if key not in META}
        for unknown in [name for name in inputs if name not in configuration.variables]:
            message = f"{address} has no variable {unknown}; the argument was left out"
            caller.state.problem("evaluation", message, block.body.attributes[unknown])
        header = Span(block.source, block.start, block.header_end)
        for place in self.expansion.places:
            own = address + place.suffix
            self.instances[place.key] = Module(
                configuration,
                caller.state,
                f"{own}.",
                inputs,
                caller.scope.having(place.names) if place.names else caller.scope,
                all_of(caller.exists, place.exists),
                (*caller.calls, Call(own, header)),
                self._providers(),
            )

    def _providers(self) -> dict[str, str]:
        """The providers that the call passes on, by their names in the called module."""
        attribute = self.block.body.attributes.get("providers")
        if attribute is None or not isinstance(attribute.value, ObjectCons):
            return {}
        caller = self.caller
        return {provider_name(item.key): caller.provider(provider_name(item.value)) for item in attribute.value.items}

    def _configuration(self, address: str) -> Configuration | None:
        state = self.caller.state
        attribute = self.block.body.attributes.get("source")
        source = attribute.value.value if attribute is not None and isinstance(attribute.value, Literal) else None
        if attribute is None or not isinstance(source, str):
            self.unseen = f"{address} has no source that can be read"
            state.problem("module", f"{self.unseen}; what it makes is not judged", attribute or self.block)
            return None
        if len(self.caller.calls) >= MAX_MODULES:
            self.unseen = f"module calls nest deeper than {MAX_MODULES}"
            state.problem("bound", f"{self.unseen}; {address} is not judged", attribute)
            return None
        directory = self._directory(source)
        if directory is not None and directory in self._callers():
            self.unseen = f"module {source} calls itself"
            state.problem("module", f"{address}: {self.unseen}; the call is left out", attribute)
            return None
        if directory is None:
            self.unseen = f"module {source} is not on disk"
            state.unseen.append((source, attribute))
            return None
        return self._load(directory, source, address, attribute)

    def _callers(self) -> Iterator[Path]:
        module: Module | None = self.caller
        while module is not None:
            yield module.configuration.directory
            module = module.caller

    def _directory(self, source: str) -> Path | None:
        here = self.caller.configuration.directory
        if source.startswith(_LOCAL) or source in (".", ".."):
            return Path(os.path.normpath(here / source.replace("\\", "/")))
        key = ".".join([*(_plain(call.address) for call in self.caller.calls[-1:]), self.name])
        return installed(self.caller.root, self.caller.state).get(key)

    def _load(self, directory: Path, source: str, address: str, place: Located) -> Configuration | None:
        state = self.caller.state
        found = state.configurations.get(directory)
        if found is not None:
            return found
        try:
            names = [name for name, is_directory in state.tree.listing(directory) if not is_directory]
        except RefusedError as error:
            self.unseen = f"module {source} {error}"
            state.problem("module", f"{address}: {self.unseen}; what it makes is not judged", place)
            return None
        if not any(is_terraform(name) for name in names):
            self.unseen = f"module {source} has no Terraform files"
            state.problem("module", f"{address}: {self.unseen}; there is nothing to judge in it", place)
            return None
        configuration = read_configuration(terraform_files(directory, names), state.tree)
        state.note(configuration.problems)
        state.files.update(dict.fromkeys(configuration.files))
        state.configurations[directory] = configuration
        return configuration

    def value(self, node: Located) -> Value:
        """What a reference to the call sees."""
        address = f"{self.caller.prefix}module.{self.name}"
        if self.unseen:
            unknown = Unknown(self.unseen, node, (), False, Undecided(address))
            return self.caller.state.undecided(unknown)
        if self.expansion.form == "single":
            return self.instances[None].outputs(node) if self.instances else Unknown(f"{address} was left out", node)
        if self._seen is None:
            self._seen = several(self.expansion, lambda key: self.instances[key].outputs(node), address, (), node)
            return self._seen
        return at(self._seen, node)


def _plain(address: str) -> str:
    """A module path as modules.json writes it: names joined by dots, without instance keys."""
    return ".".join(piece.split("[")[0].rstrip(".") for piece in address.split("module.")[1:])


def installed(root: Path, state: State) -> dict[str, Path]:
    """The directories of installed modules by their path ("vpc", "vpc.flow_log"), as `terraform init` noted them."""
    found = state.installed.get(root)
    if found is not None:
        return found
    found = state.installed[root] = {}
    manifest = root / ".terraform" / "modules" / "modules.json"
    data = state.tree.read_bytes(manifest) if state.tree.exists(manifest) else None
    if data is None:
        return found
    try:
        modules = json.loads(data)["Modules"]
        for module in modules:
            found[str(module["Key"])] = Path(os.path.normpath(root / str(module["Dir"])))
    except (ValueError, KeyError, TypeError):
        message = "modules.json could not be understood; modules from registries are taken as not on disk"
        state.problem("module", f"{state.tree.shown(manifest)}: {message}", None)
    return found
