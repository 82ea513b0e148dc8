"""What the editor is shown: diagnostics, hovers, actions."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from lsprotocol import types

from stanchion.evaluation.values import ListValue, MapValue, Value
from stanchion.fixing.fixes import TextFix
from stanchion.fixing.remediation import of_policy
from stanchion.graph.render import value_to_json
from stanchion.graph.resource import Graph
from stanchion.judging.finding import Finding
from stanchion.lsp.positions import position, range_of, uri_of
from stanchion.lsp.workspace import Folder
from stanchion.policy.policy import Policy, Severity
from stanchion.reporting.escape import shown
from stanchion.secrets.redact import redact
from stanchion.syntax.source import Located, Problem, Source

SOURCE = "stanchion"
_SEVERITIES = {
    Severity.CRITICAL: types.DiagnosticSeverity.Error,
    Severity.HIGH: types.DiagnosticSeverity.Error,
    Severity.MEDIUM: types.DiagnosticSeverity.Warning,
    Severity.LOW: types.DiagnosticSeverity.Information,
    Severity.INFO: types.DiagnosticSeverity.Hint,
}
#: How long a value may be in a hover.
LONGEST = 1_500


def diagnostics(folder: Folder, path: Path) -> list[types.Diagnostic]:
    """Everything to be said about one file."""
    found = [_finding(finding, folder) for finding in folder.findings_in(path)]
    return found + [_problem(problem) for problem in folder.problems_in(path)]


def _finding(finding: Finding, folder: Folder) -> types.Diagnostic:
    message = finding.message if finding.when is None else f"{finding.message} (when {finding.when})"
    return types.Diagnostic(
        range=_marked(finding.place),
        message=shown(redact(message)),
        severity=_SEVERITIES[finding.severity],
        code=finding.policy.id,
        source=SOURCE,
        related_information=[
            types.DiagnosticRelatedInformation(
                types.Location(uri_of(_absolute(step.place.source.path, folder)), range_of(step.place)),
                shown(redact(step.message)),
            )
            for step in finding.trace
        ]
        or None,
        data={"fingerprint": finding.fingerprint},
    )


def _marked(place: Located) -> types.Range:
    """The range of a place; of one that runs over several lines the first, so that not half a file is underlined."""
    whole = range_of(place)
    if whole.start.line == whole.end.line:
        return whole
    line = place.source.line(whole.start.line + 1)
    end = position(place.source, place.source.line_starts()[whole.start.line] + len(line.rstrip()))
    return types.Range(whole.start, end)


def _absolute(path: str, folder: Folder) -> Path:
    return Path(path) if Path(path).is_absolute() else folder.root / path


def _problem(problem: Problem) -> types.Diagnostic:
    nowhere = types.Range(types.Position(0, 0), types.Position(0, 1))
    return types.Diagnostic(
        range=_marked(problem.place) if problem.place is not None else nowhere,
        message=shown(redact(problem.message)),
        severity=types.DiagnosticSeverity.Warning,
        code=problem.kind,
        source=SOURCE,
    )


def explained(policy: Policy, framework: str) -> str:
    """A policy in Markdown, for a hover."""
    lines = [f"**{policy.id}** {policy.title}", "", policy.why, "", f"*Mending:* `{of_policy(policy, framework)}`", ""]
    others = ", ".join(check for checks in policy.equivalents.values() for check in checks)
    lines.append(f"{policy.docs}" + (f"  \nAlso known as {others}" if others else ""))
    return "\n".join(lines)


def value_at(graphs: list[Graph], source: Source, offset: int) -> tuple[Located, str] | None:
    """The smallest evaluated expression around an offset, and its value or the reason it is unknown, in Markdown."""
    best: tuple[Located, Value, str] | None = None
    for place, value, name in _places(graphs, source, offset):
        if best is None or place.end - place.start < best[0].end - best[0].start:
            best = (place, value, name)
    if best is None:
        return None
    place, value, name = best
    written = json.dumps(value_to_json(value, name), indent=2, ensure_ascii=False)
    if len(written) > LONGEST:
        written = written[:LONGEST] + "\n…"
    return place, f"```json\n{shown_lines(written)}\n```"


def shown_lines(text: str) -> str:
    """A text of several lines with each made safe to show, and no way out of a code block."""
    return "\n".join(shown(line) for line in text.splitlines()).replace("```", "'''")


def _places(graphs: list[Graph], source: Source, offset: int) -> Iterator[tuple[Located, Value, str]]:
    for graph in graphs:
        for resource in graph.resources:
            blocks = (part.block for part in resource.parts)
            if any(b.source.path == source.path and b.start <= offset <= b.end for b in blocks):
                yield from _inside(resource.properties, source, offset)
                if resource.unmapped is not None:
                    yield from _inside(resource.unmapped, source, offset)


def _inside(value: MapValue, source: Source, offset: int) -> Iterator[tuple[Located, Value, str]]:
    pending: list[MapValue] = [value]
    while pending:
        here = pending.pop()
        for name, entry in here.entries.items():
            place = (here.places or {}).get(name) or entry.origin
            if place is not None and place.source.path == source.path and place.start <= offset <= place.end:
                yield place, entry, name
            pending += _maps(entry)


def _maps(value: Value) -> Iterator[MapValue]:
    if isinstance(value, MapValue):
        yield value
    elif isinstance(value, ListValue):
        for item in value.items:
            yield from _maps(item)


def mending(fix: TextFix) -> types.CodeAction:
    """The action that mends a finding; the preferred one where it does nothing else."""
    edits = [types.TextEdit(range_of(edit), edit.text) for edit in fix.edits]
    but = f" ({fix.effect})" if fix.effect else ""
    made = action(f"Mend {fix.finding.policy.id}: {fix.finding.policy.title}{but}", uri_of(fix.path), edits)
    made.is_preferred = not fix.effect
    return made


def action(title: str, uri: str, edits: list[types.TextEdit]) -> types.CodeAction:
    """A quick fix that edits one file."""
    changes: dict[str, list[types.TextEdit]] = {uri: edits}
    return types.CodeAction(shown(title), kind=types.CodeActionKind.QuickFix, edit=types.WorkspaceEdit(changes=changes))


def suppression(finding: Finding) -> types.TextEdit | None:
    """The comment above a finding's line that suppresses it; None where the language has no comments."""
    source = finding.place.source
    if source.path.endswith(".json") or source.text.lstrip()[:1] == "{":
        return None
    line = source.position(finding.place.start).line
    indent = source.line(line)[: len(source.line(line)) - len(source.line(line).lstrip())]
    at = types.Position(line - 1, 0)
    return types.TextEdit(types.Range(at, at), f"{indent}# stanchion: ignore[{finding.policy.id}] -- \n")
