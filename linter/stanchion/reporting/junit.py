"""JUnit XML, as the Jenkins and Azure Pipelines readers take it: a suite a file, a case a finding."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import groupby
from xml.etree.ElementTree import Element, SubElement, tostring

from stanchion.fixing.remediation import of_finding
from stanchion.judging.finding import Finding
from stanchion.outcome import Outcome
from stanchion.reporting.escape import shown
from stanchion.reporting.wording import line_of, message_of, where
from stanchion.secrets.redact import told

#: What XML 1.0 cannot hold ("Characters", XML 1.0).
_FORBIDDEN = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def report(outcome: Outcome, findings: Sequence[Finding]) -> str:
    """The report as XML text; names of cases are unique, since readers join equal ones."""
    counted = [finding for finding in findings if finding.suppressed is None]
    root = Element("testsuites", name="stanchion", tests=str(len(findings)), failures=str(len(counted)))
    names: Counter[tuple[str, str]] = Counter()
    for path, group in groupby(findings, key=lambda finding: finding.place.source.path):
        listed = list(group)
        failures = sum(finding.suppressed is None for finding in listed)
        suite = SubElement(
            root, "testsuite", name=_text(path), tests=str(len(listed)), failures=str(failures), errors="0", time="0"
        )
        for finding in listed:
            _case(suite, finding, names)
    unread = [problem for problem in outcome.problems if problem.grave]
    if unread:
        count = str(len(unread))
        suite = SubElement(root, "testsuite", name="reading", tests=count, failures="0", errors=count, time="0")
        for number, problem in enumerate(unread, 1):
            case = SubElement(suite, "testcase", name=f"{problem.kind} {number}", classname="stanchion", time="0")
            place = f"{where(problem)}: " if where(problem) else ""
            SubElement(case, "error", message=_text(place + told(problem.message)), type=problem.kind)
    if not findings and not unread:
        suite = SubElement(root, "testsuite", name="stanchion", tests="1", failures="0", errors="0", time="0")
        SubElement(suite, "testcase", name="no findings", classname="stanchion", time="0")
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _case(suite: Element, finding: Finding, names: Counter[tuple[str, str]]) -> None:
    line = line_of(finding.place)
    resource = finding.resources[0] if finding.resources else finding.unit
    name = f"{finding.policy.id} {resource} line {line}"
    key = (finding.place.source.path, name)
    names[key] += 1
    if names[key] > 1:
        name = f"{name} ({names[key]})"
    case = SubElement(suite, "testcase", name=_text(name), classname=_text(finding.place.source.path), time="0")
    if finding.suppressed is not None:
        SubElement(case, "skipped", message=_text(told(finding.suppressed.reason)))
        return
    failure = SubElement(case, "failure", message=_text(message_of(finding)), type=finding.severity.word)
    failure.text = f"{_text(finding.place.source.path)}:{line}\n{of_finding(finding)}"


def _text(text: str) -> str:
    return _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", shown(text))
