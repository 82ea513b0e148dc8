"""Diffs lead from one text to the other, and are cheap for long ones."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from stanchion.patching.diff import unified

LINES = st.lists(st.sampled_from(["a\n", "b\n", "}\n", "\n", "x = 1\n", "y\n", "z\n"]), max_size=40)


def applied(old: list[str], diff: list[str]) -> list[str]:
    """A text with a unified diff applied, strictly."""
    new: list[str] = []
    at = 0
    for line in diff[2:]:
        head = re.match(r"@@ -(\d+)(?:,(\d+))? \+\d+(?:,\d+)? @@\n$", line)
        if head is not None:
            start = int(head.group(1)) - (0 if head.group(2) == "0" else 1)
            new += old[at:start]
            at = start
        elif line[0] == "+":
            new.append(line[1:])
        else:
            assert old[at] == line[1:]
            new += [line[1:]] if line[0] == " " else []
            at += 1
    return new + old[at:]


@given(LINES, LINES)
def test_a_diff_leads_from_one_text_to_the_other(old: list[str], new: list[str]) -> None:
    diff = list(unified(old, new, "a", "b"))
    assert bool(diff) is (old != new)
    assert applied(old, diff) == new if diff else True


def test_what_did_not_change_is_left_out() -> None:
    old = [f"line {number}\n" for number in range(100)]
    new = [*old[:50], "more\n", *old[51:]]
    assert list(unified(old, new, "a/x", "b/x")) == [
        *("--- a/x\n", "+++ b/x\n", "@@ -48,7 +48,7 @@\n", " line 47\n", " line 48\n", " line 49\n"),
        *("-line 50\n", "+more\n", " line 51\n", " line 52\n", " line 53\n"),
    ]
