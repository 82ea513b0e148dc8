"""What the documentation shows is so: keys, examples, links, commands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from stanchion.cli.main import COMMANDS
from stanchion.configuration.schema import USER_SCHEMA
from stanchion.configuration.settings import read
from stanchion.policy.declared.reading import read_policies
from stanchion.policy.families import Family

ROOT = Path(__file__).parents[2]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md")])


def blocks(page: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", (ROOT / page).read_text(encoding="utf-8"), re.DOTALL)


def test_the_configuration_is_told_whole_and_its_example_is_right(tmp_path: Path) -> None:
    (example,) = blocks("docs/configuration.md", "toml")
    (tmp_path / ".stanchion.toml").write_text(example, encoding="utf-8")
    document = read(tmp_path / ".stanchion.toml").document
    told = set(re.findall(r"^\| `([\w-]+)` \|", (ROOT / "docs/configuration.md").read_text(), re.MULTILINE))
    assert told == set(USER_SCHEMA["properties"])
    assert set(document) == told - {"plugins", "families", "services"}


def test_the_policies_of_the_page_are_read(tmp_path: Path) -> None:
    (example,) = blocks("docs/policies.md", "yaml")
    (tmp_path / "policies.yaml").write_text(example, encoding="utf-8")
    policies, problems = read_policies([tmp_path])
    assert [policy.id for policy in policies] == ["ACME001"]
    assert not problems


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", text):
        if "://" not in target:
            assert (page.parent / target).exists(), target


def test_commands_that_are_named_exist() -> None:
    named = {name for page in PAGES for name in re.findall(r"`stanchion ([a-z-]+)", page.read_text(encoding="utf-8"))}
    assert named <= set(COMMANDS)
    assert {"check", "explain", "graph", "policies"} <= named


def test_the_families_are_told_as_they_are() -> None:
    told = dict(re.findall(r"^\| ([A-Z]{3}) \| (.*) \|$", (ROOT / "CONTRIBUTING.md").read_text(), re.MULTILINE))
    assert told == {family.name: family.value for family in Family}


def test_the_readme_shows_what_the_example_gives() -> None:
    golden = (ROOT / "fixtures" / "reporting" / "example.txt").read_text(encoding="utf-8")
    (excerpt,) = blocks("README.md", "text")
    for part in excerpt.strip().split("\n\n"):
        assert part in golden
