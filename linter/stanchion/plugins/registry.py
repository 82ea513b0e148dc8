"""Loading plugins: the built-in policies, other distributions' entry points, and modules named by the user."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pluggy

from stanchion.plugins import hooks
from stanchion.plugins.selection import COMPANIONS
from stanchion.policy.policy import Policy
from stanchion.syntax.source import Problem

#: The entry-point group that plugins are found under.
GROUP = "stanchion"
#: Registered even where the program runs without having been installed.
BUILT_IN = {"aws": "stanchion_aws.plugin"}


@dataclass(slots=True)
class Registry:
    """All policies of all plugins, in the order of the plugins' names, and what went wrong while loading them."""

    policies: tuple[Policy, ...] = ()
    problems: list[Problem] = field(default_factory=list)

    def by_id(self) -> dict[str, Policy]:
        """Policies by id."""
        return {policy.id: policy for policy in self.policies}


def load(plugins: Sequence[str] = (), search: Sequence[str] | None = None, files: Sequence[Path] = ()) -> Registry:
    """Load the built-in plugins, those of installed distributions, the modules (names or paths of Python files) in
    `plugins`, and the policies declared in YAML in `files`, or in the files of such directories.

    A plugin that cannot be loaded, or that repeats an id, becomes a problem, and the others are loaded.
    `search` are the directories to look for distributions in, `sys.path` when None.
    """
    registry = Registry()
    manager = pluggy.PluginManager(hooks.PROJECT)
    manager.add_hookspecs(hooks)
    targets = {**BUILT_IN, **dict(entry_points(sys.path if search is None else search))}
    targets.update({name: COMPANIONS.get(name, name) for name in plugins})
    for name, target in targets.items():
        _register(manager, name, target, registry)
    registry.policies = tuple(_collect(manager, registry))
    if files:
        _declare(files, registry)
    return registry


def _declare(files: Sequence[Path], registry: Registry) -> None:
    """Add the policies of YAML files."""
    from stanchion.policy.declared.reading import read_policies

    policies, problems = read_policies(files)
    registry.problems += problems
    known = {policy.id for policy in registry.policies}
    kept: dict[str, Policy] = {}
    for policy in policies:
        if policy.id in known or policy.id in kept:
            message = f"policy {policy.id} is there already; the first one is kept"
            registry.problems.append(Problem("configuration", message, None, None))
        else:
            kept[policy.id] = policy
    registry.policies += tuple(kept.values())


def _register(manager: pluggy.PluginManager, name: str, target: str, registry: Registry) -> None:
    module_name, _, attribute = target.partition(":")
    try:
        plugin: object = _module(target) if target.endswith(".py") else importlib.import_module(module_name)
        if target.endswith(".py"):
            attribute = ""
        for part in filter(None, attribute.split(".")):
            plugin = getattr(plugin, part)
        manager.register(plugin, name)
    except Exception as error:  # a stranger's module may raise anything at import
        message = f"plugin {name} ({target}) could not be loaded: {type(error).__name__}: {error}"
        registry.problems.append(Problem("plugin", message, None, None))


def _module(path: str) -> object:
    """A Python file that the user names, as a module."""
    from importlib.util import module_from_spec, spec_from_file_location

    spec = spec_from_file_location(os.path.basename(path).removesuffix(".py"), path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} is no Python file")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _collect(manager: pluggy.PluginManager, registry: Registry) -> Iterator[Policy]:
    seen: dict[str, str] = {}
    for name, plugin in manager.list_name_plugin():
        for policy in _policies_of(manager, name, plugin, registry):
            if policy.id in seen:
                message = f"plugin {name} repeats policy {policy.id} of plugin {seen[policy.id]}; the first is kept"
                registry.problems.append(Problem("plugin", message, None, None))
                continue
            seen[policy.id] = name
            yield policy


def _policies_of(manager: pluggy.PluginManager, name: str, plugin: object, registry: Registry) -> Iterable[Policy]:
    others = [other for _, other in manager.list_name_plugin() if other is not plugin]
    try:
        answers: list[Iterable[Policy]] = manager.subset_hook_caller("stanchion_policies", others)()
        return [policy for answer in answers for policy in answer]
    except Exception as error:  # as above
        message = f"plugin {name} gave no policies: {type(error).__name__}: {error}"
        registry.problems.append(Problem("plugin", message, None, None))
        return ()


def entry_points(search: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Name and target ("module" or "module:attribute") of every entry point of our group in some directories.

    Read from the installed distributions' `entry_points.txt` (PyPA, "Entry points specification") directly:
    importing importlib.metadata takes longer than linting a file.
    """
    seen: set[str] = set()
    for directory in search:
        for path in _entry_point_files(directory or "."):
            try:
                with open(path, encoding="utf-8") as file:
                    text = file.read()
            except (OSError, UnicodeDecodeError):
                continue
            for name, target in _section(text):
                if name not in seen:
                    seen.add(name)
                    yield name, target


def _entry_point_files(directory: str) -> Iterator[str]:
    try:
        names = [e.name for e in os.scandir(directory) if e.name.endswith((".dist-info", ".egg-info"))]
    except OSError:
        return
    for name in sorted(names):
        yield f"{directory}/{name}/entry_points.txt"


def _section(text: str) -> Iterator[tuple[str, str]]:
    if f"[{GROUP}]" not in text:
        return
    inside = False
    for line in text.splitlines():
        stripped = line.strip()
        if stripped.startswith("["):
            inside = stripped == f"[{GROUP}]"
        elif inside and "=" in stripped and not stripped.startswith("#"):
            name, _, target = stripped.partition("=")
            yield name.strip(), target.split("[")[0].strip()
