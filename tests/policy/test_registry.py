"""Plugins: found in installed distributions, named by the user, and never able to take the others down."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from stanchion.plugins.registry import entry_points, load
from stanchion.plugins.selection import UnknownPolicyError, choose_policies
from stanchion.policy.families import Family
from stanchion.policy.policy import Profile, Severity
from stanchion.run import RunOptions, run

PACK = Path(__file__).parents[2] / "fixtures" / "plugin"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory into which pip has installed the example pack."""
    target = tmp_path_factory.mktemp("site")
    command = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "-q",
        "--no-deps",
        "--no-build-isolation",
        "--target",
        str(target),
    ]
    subprocess.run([*command, str(PACK)], check=True, capture_output=True, timeout=300)
    return target


def test_an_installed_distribution_is_found_and_its_policies_loaded(
    installed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert list(entry_points([str(installed)])) == [("example_pack", "example_pack")]
    monkeypatch.syspath_prepend(str(installed))
    registry = load(search=[str(installed)])
    assert {"ACME001", "ACME002"} <= set(registry.by_id())
    assert registry.problems == []


def test_a_pack_is_found_by_a_whole_process(installed: Path) -> None:
    code = "from stanchion.plugins.registry import load; print('ACME001' in load().by_id())"
    path = f"import sys; sys.path.insert(0, {str(installed)!r}); {code}"
    done = subprocess.run([sys.executable, "-c", path], check=True, capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == "True"


def test_a_plugin_that_cannot_be_imported_is_one_problem() -> None:
    registry = load(["no_such_module_of_policies"], search=[])
    assert [problem.kind for problem in registry.problems] == ["plugin"]
    assert "no_such_module_of_policies" in registry.problems[0].message


def test_a_repeated_id_keeps_the_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (PACK / "example_pack" / "__init__.py").read_text()
    for name in ("first_copy", "second_copy"):
        (tmp_path / f"{name}.py").write_text(text)
    monkeypatch.syspath_prepend(str(tmp_path))
    registry = load(["first_copy", "second_copy"], search=[])
    assert len(registry.problems) == 2
    assert [policy.id for policy in registry.policies].count("ACME001") == 1


def test_selection_by_id_family_and_severity(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(PACK))
    policies = load(["example_pack"], search=[]).policies
    ids = {policy.id for policy in choose_policies(policies, select=["ACME001"])}
    assert ids == {"ACME001"}
    assert {p.id for p in choose_policies(policies, select=["ACME"], ignore=["ACME001"])} == {"ACME002"}
    assert {p.id for p in choose_policies(policies, families=["ACME"], minimum=Severity.MEDIUM)} == {"ACME001"}


def test_an_unknown_id_is_an_error_with_a_suggestion(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(PACK))
    policies = load(["example_pack"], search=[]).policies
    with pytest.raises(UnknownPolicyError, match="ACME0"):
        choose_policies(policies, select=["ACME01"])


def test_a_profile_takes_in_those_before_it_and_a_selection_whatever_it_names() -> None:
    policies = load(search=[]).policies
    sizes = [len(choose_policies(policies, profile=profile)) for profile in Profile]
    assert sizes == sorted(set(sizes))
    assert sizes[-1] == len(policies)
    assert choose_policies(policies) == choose_policies(policies, profile=Profile.DEFAULT)
    strict = next(policy for policy in policies if policy.profile is Profile.STRICT)
    audit = next(policy for policy in policies if policy.profile is Profile.AUDIT)
    assert strict not in choose_policies(policies)
    assert audit not in choose_policies(policies, profile=Profile.STRICT)
    chosen = choose_policies(policies, select=[strict.id, audit.id])
    assert {policy.id for policy in chosen} == {strict.id, audit.id}


def test_what_informs_only_is_for_an_audit() -> None:
    for policy in load(search=[]).policies:
        assert policy.severity is not Severity.INFO or policy.profile is Profile.AUDIT, policy.id


def test_a_service_selects_as_a_family_does() -> None:
    policies = load(search=[]).policies
    chosen = choose_policies(policies, services=["kms"], profile=Profile.AUDIT)
    assert {policy.id for policy in chosen} == {policy.id for policy in policies if policy.service == "kms"}
    assert choose_policies(policies, families=["BAK"], services=["kms"], profile=Profile.AUDIT) == ()
    with pytest.raises(UnknownPolicyError, match="no policy has the service 'cloudtrial'; did you mean cloudtrail"):
        choose_policies(policies, services=["cloudtrial"])


def test_every_policy_belongs_to_a_family_that_is_written_down() -> None:
    assert {policy.family for policy in load(search=[]).policies} <= {family.name for family in Family}


def test_an_id_that_a_policy_had_is_nobody_elses() -> None:
    policies = load(search=[]).policies
    ids = [policy.id for policy in policies] + [alias for policy in policies for alias in policy.aliases]
    assert len(ids) == len(set(ids))


def test_a_policy_answers_to_the_ids_it_had(tmp_path: Path) -> None:
    policies = load(search=[]).policies
    assert [policy.id for policy in choose_policies(policies, select=["ENC601"])] == ["TLS601"]
    assert "TLS601" not in {policy.id for policy in choose_policies(policies, ignore=["ENC601"])}
    text = 'resource "aws_elasticsearch_domain" "it" {\n  domain_name = "search"\n}\n'
    (tmp_path / "main.tf").write_text(f"# stanchion: ignore[ENC601] -- as it was called\n{text}")
    outcome = run([tmp_path], RunOptions(select=("TLS601",)))
    assert [finding.suppressed is not None for finding in outcome.findings] == [True]
    assert outcome.problems == []
    (finding,) = outcome.findings
    before = finding._replace(policy=finding.policy._replace(id="ENC601", aliases=()))
    assert finding.fingerprint == before.fingerprint, "a baseline written before still hides it"
