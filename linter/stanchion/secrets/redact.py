"""What a report may show of a source: every secret in it masked."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import Any

from stanchion.secrets.names import is_placeholder, looks_random, names_a_secret
from stanchion.secrets.shapes import masked, without_credentials

#: `name = "value"`, `Name: value`, `"name": "value"`, `\"name\": \"value\"` in a text; `--name value` in a command, and
#: `"--name", "value"` in a list. Names are taken whole and only from their beginning: searching takes linear time.
_ASSIGNMENT = re.compile(
    r"""(?<![\w.-])(?:(?P<option>--[\w-]++)(?P<gap> +(?![-:=])|\\*["']\s*,\s*|\s*=\s*)"""
    r"""|(?P<lead>(?:(?![A-Za-z_])[\w.-])*+)(?P<name>[A-Za-z_][\w.-]*+)"""
    r"""(?P<between>\\*["']?\s*(?:=>|[:=])\s*(?:!Sub\s+)?))"""
    r"""(?P<value>\\+"(?:[^\\\n]|\\++(?!"))*+|"(?:[^"\\]|\\.)*+|'[^']*+|[^\s,\[\]{}(#"'\\][^\s,\]}#]*+)"""
)
#: A literal, or the beginning of one that nothing closes: then nothing is found in it a second time.
_LITERAL = re.compile(r"""(?P<quote>["'])(?P<text>(?:[^"'\\]|\\.)*+)(?P<close>(?P=quote)?)""")
#: A private key from its first line to its last, or to where the text ends (RFC 7468, "Textual Encodings").
_PRIVATE_KEY = re.compile(
    r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----"
    r"""(?:(?!-----END )[^"'])*(?:-----END (?:[A-Z0-9]+ )*PRIVATE KEY-----)?"""
)
#: What AWS's secret access keys and other generated keys look like when nothing says what they are.
_RUN = re.compile(r"(?<![A-Za-z0-9/+=_-])(?:[A-Za-z0-9/+]{40}={0,2}|[0-9a-f]{32,128})(?![A-Za-z0-9/+=_-])")
#: `Name: DB_PASSWORD` beside which `Value` holds the secret.
_NAMING = re.compile(r"""\b(?:name|key|parameterkey)\\*["']?\s*[:=]\s*\\*["']?(?P<name>[\w.-]+)""", re.IGNORECASE)
#: Names under which a secret stands when what is around them says that it is one.
_HOLDERS = frozenset({"value", "default", "parametervalue", "secretstring", "secret_string", "user_data", "userdata"})
_PATH = re.compile(r"(?:/[\w.-]{1,40}){2,}/?")
_REFERENCES = (
    "var.", "local.", "data.", "module.", "each.", "self.", "path.", "aws_", "awscc_", "random_", "tls_",
    "!", "[", "{", "(", "|", ">", "<", "$",
)  # fmt: skip
#: How much of a message is shown, in characters: its beginning, and its end, where it says what was done.
_HEAD, _TAIL = 1_600, 400
#: How much of a message is looked at.
_READ = 50_000


def told(message: str) -> str:
    """A message as reports give it: secrets masked, and the middle left out of one that nobody could read."""
    text = redact(message if len(message) <= _READ else f"{message[:_READ]}…")
    return text if len(text) <= _HEAD + _TAIL else f"{text[:_HEAD]} … {text[-_TAIL:]}"


def redact(text: str, secret: bool = False) -> str:
    """A text with its secrets masked: credentials by shape, private keys, values under a secret's name.

    With `secret` the text is known to be about one: also values under names such as `default`, and literals that look
    generated.
    """
    if "PRIVATE KEY" in text:
        text = _PRIVATE_KEY.sub("-----BEGIN … PRIVATE KEY-----…", text)
    text = without_credentials(text)
    holders = secret or any(names_a_secret(found.group("name")) for found in _NAMING.finditer(text))
    text = _ASSIGNMENT.sub(lambda found: _assignment(found, holders), text)
    if secret:
        text = _LITERAL.sub(_literal, text)
        text = _RUN.sub(lambda found: masked(found.group()), text)
    return text


#: Values of named secrets are looked for elsewhere from this length on: "true" is nobody's password.
_TELLING = 6


def without_secrets(value: Any, key: str = "", known: Collection[str] = ()) -> Any:
    """A JSON document with the secrets in its texts masked; a text under a secret's name is {"$sensitive": true}.

    `known` are secrets by their values, wherever these stand.
    """
    if isinstance(value, str):
        if names_a_secret(key) and not is_placeholder(value) and not _names_something(value, quoted=True):
            return {"$sensitive": True}
        if value in known:
            return {"$sensitive": True}
        for secret in known:
            value = value.replace(secret, masked(secret))
        return redact(value)
    if isinstance(value, list):
        return [without_secrets(item, key, known) for item in value]
    if isinstance(value, dict):
        return {name: without_secrets(item, name, known) for name, item in value.items()}
    return value


def values_of_secrets(named: Iterable[tuple[str, Any]]) -> frozenset[str]:
    """The values of what has a secret's name, as they may turn up elsewhere: pairs of a name and a value."""
    return frozenset(
        value
        for name, value in named
        if isinstance(value, str)
        and len(value) >= _TELLING
        and names_a_secret(name)
        and not is_placeholder(value)
        and not _names_something(value, quoted=True)
    )


def _assignment(found: re.Match[str], holders: bool) -> str:
    option, gap, value = found.group("option", "gap", "value")
    lead, name, between = ("", option, gap) if option else found.group("lead", "name", "between")
    inside = value.lstrip("\\")
    quoted = inside[:1] in ('"', "'")
    opening = value[: len(value) - len(inside) + 1] if quoted else ""
    text = value[len(opening) :]
    hidden = names_a_secret(name) or (holders and name.lower() in _HOLDERS)
    if not hidden or is_placeholder(text) or _names_something(text, quoted):
        return found.group()
    return f"{lead}{name}{between}{opening}{masked(text)}"


def _names_something(text: str, quoted: bool) -> bool:
    """Whether a value is a reference, a call or a path rather than the secret itself."""
    if quoted:
        return text.startswith(("arn:", "{{resolve:")) or bool(_PATH.fullmatch(text))
    return text.startswith(_REFERENCES)


def _literal(found: re.Match[str]) -> str:
    quote, inside = found.group("quote", "text")
    if not found.group("close"):
        return found.group()
    if len(inside) >= 8 and looks_random(inside) and any(c.isdigit() for c in inside) and " " not in inside:
        return f"{quote}{masked(inside)}{quote}"
    return found.group()
