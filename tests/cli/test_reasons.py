"""Suppressions as a configuration wants them: with a reason, and none that is not needed."""

from __future__ import annotations

from pathlib import Path

import pytest

from stanchion.cli.main import main

MAIN = """\
variable "db_password" {} # stanchion: ignore[ENC201]

variable "api_token" {} # stanchion: ignore[ENC201] -- a name, not the token

variable "size" {} # stanchion: ignore[ENC201] -- long gone
"""


@pytest.mark.parametrize(
    ("configuration", "code", "said"),
    [
        ("", 0, []),
        ("require-reason = true\n", 1, ["main.tf:1:27", "a suppression needs a reason"]),
        ("report-unused = true\n", 0, ["main.tf:5:20", "nothing is suppressed by this any more (ENC201)"]),
    ],
)
def test_the_configuration_says_how_strict(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    configuration: str,
    code: int,
    said: list[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "main.tf").write_text(MAIN)
    (tmp_path / ".stanchion.toml").write_text(configuration)
    assert main(["check", ".", "--no-color"]) == code
    out = capsys.readouterr().out
    for part in said:
        assert part in out
    assert bool(said) is ("warning[suppression]" in out)


def test_a_word_is_no_boolean(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "main.tf").write_text(MAIN)
    (tmp_path / ".stanchion.toml").write_text('require-reason = "yes"\n')
    assert main(["check", "."]) == 2
    assert ".stanchion.toml:1:1: require-reason: expected true or false; found a string" in capsys.readouterr().err
