"""The formats of code hosts: each read back as its readers read it, and no name from the source taken for markup."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stanchion.judging.finding import Finding
from stanchion.reporting import github, gitlab, junit, markdown
from stanchion.reporting.joining import apart, joined
from stanchion.run import Outcome, RunOptions, run

EXAMPLE = Path(__file__).parents[2] / "fixtures" / "example"
HOSTILE = "<script>alert(1)</script> @everyone [x](http://e.vil) `a` | b\n## c \x1b[31m \u202e ::error::x"


@pytest.fixture(scope="module")
def outcome() -> Outcome:
    return run([EXAMPLE], RunOptions())


@pytest.fixture(scope="module")
def findings(outcome: Outcome) -> list[Finding]:
    return joined(outcome.findings)


def test_github_commands_are_one_line_each(outcome: Outcome, findings: list[Finding]) -> None:
    lines = github.report(outcome, findings).splitlines()
    assert len(lines) == len(findings)
    for line in lines:
        assert re.match(
            r"^::(error|warning|notice) file=[^,:]+,line=\d+,endLine=\d+(,col=\d+,endColumn=\d+)?,title=[^:]+::", line
        )


def test_gitlab_entries_have_what_the_format_asks(outcome: Outcome, findings: list[Finding]) -> None:
    entries = json.loads(gitlab.report(outcome, [*findings, *findings]))
    assert len({entry["fingerprint"] for entry in entries}) == len(entries) == 2 * len(list(apart(findings)))
    for entry in entries:
        assert {"description", "check_name", "fingerprint", "severity", "location"} <= entry.keys()
        assert entry["severity"] in ("info", "minor", "major", "critical", "blocker")
        assert entry["location"]["lines"]["begin"] >= 1
        assert not entry["location"]["path"].startswith(("/", "./"))


def test_junit_counts_and_unique_names(outcome: Outcome, findings: list[Finding]) -> None:
    root = ElementTree.fromstring(junit.report(outcome, [*findings, *findings]))
    cases = root.findall("./testsuite/testcase")
    assert len(cases) == 2 * len(findings) == int(root.attrib["tests"])
    names = [(case.attrib["classname"], case.attrib["name"]) for case in cases]
    assert len(set(names)) == len(names)
    assert len(root.findall("./testsuite/testcase/failure")) == int(root.attrib["failures"])


def test_junit_of_nothing_is_a_passing_case() -> None:
    root = ElementTree.fromstring(junit.report(Outcome(), []))
    assert len(root.findall("./testsuite/testcase")) == 1


def test_markdown_lists_the_worst_first(outcome: Outcome, findings: list[Finding]) -> None:
    rows = [line for line in markdown.report(outcome, findings).splitlines() if line.startswith("| ") and "ENC" in line]
    severities = [row.split("|")[1].strip() for row in rows]
    assert severities == sorted(severities, key=["critical", "high", "medium", "low", "info"].index)


def test_hostile_text_is_no_markup() -> None:
    text = markdown.escaped(HOSTILE)
    assert "<" not in text
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "\n" not in text
    for mark in "@[]()`|#":
        assert re.search(rf"(?<!\\){re.escape(mark)}", text) is None


@given(st.text())
def test_no_text_escapes_its_cell(text: str) -> None:
    escaped = markdown.escaped(text)
    assert "\n" not in escaped
    assert re.search(r"(?<!\\)\|", escaped) is None


@given(st.text())
def test_any_text_makes_wellformed_xml(text: str) -> None:
    ElementTree.fromstring(f"<a>{ElementTree.tostring(_element(text), encoding='unicode')}</a>")


def _element(text: str) -> ElementTree.Element:
    element = ElementTree.Element("b", name=junit._text(text))
    element.text = junit._text(text)
    return element


def test_no_secret_in_any_format(outcome: Outcome, findings: list[Finding]) -> None:
    for made in (github, gitlab, junit, markdown):
        assert "Hunter2" not in made.report(outcome, findings)


def test_what_is_said_of_one_instance_does_not_stand_for_what_is_said_of_another() -> None:
    one, other = run([EXAMPLE], RunOptions()).findings[:1] * 2
    of = 'aws_instance.i["{}"]'
    told = [
        each._replace(message=f"the user data of {of.format(key)} has {what} in it", resources=(of.format(key),))
        for each, key, what in ((one, "arn", "SECRET_NAME"), (other, "real", "DB_PASSWORD"), (one, "b", "DB_PASSWORD"))
    ]
    findings = joined(told)
    assert [len(finding.alike) for finding in findings] == [0, 2]
    assert ["DB_PASSWORD" in finding.message for finding in findings] == [False, True]
    assert findings[1].resources == (of.format("real"), of.format("b"))
