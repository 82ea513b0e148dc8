"""What kind of configuration a text is, told without parsing it."""

from __future__ import annotations

import re

#: Endings of files that may hold a template or a plan.
CANDIDATES = (".yaml", ".yml", ".json", ".template", ".cfn", ".cform", ".cf", ".cfm", ".stack")
#: Names that never do, and are often large.
NEVER = frozenset(
    {
        "package.json", "package-lock.json", "npm-shrinkwrap.json", "composer.lock", "pnpm-lock.yaml", "tsconfig.json",
        "docker-compose.yml", "docker-compose.yaml", ".pre-commit-config.yaml", "mkdocs.yml",
    }
)  # fmt: skip
#: The sections that tell a template, and what must come with Resources where nothing else does.
_NAMES = r"(AWSTemplateFormatVersion|Resources|Parameters|Outputs|Mappings|Conditions|Transform)"
_SECTION = re.compile(_NAMES)
_TYPE = re.compile(r"""["']?Type["']?\s*:\s*["']?\w+::\w+""")
_FIRST_KEY = re.compile(r"""^([ ]*)(?:["'][^"'\n]*["']|[A-Za-z_][\w:.-]*)[ ]*:(?=\s|$)""", re.MULTILINE)
_FLOW = re.compile(r"""\s*(?:#[^\n]*\n\s*|//[^\n]*\n\s*|---[ \t]*\n\s*)*\{(?![%{#])""")
#: What matters on the way through braces: strings, comments to the end of a line, brackets, and plain keys.
_TOKEN = re.compile(
    rf"""\"((?:[^"\\\n]|\\.)*+)"(\s*:)?|'([^'\n]*)'(\s*:)?|([\[\]{{}}])|\b{_NAMES}(\s*:)|(?m:^\s*//[^\n]*)"""
)


def may_hold(name: str) -> bool:
    """Whether a file of this name is worth opening in search of a template or a plan."""
    name = name.lower()
    return name.endswith(CANDIDATES) and name not in NEVER


def is_plan(text: str) -> bool:
    """Whether a text is a plan as `terraform show -json` prints it."""
    return text.lstrip()[:1] == "{" and '"format_version"' in text[:4096] and '"planned_values"' in text


def is_template(text: str) -> bool:
    """Whether a text is meant as a CloudFormation template, even a broken one: by the sections at its top."""
    if "Resources" not in text and "AWSTemplateFormatVersion" not in text:
        return False
    found = _keys_in_braces(text) if _FLOW.match(text) else _keys_of_lines(text)
    if "AWSTemplateFormatVersion" in found:
        return True
    return "Resources" in found and (len(found) > 1 or bool(_TYPE.search(text)))


def _keys_of_lines(text: str) -> set[str]:
    """The names of sections that stand as far to the left as the first key of the text."""
    first = _FIRST_KEY.search(text)
    if first is None:
        return set()
    indent = len(first.group(1))
    return set(re.findall(rf"""^[ ]{{{indent}}}["']?{_NAMES}["']?[ \t]*:(?=\s|$)""", text, re.MULTILINE))


def _keys_in_braces(text: str) -> set[str]:
    """The names of sections that are keys of the outermost object of JSON, or of YAML in braces."""
    found: set[str] = set()
    depth = 0
    for token in _TOKEN.finditer(text):
        double, double_key, single, single_key, bracket, plain, _ = token.groups()
        if bracket is not None:
            depth += 1 if bracket in "[{" else -1
        elif depth == 1:
            name = plain or (double if double_key else None) or (single if single_key else None)
            if name is not None and _SECTION.fullmatch(name):
                found.add(name)
    return found
