"""Variants: one unit judged once with the values of each environment, and the answers joined.

What is found with all of them is told as it is; what only some bring is conditional: `var-file = prod.tfvars`,
`terraform.workspace = "production"`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from stanchion.evaluation.conditions import scalar_text
from stanchion.judging.finding import CONDITIONAL, DEFINITE, POSSIBLE, Finding, Undecided
from stanchion.syntax.source import Problem

if TYPE_CHECKING:
    from stanchion.evaluation.terraform.modules.variables import Layer

_INDEX = re.compile(r"\[\d+\]")


class Answer(NamedTuple):
    """What judging a unit with one variant's values gave; the label says which: `var-file = prod.tfvars`."""

    label: str
    findings: list[Finding]
    undecided: list[Undecided]
    problems: list[Problem]


def labels(variants: Sequence[tuple[Path, ...]]) -> list[str]:
    """A name for each variant: the names of those files that not all have, with directories where names are alike."""
    shared = set(variants[0]).intersection(*variants[1:]) if variants else set()
    told = [tuple(path for path in variant if path not in shared) or variant for variant in variants]
    short = [",".join(path.name for path in paths) for paths in told]
    if len(set(short)) == len(short):
        return short
    return [",".join(path.as_posix() for path in paths) for paths in told]


def variants(
    var_files: Sequence[tuple[Layer, ...]], workspaces: Sequence[str]
) -> Iterator[tuple[str, tuple[tuple[Layer, ...], ...], tuple[str, ...]]]:
    """Each combination of an environment's files and a workspace, with a label that says where it differs."""
    names = labels([tuple(each for each in layers if isinstance(each, Path)) for layers in var_files])
    files: list[tuple[str, tuple[tuple[Layer, ...], ...]]] = [
        (f"var-file = {name}", (layers,)) for name, layers in zip(names, var_files, strict=True)
    ]
    spaces: list[tuple[str, tuple[str, ...]]] = [
        (f"terraform.workspace = {scalar_text(name)}", (name,)) for name in workspaces
    ]
    for file_label, layers in files or [("", ())]:
        for space_label, space in spaces or [("", ())]:
            told = [label for label, several in ((file_label, files), (space_label, spaces)) if len(several) > 1]
            yield " and ".join(told), layers, space


def joined(answers: Sequence[Answer]) -> Answer:
    """The answers of all variants as one."""
    groups: dict[tuple[object, ...], dict[str, Finding]] = {}
    for answer in answers:
        for key, finding in _numbered(answer.findings):
            groups.setdefault(key, {})[answer.label] = finding
    names = [answer.label for answer in answers]
    findings = [_one(found, names) for found in groups.values()]
    return Answer("", findings, list(_undecided(answers)), list(_problems(answers)))


def _numbered(findings: Iterable[Finding]) -> Iterator[tuple[tuple[object, ...], Finding]]:
    """The findings with what is the same in every variant; a number tells those apart that are alike in it."""
    seen: Counter[tuple[object, ...]] = Counter()
    for finding in findings:
        place = finding.place
        subject = _INDEX.sub("[]", finding.subject)
        key = (finding.policy.id, place.source.path, place.start, place.end, finding.resources[:1], subject)
        seen[key] += 1
        yield (*key, seen[key]), finding


def _one(found: dict[str, Finding], names: Sequence[str]) -> Finding:
    """One finding for what several variants found: as certain as it is over all of them."""
    certain = {label: finding for label, finding in found.items() if finding.certainty != POSSIBLE}
    if not certain:
        return next(iter(found.values()))
    ways: dict[str, list[str]] = {}
    for label, finding in certain.items():
        ways.setdefault(finding.when or "", []).append(label)
    first = next((finding for finding in certain.values() if finding.certainty == DEFINITE), None)
    first = first or next(iter(certain.values()))
    if len(ways) == 1 and len(certain) == len(names):
        return first
    return first._replace(certainty=CONDITIONAL, when=" or ".join(_clauses(ways)))


def _clauses(ways: dict[str, list[str]]) -> Iterator[str]:
    for when, labels_ in ways.items():
        told = " or ".join(labels_)
        if not when:
            yield told
        else:
            yield f"({told}) and {when}" if len(labels_) > 1 else f"{told} and {when}"


def _undecided(answers: Sequence[Answer]) -> Iterator[Undecided]:
    found: dict[tuple[object, ...], tuple[Undecided, list[str]]] = {}
    for answer in answers:
        for note in answer.undecided:
            key = (note.policy, note.resource, note.reason, note.place.source.path, note.place.start)
            labels_ = found.setdefault(key, (note, []))[1]
            if answer.label not in labels_:
                labels_.append(answer.label)
    for note, labels_ in found.values():
        yield note._replace(reason=_with(note.reason, labels_, answers))


def _problems(answers: Sequence[Answer]) -> Iterator[Problem]:
    found: dict[tuple[object, ...], tuple[Problem, list[str]]] = {}
    for answer in answers:
        for problem in answer.problems:
            place = problem.place
            where = (place.source.path, place.start, place.end) if place is not None else (problem.path,)
            labels_ = found.setdefault((problem.kind, problem.message, *where), (problem, []))[1]
            if answer.label not in labels_:
                labels_.append(answer.label)
    for problem, labels_ in found.values():
        yield problem._replace(message=_with(problem.message, labels_, answers))


def _with(text: str, labels_: Sequence[str], answers: Sequence[Answer]) -> str:
    """A text that holds for some variants only, with their names."""
    return text if len(labels_) == len(answers) else f"{text} (with {' or '.join(labels_)})"
