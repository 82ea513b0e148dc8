"""Reading files of policies. They are data: nothing of them is executed, and nothing beside them is read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from stanchion.policy.declared.condition import forbidden
from stanchion.policy.declared.form import FORM
from stanchion.policy.declared.wording import read_predicate, said_in
from stanchion.policy.policy import Policy, Profile, Severity
from stanchion.policy.predicates import PRESENT, fits, words
from stanchion.policy.requirement import Relation, Requirement
from stanchion.policy.rows import policy_of
from stanchion.syntax.document.nodes import Mapping as Object
from stanchion.syntax.document.nodes import Node, Scalar
from stanchion.syntax.document.nodes import Sequence as Array
from stanchion.syntax.document.yaml import parse_yaml
from stanchion.syntax.files import MAX_SETTINGS, RefusedError, read_bytes
from stanchion.syntax.reading import decoded
from stanchion.syntax.source import Located, Problem, Source, Span
from stanchion.worlds.change import Change, Remove, Set

ENDINGS = (".yaml", ".yml", ".json")


def read_policies(paths: Iterable[Path]) -> tuple[list[Policy], list[Problem]]:
    """The policies of files, and of the files in directories; and what is wrong with them, at its place.

    A policy with a mistake is left out. Never raises.
    """
    policies: list[Policy] = []
    problems: list[Problem] = []
    for path in paths:
        files = [path]
        if path.is_dir():
            real = path.resolve()
            files = sorted(each for each in path.iterdir() if each.suffix in ENDINGS and not each.is_dir())
            out = [each for each in files if not each.resolve().is_relative_to(real)]
            problems += [
                Problem("configuration", f"{each} leads outside {path}; it was not read", None, str(each))
                for each in out
            ]
            files = [each for each in files if each not in out]
            if not files and not out:
                problems.append(Problem("configuration", f"{path} holds no file of policies", None, str(path)))
        for file in files:
            found, wrong = _read(file)
            policies += found
            problems += wrong
    return policies, problems


def _read(path: Path) -> tuple[list[Policy], list[Problem]]:
    try:
        source = Source(str(path), decoded(read_bytes(path, MAX_SETTINGS)))
    except RefusedError as error:
        return [], [Problem("configuration", f"{path} {error}", None, str(path))]
    except UnicodeDecodeError as error:
        message = f"{path} is not UTF-8 (byte {error.start} does not fit)"
        return [], [Problem("configuration", message, None, str(path))]
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
        try:
            policies.append(_policy(plain(node)))
        except ValueError as error:
            problems.append(Problem("configuration", str(error), node))
    return policies, problems


def _mistakes(root: Node) -> Iterator[Problem]:
    from jsonschema import Draft202012Validator

    for error in Draft202012Validator(FORM).iter_errors(plain(root)):
        yield Problem("configuration", _said(error), _at(root, tuple(error.absolute_path)))
    held = root.get("policies") if isinstance(root, Object) else None
    for number, node in enumerate(held.items if isinstance(held, Array) else ()):
        if isinstance(node, Object):
            for way, message in _wrong(plain(node)):
                yield Problem("configuration", message, _at(root, ("policies", number, *way)))


def _wrong(said: Mapping[str, Any]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """What is wrong with the conditions of a policy, with the way to each."""
    if _is_row(said):
        for way, predicate in said_in(said):
            try:
                read_predicate(predicate)
            except ValueError as error:
                yield way, str(error)
        return
    for name in ("when", "must"):
        for path, message in forbidden(said[name]) if name in said else ():
            yield (name, *path), message


def _is_row(said: Mapping[str, Any]) -> bool:
    """Whether it speaks of one property or of a related resource; else it is JSON Schema over all properties."""
    return "property" in said or "needs" in said


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
    policy = policy_of(
        said["id"],
        said["title"],
        _row(said) if _is_row(said) else _whole(said),
        Severity[said["severity"].upper()],
        said["why"],
        said["docs"],
        Profile[said.get("profile", "default").upper()],
        {tool: tuple(ids) for tool, ids in said.get("equivalents", {}).items()},
        tuple(said.get("controls", ())),
    )
    return policy._replace(mend=said.get("mend", ""))


def _row(said: Mapping[str, Any]) -> Requirement:
    """A row like those of the built-in services."""
    fix = said.get("fix", {})
    changes = _changes(fix)
    needs = said.get("needs")
    relation = None
    if needs is not None:
        relation = Relation(needs["type"], needs.get("by", ""), _conditions(needs.get("having")))
    must = read_predicate(said["must"]) if relation is None else PRESENT
    wanted = f"must have {said.get('property')}: {words(must)}" if relation is None else f"has no {relation.type}"
    return Requirement(
        tuple(said["types"]),
        said.get("property", ""),
        must,
        said.get("message", wanted),
        _conditions(said.get("when")),
        relation,
        changes,
        fixed=bool(fix) and not changes,
        effect=fix.get("effect", "") if isinstance(fix, Mapping) else "",
    )


def _conditions(given: Any) -> tuple[tuple[str, Any], ...]:
    held = given if isinstance(given, Mapping) else {}
    return tuple((path, read_predicate(predicate)) for path, predicate in held.items())


def _whole(said: Mapping[str, Any]) -> Requirement:
    """JSON Schema over all properties: one predicate on the resource as a whole."""
    fix = said.get("fix", {})
    changes = _changes(fix)
    effect = fix.get("effect", "") if changes else ""
    when = (("", fits(said["when"])),) if said.get("when", True) is not True else ()
    says = said.get("message", "")
    return Requirement(tuple(said["types"]), "", fits(said["must"]), says, when, None, changes, effect=effect)


def _changes(fix: Any) -> tuple[Change, ...]:
    if not isinstance(fix, Mapping):
        return ()
    sets: list[Change] = [Set(path, value) for path, value in fix.get("set", {}).items()]
    return (*sets, *(Remove(path) for path in fix.get("remove", ())))
