"""Configuration files: found, read, checked, and joined with the user's own.

`.stanchion.toml`, or `[tool.stanchion]` in `pyproject.toml`, nearest upwards from the first path and not above the
boundary; the user's own is `stanchion/config.toml` in the configuration directory (XDG Base Directory Specification).
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stanchion.syntax.files import MAX_SETTINGS, RefusedError, read_bytes
from stanchion.syntax.source import Source, Span

if TYPE_CHECKING:
    from stanchion.configuration.checking import Mistake
    from stanchion.policy.policy import Policy, Profile, Severity

NAME = ".stanchion.toml"
#: How many mistakes of a file are told at once.
MAX_MISTAKES = 10


class ConfigurationError(Exception):
    """A configuration that cannot be used: file, line, and what was expected; a line for each mistake."""


@dataclass(slots=True, eq=False)
class Ignored:
    """A rule that suppresses findings: all that it names must match.

    `until` is the last day on which it counts, or ""; `place` is where the rule stands.
    """

    reason: str
    place: Span
    path: str = ""
    policies: tuple[str, ...] = ()
    address: str = ""
    until: str = ""


@dataclass(slots=True, eq=False)
class File:
    """One configuration file: its text, and what it says. `prefix` leads to our table in a shared file.

    `boundary` is the directory that files it names must lie in, None for a file that the user chose.
    """

    path: Path
    source: Source
    document: dict[str, Any]
    prefix: tuple[str, ...]
    boundary: str | None

    def span(self, *path: str | int) -> Span:
        """Where the key or item at a path of the document is written."""
        from stanchion.configuration.places import offset_of

        return Span(self.source, *offset_of(self.source.text, (*self.prefix, *path)))

    def said(self, path: Sequence[str | int], message: str) -> str:
        """A message with the file, the line and the column of a path in front."""
        line, column = self.source.position(self.span(*path).start)
        keys = ".".join(part for part in path if isinstance(part, str))
        return f"{self.source.path}:{line}:{column}: {f'{keys}: ' if keys else ''}{message}"


@dataclass(slots=True, eq=False)
class Configuration:
    """What configuration files say, joined; the tree's over the user's own."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    families: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    profile: Profile | None = None
    severity: Severity | None = None
    fail_on: Severity | None = None
    exclude: tuple[str, ...] = ()
    var_files: tuple[tuple[Path, ...], ...] = ()
    workspaces: tuple[str, ...] = ()
    parameters: tuple[Path, ...] = ()
    plugins: tuple[str, ...] = ()
    policies: tuple[Path, ...] = ()
    require_reason: bool = False
    report_unused: bool = False
    ignored: list[Ignored] = field(default_factory=list)
    settings: dict[str, Any] = field(default_factory=dict)
    files: list[File] = field(default_factory=list)

    def check_names(self, policies: Sequence[Policy]) -> None:
        """Raise ConfigurationError for names of policies, families and services that no policy has."""
        from stanchion.plugins.selection import is_companions

        known = {name for policy in policies for name in policy.names}
        families = {policy.family for policy in policies}
        services = {policy.service for policy in policies}
        wrong = []
        for file in self.files:
            for path, name in _named(file.document):
                allowed = {"families": families, "services": services}.get(str(path[0]), known | families)
                if name not in allowed and not (path[0] != "select" and is_companions(name)):
                    from stanchion.configuration.checking import meant

                    hint = meant(name.upper() if path[0] != "services" else name.lower(), sorted(allowed))
                    kind = "service" if path[0] == "services" else "id or family"
                    wrong.append(file.said(path, f"no policy has the {kind} {name!r}{hint}"))
        if wrong:
            raise ConfigurationError("\n".join(wrong[:MAX_MISTAKES]))


def configure(
    paths: Sequence[Path], config: Path | None = None, no_config: bool = False, root: Path | None = None
) -> Configuration:
    """The configuration for a run: the user's own, and over it the one file that is named (`config`) or, unless
    `no_config`, found nearest to the paths, not above the root. Raises ConfigurationError."""
    configuration = Configuration()
    own = user_file()
    if own is not None:
        _apply(read(own, user=True), configuration)
    if config is not None:
        _apply(read(config), configuration)
    elif not no_config:
        found, limit = nearest(paths, root)
        if found is not None:
            _apply(read(found, boundary=limit), configuration)
    return configuration


def user_file() -> Path | None:
    """The user's own configuration file, where there is one."""
    base = os.environ.get("XDG_CONFIG_HOME") or os.path.expanduser("~/.config")
    path = os.path.join(base, "stanchion", "config.toml")
    return Path(path) if os.path.isfile(path) else None


def nearest(paths: Sequence[Path], root: Path | None) -> tuple[Path | None, str]:
    """The configuration file nearest to the first path, upwards, not above the boundary; and the boundary."""
    from stanchion.discovery.walk import boundary

    limit = os.path.abspath(root if root is not None else boundary(paths))
    here = os.path.abspath(paths[0] if paths else Path())
    if not os.path.isdir(here):
        here = os.path.dirname(here)
    while _within(here, limit):
        own = os.path.join(here, NAME)
        if os.path.lexists(own):
            return Path(own), limit
        project = os.path.join(here, "pyproject.toml")
        if os.path.isfile(project) and _mentions_us(project, limit):
            return Path(project), limit
        above = os.path.dirname(here)
        if above == here:
            break
        here = above
    return None, limit


def _within(path: str, limit: str) -> bool:
    return path == limit or path.startswith(limit if limit.endswith(os.sep) else limit + os.sep)


def _mentions_us(path: str, limit: str) -> bool:
    """Whether a project file has a table of ours, or is meant to have one and cannot be read."""
    import tomllib

    if not _within(os.path.realpath(path), os.path.realpath(limit)):
        return False
    try:
        text = read_bytes(path, MAX_SETTINGS).decode("utf-8", "replace")
        return "stanchion" in text and "stanchion" in _table(tomllib.loads(text), ("tool",))
    except RefusedError:
        return False
    except (tomllib.TOMLDecodeError, RecursionError):
        return "[tool.stanchion" in text


def read(path: Path, user: bool = False, boundary: str | None = None) -> File:
    """A file's settings, checked against the schema. Raises ConfigurationError with the line.

    `user`: the file is the user's own, which may name plugins. `boundary`: the file must really lie in there.
    """
    import tomllib

    if boundary is not None and not _within(os.path.realpath(path), os.path.realpath(boundary)):
        raise ConfigurationError(f"{path}: leads outside {boundary}; expected a file of the tree itself")
    try:
        text = read_bytes(path, MAX_SETTINGS).decode("utf-8-sig").replace("\r\n", "\n")
        document = tomllib.loads(text)
    except RefusedError as error:
        raise ConfigurationError(f"{path}: {error}") from None
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{path}: expected UTF-8; byte {error.start} does not fit") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{_shown(path)}{_decoding(str(error), text)}") from None
    except RecursionError:
        raise ConfigurationError(f"{path}: is nested too deep to be read") from None
    prefix = ("tool", "stanchion") if path.name == "pyproject.toml" else ()
    ours = _dated(_table(document, prefix))
    file = File(path, Source(_shown(path), text), ours if isinstance(ours, dict) else {}, prefix, boundary)
    _check(file, ours, user)
    return file


def _shown(path: Path) -> str:
    """The path as reports write it: relative to the current directory where it lies in it."""
    whole, current = os.path.abspath(path), os.getcwd()
    return (os.path.relpath(whole, current) if _within(whole, current) else whole).replace(os.sep, "/")


def _table(document: Mapping[str, Any], prefix: Sequence[str]) -> Any:
    """What stands under a path of keys; an empty table where nothing does."""
    found: Any = document
    for key in prefix:
        found = found.get(key, {}) if isinstance(found, dict) else {}
    return found


def _decoding(error: str, text: str) -> str:
    """What Python's reader says, with the place in front as everywhere else."""
    import re

    found = re.search(r" \(at line (\d+), column (\d+)\)$", error)
    said = f":{found[1]}:{found[2]}: {error[: found.start()]}" if found else f": {error}"
    if re.search(r"^\s*ignore\s*=", text, re.MULTILINE) and re.search(r"^\s*\[\[.*ignore", text, re.MULTILINE):
        said += "; TOML allows either ignore = [...] or [[ignore]] tables: name the policies in a table of their own"
    return said


def _dated(value: Any) -> Any:
    """The document with TOML's own dates as texts, so that `until` may be written either way."""
    import datetime

    if isinstance(value, dict) and isinstance(value.get("ignore"), list):
        for rule in value["ignore"]:
            if isinstance(rule, dict) and type(rule.get("until")) is datetime.date:
                rule["until"] = rule["until"].isoformat()
    return value


def _check(file: File, document: object, user: bool) -> None:
    from itertools import islice

    from stanchion.configuration.checking import mistakes
    from stanchion.configuration.schema import SCHEMA, USER_SCHEMA

    found = list(islice(mistakes(document, USER_SCHEMA if user else SCHEMA), MAX_MISTAKES))
    if found:
        raise ConfigurationError("\n".join(_said(mistake, file) for mistake in found))


def _said(mistake: Mistake, file: File) -> str:
    message = mistake.message
    if mistake.path == ("plugins",):
        message = "only the command line and the user's own configuration may load plugins, never a linted tree"
    return file.said(mistake.path, message)


def _named(document: Mapping[str, Any]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Every name of a policy, family or service in a document, with its path."""
    for key in ("select", "families", "services", "ignore"):
        for index, item in enumerate(document.get(key, ())):
            if isinstance(item, str):
                yield (key, index), item
                continue
            for number, name in enumerate(item.get("policies", ())):
                yield (key, index, "policies", number), name


def _apply(file: File, into: Configuration) -> None:
    document = file.document
    into.files.append(file)
    for name in ("select", "families", "services", "workspaces"):
        if name in document:
            setattr(into, name, tuple(document[name]))
    into.exclude += tuple(_globs(document.get("exclude", ()), file))
    into.plugins += (*document.get("plugins", ()), *document.get("with", ()))
    into.var_files += tuple(_layered(file))
    into.parameters += tuple(_inside(file, "parameters"))
    into.policies += tuple(_inside(file, "policies"))
    into.require_reason = into.require_reason or document.get("require-reason", False)
    into.report_unused = into.report_unused or document.get("report-unused", False)
    into.ignore += tuple(item for item in document.get("ignore", ()) if isinstance(item, str))
    into.ignored += list(_ignored(file))
    into.settings.update({key: document[key] for key in ("isolation",) if key in document})
    if {"severity", "fail-on", "profile"} & document.keys():
        from stanchion.policy.policy import Profile, Severity

        if "profile" in document:
            into.profile = Profile[document["profile"].upper()]
        if "severity" in document:
            into.severity = Severity[document["severity"].upper()]
        if "fail-on" in document:
            into.fail_on = Severity[document["fail-on"].upper()]


def _layered(file: File) -> Iterator[tuple[Path, ...]]:
    """The variable files of each environment, weakest first; those of one stand in one text with commas."""
    for index, text in enumerate(file.document.get("var-files", ())):
        yield tuple(_placed(file, name, ("var-files", index)) for name in text.split(","))


def _inside(file: File, key: str) -> Iterator[Path]:
    """The files that a configuration names."""
    for index, name in enumerate(file.document.get(key, ())):
        yield _placed(file, name, (key, index))


def _placed(file: File, name: str, where: tuple[str, int]) -> Path:
    """A file that a configuration names; one of a linted tree names only files of that tree."""
    path = file.path.absolute().parent / name
    if "\0" in name:
        raise ConfigurationError(file.said(where, f"{name!r}: no file can have this name"))
    if file.boundary is not None and not _within(os.path.realpath(path), os.path.realpath(file.boundary)):
        message = f"{name!r} leads outside {file.boundary}; name it on the command line if it is meant"
        raise ConfigurationError(file.said(where, message))
    return path


def _globs(patterns: Sequence[str], file: File) -> Iterator[str]:
    """Globs on reported paths that match from the configuration's directory too, wherever the program was started."""
    directory = file.path.absolute().parent
    for pattern in patterns:
        yield pattern
        whole = os.path.normpath(directory / pattern)
        yield whole.replace(os.sep, "/")
        for base in dict.fromkeys((os.getcwd(), file.boundary or os.getcwd())):
            if _within(whole, base):
                yield os.path.relpath(whole, base).replace(os.sep, "/")


def _ignored(file: File) -> Iterator[Ignored]:
    for index, item in enumerate(file.document.get("ignore", ())):
        if isinstance(item, Mapping):
            yield Ignored(
                item["reason"],
                file.span("ignore", index),
                item.get("path", ""),
                tuple(item.get("policies", ())),
                item.get("address", ""),
                item.get("until", ""),
            )
