"""Suppressions: what they speak of, that they end, that they are accounted for; other tools' ones honoured."""

from __future__ import annotations

from pathlib import Path

import pytest

from stanchion.run import Outcome, RunOptions, run
from stanchion.syntax.comments import hcl_comments, yaml_comments
from stanchion.syntax.source import Source

GROUP = """\
resource "aws_security_group" "a" {{{header}
  description = "a"
  ingress {{{block}
    description = "ssh"
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]{line}
  }}
}}
"""


def checked(directory: Path, text: str, name: str = "main.tf", **options: bool) -> Outcome:
    (directory / name).write_text(text, encoding="utf-8")
    return run([directory], RunOptions(select=("NET101",), **options))  # type: ignore[arg-type]


def state(outcome: Outcome) -> list[str | None]:
    return [finding.suppressed.reason if finding.suppressed else None for finding in outcome.findings]


@pytest.mark.parametrize("where", ["header", "block"])
def test_a_comment_behind_an_opening_brace_speaks_of_the_block(tmp_path: Path, where: str) -> None:
    places = {"header": "", "block": "", "line": ""} | {where: " # stanchion: ignore[NET101] -- audited"}
    assert state(checked(tmp_path, GROUP.format(**places))) == ["audited"]


def test_a_comment_above_speaks_of_what_starts_below(tmp_path: Path) -> None:
    text = "# stanchion: ignore[NET] -- the family too\n" + GROUP.format(header="", block="", line="")
    assert state(checked(tmp_path, text)) == ["the family too"]


def test_a_comment_on_another_line_does_not(tmp_path: Path) -> None:
    text = GROUP.format(header="", block="", line="") + "\n# stanchion: ignore[NET101] -- elsewhere\nlocals {}\n"
    assert state(checked(tmp_path, text)) == [None]


def test_a_comment_for_the_file(tmp_path: Path) -> None:
    text = GROUP.format(header="", block="", line="") + "\n# stanchion: ignore-file[NET101] -- generated\n"
    assert state(checked(tmp_path, text)) == ["generated"]


def test_text_that_only_looks_like_a_comment_is_none(tmp_path: Path) -> None:
    text = GROUP.format(header="", block="", line="").replace('"ssh"', '"# stanchion: ignore-file[NET101] -- no"')
    assert state(checked(tmp_path, text)) == [None]


def test_another_policy_is_not_meant(tmp_path: Path) -> None:
    text = "# stanchion: ignore[NET102] -- not this\n" + GROUP.format(header="", block="", line="")
    assert state(checked(tmp_path, text)) == [None]


def test_an_ended_suppression_says_so_and_has_no_effect(tmp_path: Path) -> None:
    text = "# stanchion: ignore[NET101] until=2020-01-31 -- once\n" + GROUP.format(header="", block="", line="")
    outcome = checked(tmp_path, text)
    assert state(outcome) == [None]
    assert [problem.kind for problem in outcome.problems] == ["suppression"]
    assert "2020-01-31" in outcome.problems[0].message


def test_reasons_can_be_required(tmp_path: Path) -> None:
    text = "# stanchion: ignore[NET101]\n" + GROUP.format(header="", block="", line="")
    assert state(checked(tmp_path, text)) == [""]
    assert state(checked(tmp_path, text, require_reason=True)) == [None]


def test_an_auditor_sees_everything(tmp_path: Path) -> None:
    text = "# stanchion: ignore[NET101] -- x\n" + GROUP.format(header="", block="", line="")
    assert state(checked(tmp_path, text, suppressions=False)) == [None]


def test_what_nothing_needs_is_reported_on_request(tmp_path: Path) -> None:
    text = "# stanchion: ignore[NET102] -- gone\n" + GROUP.format(header="", block="", line="")
    assert checked(tmp_path, text).problems == []
    assert len(checked(tmp_path, text, report_unused=True).problems) == 1


@pytest.mark.parametrize("wrong", ["ignore", "ignore[]", "ignore[NOPE9]", "skip[NET101]", "ignore[NET101] until=soon"])
def test_what_cannot_be_understood_is_reported(tmp_path: Path, wrong: str) -> None:
    text = f"# stanchion: {wrong}\n" + GROUP.format(header="", block="", line="")
    outcome = checked(tmp_path, text)
    assert [problem.kind for problem in outcome.problems if problem.kind == "suppression"]
    assert state(outcome) == [None]


def test_a_module_call_answers_for_what_is_in_the_module(tmp_path: Path) -> None:
    (tmp_path / "group").mkdir()
    (tmp_path / "group" / "main.tf").write_text(GROUP.format(header="", block="", line=""), encoding="utf-8")
    call = 'module "g" { # stanchion: ignore[NET101] -- bastion\n  source = "./group"\n}\n'
    other = 'module "h" {\n  source = "./group"\n}\n'
    outcome = checked(tmp_path, call + other)
    assert sorted(map(str, state(outcome))) == ["None", "bastion"]


@pytest.mark.parametrize(
    "comment",
    [
        "checkov:skip=CKV_AWS_24:known",
        "tfsec:ignore:AVD-AWS-0107",
        "trivy:ignore:AVD-AWS-0107",
        "trivy:ignore:aws-0107",
    ],
)
def test_other_tools_comments_are_honoured(tmp_path: Path, comment: str) -> None:
    inside = "checkov" in comment
    text = GROUP.format(header=f"\n  # {comment}" if inside else "", block="", line="")
    (finding,) = checked(tmp_path, text if inside else f"# {comment}\n{text}").findings
    assert (finding.suppressed is not None) is ("AWS_24" in comment or "0107" in comment)


TEMPLATE = """\
Resources:
  Web:
    Type: AWS::EC2::SecurityGroup
    Metadata: {metadata}
    Properties:
      GroupDescription: web
      SecurityGroupIngress:
        - IpProtocol: tcp{line}
          FromPort: 22
          ToPort: 22
          CidrIp: 0.0.0.0/0
"""


@pytest.mark.parametrize(
    "metadata",
    [
        "{stanchion: {ignore: [NET101]}}",
        "{stanchion: {ignore: [{id: NET101, reason: audited}]}}",
        "{guard: {SuppressedRules: [INCOMING_SSH_DISABLED]}}",
        "{checkov: {skip: [{id: CKV_AWS_24, comment: known}]}}",
    ],
)
def test_metadata_speaks_of_its_resource(tmp_path: Path, metadata: str) -> None:
    (finding,) = checked(tmp_path, TEMPLATE.format(metadata=metadata, line=""), "t.yaml").findings
    assert finding.suppressed is not None


def test_yaml_comments(tmp_path: Path) -> None:
    text = TEMPLATE.format(metadata="{}", line=" # stanchion: ignore[NET101] -- here")
    assert state(checked(tmp_path, text, "t.yaml")) == ["here"]
    text = TEMPLATE.format(metadata="{}", line="").replace("  Web:", "  # stanchion: ignore[NET101] -- all\n  Web:")
    assert state(checked(tmp_path, text, "t.yaml")) == ["all"]


def test_comments_are_told_from_text() -> None:
    hcl = Source("x", 'a = "# no" # yes\n// two\n/* three */\nb = <<EOT\n# no\nEOT\n')
    assert [(c.text, c.line, c.trailing) for c in hcl_comments(hcl)] == [
        ("yes", 1, True),
        ("two", 2, False),
        ("three", 3, False),
    ]
    yaml = Source("x", 'a: "# no" # yes\nb: c#no\n# two\n')
    assert [(c.text, c.line) for c in yaml_comments(yaml)] == [("yes", 1), ("two", 3)]
