"""Filesystem functions, and templates ("Filesystem Functions", Terraform language documentation).

Nothing is read but through the context, which stays inside the root.
"""

from __future__ import annotations

import posixpath

from stanchion.evaluation.terraform.errors import BoundExceededError, EvaluationError
from stanchion.evaluation.terraform.expressions.propagation import derive
from stanchion.evaluation.terraform.functions.crypto import digest
from stanchion.evaluation.terraform.functions.lists import listed
from stanchion.evaluation.terraform.functions.signature import (
    MAX_ELEMENTS,
    MAX_TEXT,
    SHAPE,
    TEXT,
    Function,
    Surroundings,
    scalar,
    valued,
)
from stanchion.evaluation.values import Known, MapValue, Unknown, Value
from stanchion.syntax.source import Source


def _text(value: Value) -> str:
    text = value.value if isinstance(value, Known) else None
    assert isinstance(text, str)
    return text


def clean(path: str) -> str:
    """A path without what is superfluous in it (Go's filepath.Clean)."""
    cleaned = posixpath.normpath(path) if path else "."
    return "/" + cleaned.lstrip("/") if cleaned.startswith("//") else cleaned


def _base_name(path: str) -> str:
    stripped = path.rstrip("/")
    return stripped.rsplit("/", 1)[-1] if stripped else "/" if path else "."


def _directory(path: str) -> str:
    return clean(path[: path.rfind("/") + 1])


def _absolute(arguments: list[Value], around: Surroundings) -> Value:
    path = _text(arguments[0])
    if not path.startswith("/"):
        if not around.context.cwd:
            return _unread("the directory in which Terraform runs is not known", arguments, around)
        path = f"{around.context.cwd}/{path}"
    return Known(clean(path), around.origin)


def _expand(arguments: list[Value], around: Surroundings) -> Value:
    path = _text(arguments[0])
    if not path.startswith("~"):
        return Known(path, around.origin)
    if len(path) > 1 and path[1] != "/":
        raise EvaluationError("cannot expand user-specific home dir")
    return _unread("the home directory of whoever runs Terraform is not known", arguments, around)


def _unread(reason: str, arguments: list[Value], around: Surroundings, type_: str | None = "string") -> Unknown:
    return derive(arguments, around.origin, type_, lambda names: f"{around.name}({', '.join(names)})", reason)


def _read(arguments: list[Value], around: Surroundings) -> bytes | Unknown:
    path = _text(arguments[0])
    data = around.context.read(path)
    if data is None:
        around.context.unread.append(path)
        return _unread(f'the file "{path}" is not inside the root, or is missing', arguments, around)
    return data


def _file(arguments: list[Value], around: Surroundings) -> Value:
    data = _read(arguments, around)
    if isinstance(data, Unknown):
        return data
    return Known(_decoded(data, arguments), around.origin)


def _decoded(data: bytes, arguments: list[Value]) -> str:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise EvaluationError(
            f"contents of {_text(arguments[0])} are not valid UTF-8; use filebase64 to read it"
        ) from None
    if len(text) > MAX_TEXT:
        raise BoundExceededError(f"a file of more than {MAX_TEXT:,} characters is not read")
    return text


def _file_base64(arguments: list[Value], around: Surroundings) -> Value:
    from base64 import b64encode

    data = _read(arguments, around)
    return data if isinstance(data, Unknown) else Known(b64encode(data).decode(), around.origin)


def _file_digest(algorithm: str, base64: bool = False) -> Function:
    def run(arguments: list[Value], around: Surroundings) -> Value:
        from base64 import b64encode

        data = _read(arguments, around)
        if isinstance(data, Unknown):
            return data
        hashed = digest(algorithm, data)
        return Known(b64encode(hashed).decode() if base64 else hashed.hex(), around.origin)

    return valued(run, TEXT, returns="string")


def _file_exists(arguments: list[Value], around: Surroundings) -> Value:
    exists = around.context.exists
    found = exists(_text(arguments[0])) if exists is not None else None
    if found is None and around.context.read(_text(arguments[0])) is not None:
        found = True
    if found is None:
        around.context.unread.append(_text(arguments[0]))
        return _unread("whether the file exists can be told inside the root only", arguments, around, "bool")
    return Known(found, around.origin)


def _file_set(arguments: list[Value], around: Surroundings) -> Value:
    from stanchion.evaluation.terraform.functions.globs import selected

    path, pattern = _text(arguments[0]), clean(_text(arguments[1]))  # Go joins and so cleans them
    found = around.context.list_files(path) if around.context.list_files is not None else None
    if found is None:
        around.context.unread.append(path)
        return _unread(f'the files of "{path}" can be listed inside the root only', arguments, around, "list")
    names = selected(found, pattern)
    if len(names) > MAX_ELEMENTS:
        raise BoundExceededError(f"its result has more than {MAX_ELEMENTS:,} elements")
    return listed((Known(name, around.origin) for name in sorted(names)), around.origin, "set")


def _template_file(arguments: list[Value], around: Surroundings) -> Value:
    data = _read(arguments, around)
    if isinstance(data, Unknown):
        return Unknown(data.reason, around.origin, data.references, data.sensitive, data.variable)
    return _rendered(Source(_text(arguments[0]), _decoded(data, arguments)), arguments[1], around)


def _template_string(arguments: list[Value], around: Surroundings) -> Value:
    return _rendered(Source(f"{around.name}()", _text(arguments[0])), arguments[1], around)


def _rendered(template: Source, variables: Value, around: Surroundings) -> Value:
    if not isinstance(variables, MapValue):
        raise EvaluationError("invalid vars value: must be a map")
    for name in variables.entries:
        if not name.replace("-", "_").isidentifier():
            raise EvaluationError(f'invalid template variable name "{name}"')
    context = around.context
    if context.rendering:
        raise EvaluationError(f"cannot recursively call {around.name} from inside a template")
    context.rendering = True
    try:
        return context.render(template, variables.entries)
    finally:
        context.rendering = False


FUNCTIONS = {
    "abspath": valued(_absolute, TEXT, returns="string"),
    "basename": scalar(_base_name, TEXT),
    "dirname": scalar(_directory, TEXT),
    "file": valued(_file, TEXT, returns="string"),
    "filebase64": valued(_file_base64, TEXT, returns="string"),
    "filebase64sha256": _file_digest("sha256", True),
    "filebase64sha512": _file_digest("sha512", True),
    "fileexists": valued(_file_exists, TEXT, returns="bool"),
    "filemd5": _file_digest("md5"),
    "fileset": valued(_file_set, TEXT, TEXT, returns="list"),
    "filesha1": _file_digest("sha1"),
    "filesha256": _file_digest("sha256"),
    "filesha512": _file_digest("sha512"),
    "pathexpand": valued(_expand, TEXT, returns="string"),
    "templatefile": valued(_template_file, TEXT, SHAPE),
    "templatestring": valued(_template_string, TEXT, SHAPE),
}
