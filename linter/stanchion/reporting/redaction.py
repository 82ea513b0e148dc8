"""Source lines as a report may show them: with every secret in them masked."""

from __future__ import annotations

import re

from stanchion.analysis.secrets import credential_in, is_placeholder, looks_random, masked, names_a_secret

#: `name = "value"`, `Name: value`, `"name": "value"`: the name, and the value without its quotes.
_ASSIGNMENT = re.compile(
    r"""(?P<name>["']?[A-Za-z_][\w.:-]*["']?)(?P<between>\s*[:=]\s*)(?P<value>"(?:[^"\\]|\\.)*"|'[^']*'|[^\s,\]}#"'][^\s,\]}#]*)"""
)
_LITERAL = re.compile(r'"(?:[^"\\]|\\.)*"|\'[^\']*\'')
#: Names under which a secret stands when the block around it says that it is one.
_HOLDERS = frozenset({"value", "default", "secretstring", "secret_string", "user_data", "userdata"})
#: Credentials are looked for this often in a line.
_MOST = 20


def redacted(line: str, secret: bool = False) -> str:
    """A line with its secrets masked: credentials by shape, values under a secret's name.

    With `secret` the line is known to be about one: also values under names such as `default`, and literals that look
    generated.
    """
    line = _without_credentials(line)
    line = _ASSIGNMENT.sub(lambda found: _assignment(found, secret), line)
    if secret:
        line = _LITERAL.sub(lambda found: _literal(found.group()), line)
    return line


def _without_credentials(line: str) -> str:
    for _ in range(_MOST):
        found = credential_in(line)
        if found is None:
            break
        line = line.replace(found[1], masked(found[1]))
    return line


def _assignment(found: re.Match[str], secret: bool) -> str:
    name = found.group("name").strip("\"'")
    value = found.group("value")
    text = value.strip("\"'")
    hidden = names_a_secret(name) or (secret and name.lower() in _HOLDERS)
    if not hidden or len(text) < 4 or is_placeholder(text) or _names_something(value):
        return found.group()
    quote = value[0] if value[0] in "\"'" else ""
    return f"{found.group('name')}{found.group('between')}{quote}{masked(text)}{quote}"


def _names_something(value: str) -> bool:
    """Whether a value is a reference, a call or a switch rather than a text."""
    if value[0] in "\"'":
        return value.strip("\"'").startswith(("arn:", "{{resolve:", "/"))
    return value.startswith(
        ("var.", "local.", "data.", "module.", "aws_", "random_", "!", "[", "{", "(", "|", ">", "<<")
    )


def _literal(text: str) -> str:
    inside = text[1:-1]
    if len(inside) >= 8 and looks_random(inside) and any(c.isdigit() for c in inside) and " " not in inside:
        return f"{text[0]}{masked(inside)}{text[0]}"
    return text
