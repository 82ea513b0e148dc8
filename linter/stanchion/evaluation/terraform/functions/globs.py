"""File name patterns of `fileset` ("fileset Function", Terraform documentation; Go's `doublestar`)."""

from __future__ import annotations

from collections.abc import Iterable

from stanchion.evaluation.terraform.errors import EvaluationError
from stanchion.evaluation.terraform.functions.matching import MAX_STEPS, Matcher, compile_pattern

_SPECIAL = frozenset("\\.+*?()|[]{}^$")


def selected(names: Iterable[str], pattern: str) -> set[str]:
    """The names that a pattern with `*`, `**`, `?`, `[a-z]` and `{a,b}` matches."""
    compiled = compile_pattern(f"^(?s:{_expression(pattern)})$")
    found: set[str] = set()
    steps = MAX_STEPS
    for name in names:
        matcher = Matcher(compiled, name)
        matcher.steps = steps
        if matcher.search(0) is not None:
            found.add(name)
        steps = matcher.steps
    return found


def _expression(pattern: str) -> str:
    """The pattern as a regular expression of RE2."""
    pieces: list[str] = []
    at = depth = 0
    while at < len(pattern):
        character = pattern[at]
        if pattern.startswith("**/", at) and (at == 0 or pattern[at - 1] == "/"):
            pieces.append("(?:[^/]*/)*")
            at += 3
            continue
        if pattern.startswith("**", at):
            pieces.append(".*" if at == 0 or pattern[at - 1] == "/" else "[^/]*")
            at += 2
            continue
        if character == "[":
            end = pattern.find("]", at + 2)
            if end < 0:
                raise EvaluationError(f"failed to glob pattern {pattern[:60]}: syntax error in pattern")
            inside = pattern[at + 1 : end]
            negated = inside[0] == "^"
            body = inside[1:] if negated else inside
            pieces.append(f"[{'^' if negated else ''}{body.replace('[', chr(92) + '[')}]")
            at = end + 1
            continue
        if character == "\\" and at + 1 < len(pattern):
            at += 1
            pieces.append(_quoted(pattern[at]))
        elif character == "{":
            depth += 1
            pieces.append("(?:")
        elif character == "}" and depth:
            depth -= 1
            pieces.append(")")
        elif character == "," and depth:
            pieces.append("|")
        else:
            pieces.append({"*": "[^/]*", "?": "[^/]"}.get(character) or _quoted(character))
        at += 1
    if depth:
        raise EvaluationError(f"failed to glob pattern {pattern[:60]}: syntax error in pattern")
    return "".join(pieces)


def _quoted(character: str) -> str:
    return "\\" + character if character in _SPECIAL else character
