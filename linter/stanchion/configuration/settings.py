"""Configuration files: found, read, checked, and joined with the user's own.

`.stanchion.toml`, or `[tool.stanchion]` in `pyproject.toml`, nearest upwards from the first path and not above the
boundary; the user's own is `stanchion/config.toml` in the configuration directory (XDG Base Directory Specification).
"""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jsonschema import ValidationError

    from stanchion.policy.policy import Severity

NAME = ".stanchion.toml"


class ConfigurationError(Exception):
    """A configuration that cannot be used: its file, line, and what was expected."""


@dataclass(slots=True, frozen=True)
class Ignored:
    """A rule that suppresses findings: all that it names must match."""

    reason: str
    path: str = ""
    policies: tuple[str, ...] = ()
    address: str = ""
    until: str = ""


@dataclass(slots=True)
class Configuration:
    """What configuration files say, joined; the tree's over the user's own."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    families: tuple[str, ...] = ()
    severity: Severity | None = None
    fail_on: Severity | None = None
    exclude: tuple[str, ...] = ()
    var_files: tuple[Path, ...] = ()
    parameters: tuple[Path, ...] = ()
    plugins: tuple[str, ...] = ()
    ignored: list[Ignored] = field(default_factory=list)
    settings: dict[str, Any] = field(default_factory=dict)


def configure(paths: Sequence[Path], given: argparse.Namespace) -> Configuration:
    """The configuration for a run. Raises ConfigurationError."""
    configuration = Configuration()
    own = user_file()
    if own is not None:
        _apply(read(own, user=True), own, configuration)
    if given.config is not None:
        _apply(read(given.config, user=False), given.config, configuration)
    elif not given.no_config:
        found = nearest(paths, given.root)
        if found is not None:
            _apply(read(found, user=False), found, configuration)
    return configuration


def user_file() -> Path | None:
    """The user's own configuration file, where there is one."""
    base = os.environ.get("XDG_CONFIG_HOME") or os.path.expanduser("~/.config")
    path = os.path.join(base, "stanchion", "config.toml")
    return Path(path) if os.path.isfile(path) else None


def nearest(paths: Sequence[Path], root: Path | None) -> Path | None:
    """The configuration file nearest to the first path, upwards, not above the boundary."""
    from stanchion.discovery.walk import boundary

    limit = str((root if root is not None else boundary(paths)).absolute())
    here = os.path.abspath(paths[0] if paths else Path())
    if not os.path.isdir(here):
        here = os.path.dirname(here)
    while True:
        own = os.path.join(here, NAME)
        if os.path.isfile(own):
            return Path(own)
        project = os.path.join(here, "pyproject.toml")
        if os.path.isfile(project) and _mentions_us(project):
            return Path(project)
        above = os.path.dirname(here)
        if here == limit or above == here or not here.startswith(limit):
            return None
        here = above


def _mentions_us(path: str) -> bool:
    try:
        with open(path, encoding="utf-8") as file:
            return "[tool.stanchion" in file.read(1_000_000)
    except (OSError, UnicodeDecodeError):
        return False


def read(path: Path, user: bool) -> dict[str, Any]:
    """A file's settings, checked against the schema. Raises ConfigurationError with the line."""
    import tomllib

    try:
        text = path.read_text(encoding="utf-8")
        document = tomllib.loads(text)
    except OSError as error:
        raise ConfigurationError(f"{path}: could not be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ConfigurationError(f"{path}: is not UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{path}: {error}") from None
    if path.name == "pyproject.toml":
        document = document.get("tool", {}).get("stanchion", {})
    _check(document, path, text, user)
    return document


def _check(document: Mapping[str, Any], path: Path, text: str, user: bool) -> None:
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import best_match

    from stanchion.configuration.schema import SCHEMA, USER_SCHEMA

    schema = USER_SCHEMA if user else SCHEMA
    error = best_match(Draft202012Validator(schema).iter_errors(document))
    if error is not None:
        line = _line(text, [str(part) for part in error.absolute_path if isinstance(part, str)], error)
        raise ConfigurationError(f"{path}:{line}: {_said(error, schema)}")


def _said(error: ValidationError, schema: Mapping[str, Any]) -> str:
    where = ".".join(str(part) for part in error.absolute_path)
    instance: Any = error.instance
    if error.validator == "additionalProperties":
        known = list(error.schema.get("properties", {})) if isinstance(error.schema, dict) else []
        unknown = next((key for key in instance if key not in known), "")
        if unknown == "plugins":
            return "plugins are loaded from the command line or the user's own configuration only, never from a tree"
        import difflib

        close = difflib.get_close_matches(unknown, known, n=1)
        hint = f"did you mean {close[0]!r}?" if close else f"expected one of {', '.join(known)}"
        return f"unknown key {unknown!r}{f' in {where}' if where else ''}; {hint}"
    if error.validator == "enum":
        choices: Any = error.validator_value
        allowed = ", ".join(str(value) for value in choices)
        return f"{where}: {error.instance!r} is not one of {allowed}"
    return f"{where}: {error.message}" if where else error.message


def _line(text: str, keys: list[str], error: ValidationError) -> int:
    """The line on which the key stands that an error is about; TOML's reader tells none."""
    wanted = list(keys)
    if error.validator == "additionalProperties" and isinstance(error.schema, dict):
        known = error.schema.get("properties", {})
        instance: Any = error.instance
        wanted += [key for key in instance if key not in known][:1]
    for key in reversed(wanted):
        spelled = re.escape(key)
        found = re.search(
            rf"""^\s*(?:\[+[^\]]*\b)?["']?{spelled}["']?\s*(?:=|\])|[{{,]\s*{spelled}\s*=""", text, re.MULTILINE
        )
        if found:
            start = found.start() + len(found.group()) - len(found.group().lstrip())
            return text.count("\n", 0, start) + 1
    return 1


def _apply(document: Mapping[str, Any], path: Path, into: Configuration) -> None:
    base = path.absolute().parent
    for name in ("select", "families"):
        if name in document:
            setattr(into, name, tuple(document[name]))
    into.exclude += tuple(document.get("exclude", ()))
    into.plugins += tuple(document.get("plugins", ()))
    into.var_files += tuple(base / name for name in document.get("var-files", ()))
    into.parameters += tuple(base / name for name in document.get("parameters", ()))
    into.ignore += tuple(item for item in document.get("ignore", ()) if isinstance(item, str))
    into.ignored += list(_ignored(document))
    into.settings.update({key: document[key] for key in ("isolation",) if key in document})
    if "severity" in document or "fail-on" in document:
        from stanchion.policy.policy import Severity

        if "severity" in document:
            into.severity = Severity[document["severity"].upper()]
        if "fail-on" in document:
            into.fail_on = Severity[document["fail-on"].upper()]


def _ignored(document: Mapping[str, Any]) -> Iterator[Ignored]:
    for item in document.get("ignore", ()):
        if isinstance(item, Mapping):
            yield Ignored(
                item["reason"],
                item.get("path", ""),
                tuple(item.get("policies", ())),
                item.get("address", ""),
                item.get("until", ""),
            )
