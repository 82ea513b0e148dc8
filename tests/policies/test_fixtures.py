"""Every policy is held to its fixtures: `# expect: ID` on the line of the fault, and nothing anywhere else.

`fixtures/policies/<service>/<ID>/bad*` and `good*` are files (or directories of several files) judged alone, as one
unit, by that policy. `# expect: NET101` on a line means a finding of NET101 starts there; `# expect: NET101
conditional` or `possible` says with which certainty. A good fixture expects nothing of the policy.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from stanchion.fixing.remediation import of_policy
from stanchion.plugins.registry import load
from stanchion.run import RunOptions, run

ROOT = Path(__file__).parents[2] / "fixtures" / "policies"
LANGUAGES = {"terraform": (".tf", ".tf.json"), "cloudformation": (".yaml", ".yml", ".json", ".template")}
EXPECT = re.compile(r"#\s*expect:\s*(?P<all>.+)$")
ONE = re.compile(r"^(?P<id>[A-Z0-9]+)(?:\s+(?P<certainty>definite|conditional|possible))?$")

POLICIES = load(search=[]).policies
CASES = sorted(
    path
    for policy in POLICIES
    for path in (ROOT / policy.service / policy.id).glob("*")
    if path.name.startswith(("bad", "good"))
)


def files_of(case: Path) -> list[Path]:
    return sorted(path for path in case.rglob("*") if path.is_file()) if case.is_dir() else [case]


def expected(case: Path, policy: str) -> set[tuple[str, int, str]]:
    found = set()
    for path in files_of(case):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            comment = EXPECT.search(line)
            for item in comment.group("all").split(",") if comment else ():
                one = ONE.match(item.strip())
                assert one, f"{path}:{number}: cannot read {item!r}"
                if one.group("id") == policy:
                    found.add((path.name, number, one.group("certainty") or "definite"))
    return found


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_a_fixture_has_exactly_the_findings_it_says(case: Path, tmp_path: Path) -> None:
    policy = case.parent.name
    target = tmp_path / case.name
    if case.is_dir():
        shutil.copytree(case, target)
    else:
        target = tmp_path / ("main.tf" if case.suffix == ".tf" else case.name)
        shutil.copy(case, target)
    outcome = run([tmp_path], RunOptions(select=(policy,)))
    assert [problem.message for problem in outcome.problems] == []
    seen = {
        (
            case.name if target.name == "main.tf" and not case.is_dir() else Path(finding.place.source.path).name,
            finding.place.source.position(finding.place.start).line,
            finding.certainty,
        )
        for finding in outcome.findings
    }
    wanted = expected(case, policy)
    assert seen == wanted
    assert bool(wanted) is case.name.startswith("bad")


@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.id)
def test_every_policy_is_complete(policy: object) -> None:
    from stanchion.policy.policy import Policy

    assert isinstance(policy, Policy)
    cases = list((ROOT / policy.service / policy.id).glob("*"))
    for language, endings in languages_of(policy.id).items():
        for verdict in ("bad", "good"):
            assert any(holds_language(case, verdict, endings) for case in cases), f"no {verdict} fixture in {language}"
    assert re.fullmatch(r"[A-Z]+\d{3}", policy.id)
    for text in (policy.title, policy.why, of_policy(policy), policy.docs):
        assert text.strip()
    assert policy.why.count(". ") <= 1, "a reason is two sentences at the most"


#: Policies whose fault can be written in one language only, and why.
ONE_LANGUAGE = {
    "ENC103": "terraform",  # CloudFormation cannot make a SecureString
    "TLS105": "terraform",  # only Terraform reads from other hosts while it plans
    "ENC204": "terraform",  # CloudFormation has no provider blocks
    "PUB135": "terraform",  # CloudFormation has no resource for the catalog's policy
    "ENC205": "cloudformation",  # cfn-init reads CloudFormation's metadata
}


def languages_of(policy: str) -> dict[str, tuple[str, ...]]:
    """Both languages, except where the fault exists in one of them alone."""
    only = ONE_LANGUAGE.get(policy)
    return {only: LANGUAGES[only]} if only is not None else LANGUAGES


def holds_language(case: Path, verdict: str, endings: tuple[str, ...]) -> bool:
    if not case.name.startswith(verdict):
        return False
    return any(path.name.endswith(endings) for path in files_of(case))


def test_every_module_and_every_fixture_is_of_a_registered_policy() -> None:
    from stanchion_aws.plugin import modules

    known = {(policy.service, policy.id) for policy in POLICIES}
    assert {(case.parent.name, case.name) for case in ROOT.glob("*/*")} == known
    assert {name.partition("_")[0] for name in modules()} == {policy.service for policy in POLICIES}
