"""Reading files of policies. They are data: nothing of them is executed, and nothing beside them is read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from stanchion.policy.declared.condition import checker, forbidden
from stanchion.policy.declared.form import FORM
from stanchion.policy.policy import Policy, Severity
from stanchion.syntax.document.nodes import Mapping as Object
from stanchion.syntax.document.nodes import Node, Scalar
from stanchion.syntax.document.nodes import Sequence as Array
from stanchion.syntax.document.yaml import parse_yaml
from stanchion.syntax.reading import decoded
from stanchion.syntax.source import Located, Problem, Source, Span
from stanchion.worlds.change import Change, Remove, Set

ENDINGS = (".yaml", ".yml", ".json")
#: Larger files are no policies.
MAX_BYTES = 1_000_000


def read_policies(paths: Iterable[Path]) -> tuple[list[Policy], list[Problem]]:
    """The policies of files, and of the files in directories; and what is wrong with them, at its place.

    A policy with a mistake is left out. Never raises.
    """
    policies: list[Policy] = []
    problems: list[Problem] = []
    for path in paths:
        files = [path]
        if path.is_dir():
            files = sorted(each for each in path.iterdir() if each.suffix in ENDINGS and each.is_file())
            if not files:
                problems.append(Problem("configuration", f"{path} holds no file of policies", None, str(path)))
        for file in files:
            found, wrong = _read(file)
            policies += found
            problems += wrong
    return policies, problems


def _read(path: Path) -> tuple[list[Policy], list[Problem]]:
    try:
        data = path.read_bytes()[: MAX_BYTES + 1]
        if len(data) > MAX_BYTES:
            return [], [Problem("configuration", f"{path} is larger than {MAX_BYTES} bytes", None, str(path))]
        source = Source(str(path), decoded(data))
    except (OSError, UnicodeDecodeError) as error:
        said = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        return [], [Problem("configuration", f"{path} could not be read: {said}", None, str(path))]
    nodes, problems = parse_yaml(source)
    if problems or not nodes:
        wrong = problems or [Problem("syntax", "expected a list of policies; the file is empty", Span(source, 0, 0))]
        return [], [problem._replace(kind="configuration") for problem in wrong]
    return _policies(nodes[0])


def _policies(root: Node) -> tuple[list[Policy], list[Problem]]:
    problems = list(_mistakes(root))
    broken = {problem.place.start for problem in problems if problem.place is not None}
    policies: list[Policy] = []
    held = root.get("policies") if isinstance(root, Object) else None
    for node in held.items if isinstance(held, Array) else ():
        if any(node.start <= start <= node.end for start in broken) or not isinstance(node, Object):
            continue
        policies.append(_policy(plain(node)))
    return policies, problems


def _mistakes(root: Node) -> Iterator[Problem]:
    from jsonschema import Draft202012Validator

    for error in Draft202012Validator(FORM).iter_errors(plain(root)):
        yield Problem("configuration", _said(error), _at(root, tuple(error.absolute_path)))
    held = root.get("policies") if isinstance(root, Object) else None
    for number, node in enumerate(held.items if isinstance(held, Array) else ()):
        for name in ("when", "must"):
            condition = node.get(name) if isinstance(node, Object) else None
            if condition is not None:
                for path, message in forbidden(plain(condition)):
                    yield Problem("configuration", message, _at(root, ("policies", number, name, *path)))


def _said(error: Any) -> str:
    if error.validator == "additionalProperties":
        from stanchion.configuration.checking import meant

        known = list(error.schema["properties"])
        unknown = [key for key in error.instance if key not in known]
        return f"there is no key {unknown[0]!r} here{meant(unknown[0], known) or f'; expected one of {known}'}"
    if error.validator == "required":
        missing = [key for key in error.validator_value if key not in error.instance]
        return f"expected {' and '.join(missing)} here too"
    if error.validator == "pattern" and error.absolute_path and error.absolute_path[-1] == "id":
        return f"expected an id of capital letters and a number behind them, such as ACME001; found {error.instance!r}"
    return f"{'.'.join(map(str, error.absolute_path))}: {error.message}"[:300]


def _at(node: Node, path: Sequence[str | int]) -> Located:
    """The node at a path, or the nearest one above it."""
    for step in path:
        below: Node | None = None
        if isinstance(node, Object) and isinstance(step, str):
            below = node.get(step)
        elif isinstance(node, Array) and isinstance(step, int) and step < len(node.items):
            below = node.items[step]
        if below is None:
            break
        node = below
    return node


def plain(node: Node) -> Any:
    """A document as Python's own values."""
    if isinstance(node, Object):
        return {name: plain(entry.value) for name, entry in node.entries.items()}
    if isinstance(node, Array):
        return [plain(item) for item in node.items]
    assert isinstance(node, Scalar)
    return node.value


def _policy(said: Mapping[str, Any]) -> Policy:
    fix = said.get("fix", {})
    changes: list[Change] = [Set(path, value) for path, value in fix.get("set", {}).items()]
    changes += [Remove(path) for path in fix.get("remove", ())]
    check = checker(
        said["must"], said.get("when", True), said.get("message", ""), tuple(changes), fix.get("effect", "")
    )
    return Policy(
        said["id"],
        said["title"],
        Severity[said["severity"].upper()],
        tuple(said["types"]),
        said["why"],
        said["mend"],
        said["docs"],
        check,
        equivalents={tool: tuple(ids) for tool, ids in said.get("equivalents", {}).items()},
        controls=tuple(said.get("controls", ())),
    )
