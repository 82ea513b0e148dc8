"""The report for people: each fault with its line, what leads to it, and how to mend it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby

from stanchion.fixing.remediation import of_finding
from stanchion.judging.finding import POSSIBLE, Finding
from stanchion.outcome import Outcome
from stanchion.policy.policy import Severity
from stanchion.reporting.escape import shown
from stanchion.reporting.excerpt import excerpt
from stanchion.secrets.redact import told
from stanchion.syntax.source import Located, Problem

_COLOURS = {
    Severity.CRITICAL: "1;97;41",
    Severity.HIGH: "1;31",
    Severity.MEDIUM: "1;33",
    Severity.LOW: "1;36",
    Severity.INFO: "1;34",
}
#: How many other instances of a fault are named.
NAMED = 3


class Paint:
    """Colour, where it is wanted."""

    __slots__ = ("_on",)

    def __init__(self, on: bool) -> None:
        self._on = on

    def __call__(self, text: str, code: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self._on else text


def report(
    outcome: Outcome,
    findings: Sequence[Finding],
    colour: bool = False,
    explain: bool = False,
    hidden: Sequence[Finding] = (),
) -> str:
    """The whole report. `findings` are those to show, joined and in order; `explain` adds what was undecided;
    `hidden` findings are only counted."""
    paint = Paint(colour)
    lines: list[str] = []
    for _, group in groupby(findings, key=lambda f: (f.place.source.path, f.place.start, f.place.end)):
        lines += [*_faults(list(group), paint), ""]
    for problem in outcome.problems:
        lines += [*_problem(problem, paint), ""]
    if explain:
        lines += [*_undecided(outcome, paint), ""]
    lines += _summary(outcome, findings, hidden, paint)
    return "\n".join(lines) + "\n"


def _faults(findings: list[Finding], paint: Paint) -> Iterator[str]:
    for finding in findings:
        severity = finding.severity
        word = paint(f"{severity.word}[{finding.policy.id}]", _COLOURS[severity])
        possible = " (possible)" if finding.certainty == POSSIBLE else ""
        yield f"{word}{possible} {paint(shown(told(finding.message)), '1')}"
    first = findings[0]
    # a row asks for a setting; what stands on its line is masked by its name and shape like everything else
    secret = any(finding.policy.family == "ENC" and finding.policy.row is None for finding in findings)
    yield from _place(first.place, paint, secret)
    margin = " " * _gutter(first.place)
    for note in _joined_notes(findings):
        yield f"{margin} {paint('=', '1;34')} {note}"


def _joined_notes(findings: list[Finding]) -> Iterator[str]:
    """What is noted of findings at one place: what holds for all of them once, the rest with the ids it holds for."""
    said: dict[str, dict[str, None]] = {}
    for finding in findings:
        for note in _notes(finding):
            said.setdefault(note, {})[finding.policy.id] = None
    everyone = {finding.policy.id for finding in findings}
    for note, ids in said.items():
        yield note if ids.keys() == everyone else f"{', '.join(ids)}: {note}"


def _notes(finding: Finding) -> Iterator[str]:
    if finding.when is not None:
        yield f"when {shown(told(finding.when))}"
    for step in finding.trace:
        position = step.place.source.position(step.place.start)
        yield f"{shown(told(step.message))} ({shown(step.place.source.path)}:{position.line})"
    others = finding.resources[1:]
    if len(others) > NAMED:
        yield f"also {', '.join(shown(told(address)) for address in others[:NAMED])} and {len(others) - NAMED} more"
    if finding.suppressed is not None:
        yield f"suppressed by {finding.suppressed.by}: {shown(told(finding.suppressed.reason))}"
    yield f"mend: {of_finding(finding)}"


def _gutter(place: Located) -> int:
    return len(str(place.source.position(place.start).line)) + 1


def _place(place: Located, paint: Paint, secret: bool) -> Iterator[str]:
    position = place.source.position(place.start)
    margin = " " * _gutter(place)
    yield f"{margin}{paint('-->', '1;34')} {shown(place.source.path)}:{position.line}:{position.column}"
    piece = excerpt(place, secret)
    bar = paint("|", "1;34")
    yield f"{margin}{bar}"
    yield f"{paint(str(piece.number), '1;34')} {bar} {piece.line}"
    yield f"{margin}{bar} {paint(piece.marks, '1;31')}"


def _problem(problem: Problem, paint: Paint) -> Iterator[str]:
    word = paint(f"error[{problem.kind}]", "1;31") if problem.grave else paint(f"warning[{problem.kind}]", "1;35")
    yield f"{word} {paint(shown(told(problem.message)), '1')}"
    if problem.place is not None:
        yield from _place(problem.place, paint, secret=False)


def _undecided(outcome: Outcome, paint: Paint) -> Iterator[str]:
    """Every cause once, with how often it was met, the questions that hang on it, and what it leaves uncounted."""
    yield paint("What could not be decided, and why", "1")
    questions: dict[str, dict[tuple[str, str], list[str]]] = {}
    for item in outcome.undecided:
        position = item.place.source.position(item.place.start)
        where = (item.resource, f"{item.place.source.path}:{position.line}")
        questions.setdefault(item.reason, {}).setdefault(where, []).append(item.policy)
    named: dict[str, list[str]] = {}
    for unknown in outcome.unknowns:
        named.setdefault(unknown.reason, []).append(unknown.variable.name if unknown.variable is not None else "")
    causes = {reason: len(named.get(reason, ())) for reason in (*questions, *named)}
    for reason, count in sorted(causes.items(), key=lambda cause: -cause[1]):
        uncounted = [name[7:-1] for name in named.get(reason, ()) if name.startswith("length(")]
        met = count - len(uncounted)
        yield f"  {shown(told(reason))}" + (f" ({met} times)" if met > 1 else "")
        for (resource, place), policies in questions.get(reason, {}).items():
            yield f"    {', '.join(dict.fromkeys(policies))} on {shown(resource)} ({shown(place)})"
        if uncounted:
            more = f" and {len(uncounted) - NAMED} more" if len(uncounted) > NAMED else ""
            yield f"    how many there are of {', '.join(map(shown, uncounted[:NAMED]))}{more}"


def _summary(outcome: Outcome, findings: Sequence[Finding], hidden: Sequence[Finding], paint: Paint) -> Iterator[str]:
    counted = Counter(f.severity for f in findings if f.suppressed is None and f.certainty != POSSIBLE)
    parts = [f"{counted[severity]} {severity.word}" for severity in reversed(Severity) if counted[severity]]
    total = sum(counted.values())
    said = f"{total} finding{'s' if total != 1 else ''} ({', '.join(parts)})" if parts else "no findings"
    scope = ", ".join(
        _many(number, word)
        for number, word in (
            (outcome.files, "file"),
            (outcome.units, "unit"),
            (outcome.resources, "resource"),
            (outcome.policies, "policy"),
        )
    )
    yield f"{paint(said, '1;32' if not total else '1')} in {scope}"
    suppressed = sum(finding.suppressed is not None for finding in hidden)
    if suppressed:
        yield f"{_many(suppressed, 'suppressed finding')} not shown; --show suppressed shows {_them(suppressed)}"
    if outcome.undecided:
        questions = _many(len(outcome.undecided), "question")
        yield f"{questions} could not be decided; --explain-unknowns says why, --show possible shows what may be"
    unseen = sorted({shown(name) for name, _ in outcome.unseen})
    if unseen:
        yield f"not seen, because not on disk: {', '.join(unseen)}"
    grave = sum(problem.grave for problem in outcome.problems)
    if grave:
        subject = "it is" if grave == 1 else "they are"
        yield f"{_many(grave, 'error')}: what {subject} about was not, or not wholly, judged"


def _them(number: int) -> str:
    return "it" if number == 1 else "them"


def _many(number: int, word: str) -> str:
    if number == 1:
        return f"1 {word}"
    return f"{number} {word[:-1]}ies" if word.endswith("y") else f"{number} {word}s"
