"""Configuration files: what they say, which one counts, and every mistake with file, line and what was expected."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from stanchion.configuration.checking import mistakes
from stanchion.configuration.schema import SCHEMA
from stanchion.configuration.settings import Configuration, ConfigurationError, configure, read
from stanchion.policy.policy import Profile


def configured(*paths: Path, root: Path | None = None, config: Path | None = None, none: bool = False) -> Configuration:
    return configure(list(paths), config, none, root)


def repository(tmp_path: Path) -> Path:
    (tmp_path / ".git").mkdir(exist_ok=True)
    return tmp_path


def test_the_nearest_file_upwards_counts(tmp_path: Path) -> None:
    root = repository(tmp_path)
    inner = root / "a" / "b"
    inner.mkdir(parents=True)
    (root / ".stanchion.toml").write_text('select = ["NET"]\n')
    assert configured(inner).select == ("NET",)
    (root / "a" / "pyproject.toml").write_text('[tool.stanchion]\nselect = ["ENC"]\n')
    assert configured(inner).select == ("ENC",)
    (root / "a" / "pyproject.toml").write_text('[tool.other]\nx = "stanchion"\n')
    assert configured(inner).select == ("NET",)
    assert configured(inner, none=True).select == ()
    other = root / "other.toml"
    other.write_text('select = ["LOG"]\n')
    assert configured(inner, config=other).select == ("LOG",)


def test_nothing_above_the_repository_is_read(tmp_path: Path) -> None:
    (tmp_path / ".stanchion.toml").write_text("nonsense\n")
    inner = tmp_path / "work"
    inner.mkdir()
    repository(inner)
    assert configured(inner).select == ()


def test_the_user_own_file_may_name_plugins_and_the_tree_may_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    (home / "stanchion").mkdir(parents=True)
    (home / "stanchion" / "config.toml").write_text('plugins = ["mine"]\nignore = ["NET503"]\n')
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home))
    work = repository(tmp_path)
    (work / ".stanchion.toml").write_text('ignore = ["ENC103"]\n')
    found = configured(work)
    assert found.plugins == ("mine",)
    assert set(found.ignore) == {"NET503", "ENC103"}
    (work / ".stanchion.toml").write_text('select = ["NET"]\nplugins = ["evil"]\n')
    with pytest.raises(ConfigurationError, match=r":2:1: plugins: only the command line and the user's own"):
        configured(work)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('selct = ["NET"]\n', ":1:1: selct: there is no such key; did you mean 'select'?"),
        ('select = "NET"\n', ":1:1: select: expected an array of strings; found a string"),
        ('select = ["NET", 1]\n', ":1:18: select: expected a string; found a number"),
        ('\n\nseverity = "hihg"\n', ":3:1: severity: expected one of info, low, medium, high, critical; found 'hihg'"),
        ('[[ignore]]\npath = "x"\n', "expected 'reason' here too: Why the findings are accepted."),
        ('[[ignore]]\nreason = "x"\n', "expected at least one of path, policies, address"),
        ('[[ignore]]\npath = "x"\nreason = "y"\nuntil = "soon"\n', "expected a date such as 2027-01-31; found 'soon'"),
        ('select = ["NET"\n', ":"),
        ('var-files = ["../../x.tfvars"]\n', ":1:14: var-files: '../../x.tfvars' leads outside"),
        ('policies = ["/etc"]\n', ":1:13: policies: '/etc' leads outside"),
        ('with = ["kics"]\n', "expected one of cfn-lint; found 'kics'"),
    ],
)
def test_a_mistake_has_its_place(tmp_path: Path, text: str, message: str) -> None:
    work = repository(tmp_path)
    (work / ".stanchion.toml").write_text(text)
    with pytest.raises(ConfigurationError) as error:
        configured(work)
    assert message in str(error.value)
    assert ".stanchion.toml" in str(error.value)


def test_names_that_no_policy_has_are_mistakes(tmp_path: Path) -> None:
    from stanchion.plugins.registry import load

    path = tmp_path / ".stanchion.toml"
    path.write_text('select = ["NET"]\nignore = ["NET999", "cfn-lint/W3002"]\n')
    found = configured(repository(tmp_path))
    with pytest.raises(ConfigurationError, match=r":2:11: ignore: no policy has the id or family 'NET999'"):
        found.check_names(load(search=[]).policies)

    path.write_text('services = ["rsd"]\nprofile = "strict"\n')
    found = configured(repository(tmp_path))
    assert found.profile is Profile.STRICT
    with pytest.raises(
        ConfigurationError, match=r":1:13: services: no policy has the service 'rsd'; did you mean 'rds'"
    ):
        found.check_names(load(search=[]).policies)


@pytest.mark.parametrize("data", [b"\xff\xfe", b"a = " + b"[" * 100_000, b"x" * 1_000_001])
def test_what_cannot_be_read_is_said(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / ".stanchion.toml"
    path.write_bytes(data)
    with pytest.raises(ConfigurationError):
        read(path)


VALUES = st.recursive(
    st.booleans() | st.integers() | st.sampled_from(["NET", "high", "2027-01-31", "cfn-lint", ""]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["path", "reason", "tags", "until", "policies", "x"]), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from([*SCHEMA["properties"], "other"]), VALUES, max_size=4))
def test_our_reading_of_the_schema_is_jsonschemas(document: dict[str, object]) -> None:
    strict = Draft202012Validator(SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER)
    assert bool(list(mistakes(document, SCHEMA))) is not strict.is_valid(document)
