"""Running cfn-lint in this process on one template's text.

Nothing of the linted tree steers it: no `.cfnlintrc` is read, whose `append_rules` would run code, and no rules but its
own are loaded. It is given the text and no path, so that it reads no other file.
"""

from __future__ import annotations

import os
import tempfile
from functools import cache
from typing import Any, NamedTuple


class Remark(NamedTuple):
    """What a rule says: lines and columns from 1, the end behind the last character; the path in the template."""

    rule: str
    message: str
    start: tuple[int, int]
    end: tuple[int, int]
    path: tuple[str | int, ...]


@cache
def rules() -> Any:
    """cfn-lint's own rules."""
    from cfnlint.config import _DEFAULT_RULESDIR
    from cfnlint.rules import Rules

    return Rules.create_from_directory(_DEFAULT_RULESDIR)


def remarks(text: str) -> list[Remark]:
    """Everything that cfn-lint says of a template, its informational rules included."""
    from cfnlint.decode.decode import decode_str
    from cfnlint.runner import run_template_by_data

    template, found = decode_str(text)
    if template is not None and not found:
        found = list(run_template_by_data(template, _configuration(), rules()))
    return [_remark(match) for match in found or ()]


def _configuration() -> Any:
    """A configuration that no file says anything of."""
    from cfnlint.config import ConfigMixIn

    handle, path = tempfile.mkstemp(suffix=".yaml")
    try:
        os.write(handle, b"{}\n")
        return ConfigMixIn(["--config-file", path, "--include-checks", "I", "--regions", "us-east-1"])
    finally:
        os.close(handle)
        os.unlink(path)


def _remark(match: Any) -> Remark:
    start = (max(int(match.linenumber or 1), 1), max(int(match.columnnumber or 1), 1))
    end = (max(int(match.linenumberend or 1), 1), max(int(match.columnnumberend or 1), 1))
    path = tuple(step for step in (getattr(match, "path", None) or ()) if isinstance(step, str | int))
    return Remark(match.rule.id, " ".join(str(match.message).split()), start, end, path)
