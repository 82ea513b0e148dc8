"""Secrets: told by name and by shape, placeholders and mere mentions left alone, and never shown whole."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stanchion.secrets.names import is_placeholder, looks_random, names_a_secret, words
from stanchion.secrets.shapes import assigned_secret, credential_in, masked


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("dbMasterPASSWORD_2", ["db", "master", "password", "2"]),
        ("API-Key", ["api", "key"]),
        ("HTTPSToken", ["https", "token"]),
        ("", []),
    ],
)
def test_names_are_cut_into_words(name: str, parts: list[str]) -> None:
    assert words(name) == parts


@pytest.mark.parametrize(
    "name",
    [
        "password",
        "DBPassword",
        "master_user_password",
        "SLACK_TOKEN",
        "apiKey",
        "aws_secret_access_key",
        "client-secret",
        "DB_PASS",
        "privateKey",
        "MySecret",
    ],
)
def test_names_of_secrets(name: str) -> None:
    assert names_a_secret(name)


@pytest.mark.parametrize(
    "name",
    [
        "password_length",
        "PasswordPolicy",
        "db_secret_arn",
        "SecretName",
        "token_ttl",
        "enable_secret_rotation",
        "tokenEndpoint",
        "key",
        "kms_key_id",
        "passenger_count",
        "compass",
        "secretary_email_url",
        "",
    ],
)
def test_names_about_secrets_or_of_something_else(name: str) -> None:
    assert not names_a_secret(name)


@pytest.mark.parametrize(
    "text",
    [
        "key AKIAQ4EXAMPLE7WORDS2 here",
        "-----BEGIN RSA PRIVATE KEY-----\nabc",
        "ghp_0123456789abcdefghijklmnopqrstuvwxyzAB",
        "xoxb-123456789012-abcdefghij",
        "postgres://app:S3cretPw@db.example.net/orders",
    ],
)
def test_credentials_are_known_by_their_shape(text: str) -> None:
    found = credential_in(text)
    assert found is not None
    assert found[1] in text


@pytest.mark.parametrize(
    "text",
    [
        "AKIA",
        "arn:aws:iam::111122223333:role/AKIA",
        "https://example.net/path@2",
        "postgres://app:${password}@db.example.net/orders",
        "-----BEGIN CERTIFICATE-----",
    ],
)
def test_what_only_looks_a_little_like_a_credential(text: str) -> None:
    assert credential_in(text) is None


def test_a_script_that_assigns_a_secret() -> None:
    assert assigned_secret("#!/bin/sh\nexport DB_PASSWORD=Zk8vQ2nR5tW1\n") == ("DB_PASSWORD", "Zk8vQ2nR5tW1")
    assert assigned_secret("DB_PASSWORD=$(aws secretsmanager get-secret-value)") is None
    assert assigned_secret("define('DB_PASSWORD', 'Zk8vQ2nR5tW1');") == ("DB_PASSWORD", "Zk8vQ2nR5tW1")
    assert assigned_secret("connect(db_password, 'Zk8vQ2nR5tW1x')") == ("db_password", "Zk8vQ2nR5tW1x")
    assert assigned_secret("mysqli_connect(DB_SERVER, DB_PASSWORD, DB_DATABASE_1)") is None
    assert assigned_secret("password_length=Zk8vQ2nR5tW1") is None
    assert assigned_secret("export AWS_SECRET_ACCESS_KEY=bar") is None


@pytest.mark.parametrize("text", ["", "  ", "changeme", "<password>", "${var.x}", "****", "your-token-here", "TODO"])
def test_placeholders(text: str) -> None:
    assert is_placeholder(text)


def test_entropy_tells_words_from_generated_text() -> None:
    assert looks_random("q0Yx3vD8bN5mK2jH7gF4")
    assert not looks_random("aaaaaaaaaaaa")
    assert not looks_random("two words of prose")
    assert not looks_random("short1")


@given(st.text())
def test_a_secret_is_never_shown_whole(secret: str) -> None:
    shown = masked(secret)
    assert len(shown) <= 3
    assert len(secret) < 4 or shown != secret


@given(st.text(max_size=2000))
def test_the_searches_end_and_find_only_what_is_there(text: str) -> None:
    for found in (credential_in(text), assigned_secret(text)):
        assert found is None or found[1] in text
