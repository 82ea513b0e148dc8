"""Every bad fixture of every policy: what its fixes mend, that they bring nothing else, and that they end."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from functools import partial
from pathlib import Path

import hcl2
import pytest
import yaml

from stanchion.fixing.fixes import SAFE, TextFix
from stanchion.fixing.mending import Mended, mend
from stanchion.judging.finding import POSSIBLE, Finding
from stanchion.plugins.registry import load
from stanchion.policy.policy import Policy
from stanchion.run import Keep, Outcome, RunOptions, run
from stanchion.syntax.reading import SourceTree
from stanchion.worlds.change import Remove

ROOT = Path(__file__).parents[2] / "fixtures" / "policies"
REGISTRY = load(search=[])
CASES = sorted(
    path for policy in REGISTRY.policies for path in (ROOT / policy.service / policy.id).glob("bad*") if path.exists()
)
#: Mendings after which something of less weight is said: under the default key a SecureString is encrypted for less.
LEADS_TO = {"ENC101": {"ENC103"}, "ENC104": {"ENC103"}}
#: Policies whose mending takes an invention (a key, a name, a range of addresses, a description) or a choice.
WITHOUT = {
    *("ENC102", "ENC103", "TLS105", "ENC110", "ENC205", "ENC301", "ENC302", "ENC303", "ENC304", "ENC305", "ENC306"),
    *("ENC401", "ENC402", "ENC403", "ENC404", "IAM110", "IAM501"),
    *("LOG110", "LOG111", "LOG113", "LOG121", "LOG123", "LOG124", "LOG130"),
    "NET170",
    "PUB110",
    *("IAM521", "IAM522", "IAM511", "IAM512", "IAM513", "IAM514", "IAM515", "IAM516"),
    *("LOG461", "BAK461", "DDS461", "DDS462", "TLS463", "SYS821", "SYS822"),
    *("NET160", "NET191", "NET192", "NET193", "NET194", "NET195", "NET201", "NET202", "NET203", "NET204", "NET205"),
    *("NET300", "NET301", "NET302", "NET303", "NET304", "NET310", "NET311", "NET312", "NET313"),
    *("NET320", "NET321", "NET322", "NET323", "NET330", "NET403", "NET404"),
    *("NET501", "NET502", "NET503", "NET504", "NET506"),
    *("PUB120", "PUB121", "PUB122", "PUB123", "PUB124", "PUB125", "PUB126", "PUB129", "PUB130", "PUB131", "PUB132"),
    *("PUB133", "PUB134", "PUB135"),
    *("TEN101", "TEN102", "TEN103", "TEN106", "TEN107", "TEN108"),
}


def asks_only(policy: Policy) -> bool:
    """Whether a policy is a row that names no fix."""
    return policy.row is not None and not (policy.row.fixed or policy.row.changes)


def judged(root: Path, select: tuple[str, ...], tree: SourceTree) -> Outcome:
    return run([root], RunOptions(select=select, keep=Keep.FIXABLE), None, tree, REGISTRY)


def copied(case: Path, root: Path) -> None:
    if case.is_dir():
        shutil.copytree(case, root, dirs_exist_ok=True)
    else:
        shutil.copy(case, root / case.name)


def key(finding: Finding) -> tuple[object, ...]:
    return (
        finding.policy.id,
        finding.certainty,
        finding.resources[:1],
        finding.subject.partition("[")[0].split("@")[0],
    )


class Loader(yaml.CSafeLoader):
    """Any tag as nothing."""


Loader.add_multi_constructor("!", lambda loader, suffix, node: None)


def holds(path: Path, text: str) -> object:
    """What a reference reader makes of a file."""
    if path.suffix == ".tf":
        return hcl2.loads(text)
    return json.loads(text) if path.suffix == ".json" else yaml.load(text, Loader=Loader)


@pytest.fixture(scope="module")
def mended(tmp_path_factory: pytest.TempPathFactory) -> dict[Path, tuple[Mended, SourceTree, Path]]:
    """All bad fixtures, each mended alone by its own policy, in memory."""
    made = {}
    for number, case in enumerate(CASES):
        root = tmp_path_factory.mktemp(str(number))
        copied(case, root)
        tree = SourceTree(root, base=root)
        made[case] = (mend(tree, partial(judged, root, (case.parent.name,)), unsafe=True), tree, root)
    return made


def test_every_policy_with_one_obvious_mending_has_it(
    mended: dict[Path, tuple[Mended, SourceTree, Path]],
) -> None:
    healed = {case.parent.name for case, (result, _, _) in mended.items() if result.made}
    every = {policy.id for policy in REGISTRY.policies}
    assert every - healed == WITHOUT | {policy.id for policy in REGISTRY.policies if asks_only(policy)}
    fixable = [result for case, (result, _, _) in mended.items() if case.parent.name in healed]
    left = sum(1 for result in fixable for f in result.outcome.findings if f.certainty != POSSIBLE)
    done = sum(len(result.made) for result in fixable)
    assert done > 0.75 * (done + left), f"{done} mended, {left} left"


def test_nothing_else_comes_of_a_fix(mended: dict[Path, tuple[Mended, SourceTree, Path]]) -> None:
    for case, (result, tree, root) in mended.items():
        if not result.made:
            continue
        policy = case.parent.name
        before = judged(root, (), SourceTree(root, base=root))
        after = judged(root, (), tree)
        new = {each[0] for each in Counter(map(key, after.findings)) - Counter(map(key, before.findings))}
        assert new <= LEADS_TO.get(policy, set()), case
        assert len(after.problems) <= len(before.problems), case
        assert not result.withdrawn, (case, result.withdrawn)


def test_reference_readers_read_what_was_mended(mended: dict[Path, tuple[Mended, SourceTree, Path]]) -> None:
    for result, _, _ in mended.values():
        for path, text in result.texts.items():
            assert isinstance(holds(path, text), dict), text


def test_lines_that_no_fix_is_about_stay(mended: dict[Path, tuple[Mended, SourceTree, Path]]) -> None:
    """Apart from what is taken out, every word of a file is still there, comments among them."""
    for case, (result, _, _) in mended.items():
        if any(
            isinstance(c, Remove) for fix in result.made for c in (fix.finding.fix.changes if fix.finding.fix else ())
        ):
            continue
        for path, text in result.texts.items():
            gone = Counter(result.before[path].split()) - Counter(text.split())
            assert sum(gone.values()) <= len(result.made), (case, gone)


def test_mending_twice_changes_nothing(mended: dict[Path, tuple[Mended, SourceTree, Path]]) -> None:
    for case, (result, tree, root) in mended.items():
        if result.made:
            assert not mend(tree, partial(judged, root, (case.parent.name,)), unsafe=True).made, case


def test_what_is_unsafe_says_why(mended: dict[Path, tuple[Mended, SourceTree, Path]]) -> None:
    fixes: dict[str, TextFix] = {fix.finding.policy.id: fix for r, _, _ in mended.values() for fix in r.made}
    safe = {id_ for id_, fix in fixes.items() if fix.applicability == SAFE}
    assert {"LOG101", "LOG102", "LOG103", "LOG106", "LOG107", "LOG122", "ENC201", "ENC203", "TLS601"} <= safe
    assert not safe & {"NET101", "NET401", "NET402", "ENC101", "ENC202", "LOG109", "LOG120", "TEN105", "TEN109"}
    assert "replaces the resource: Tenancy can be set only when it is made" in fixes["TEN109"].effect
    assert "may replace the resource: Tenancy" in fixes["TEN104"].effect
