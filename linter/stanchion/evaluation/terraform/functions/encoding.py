"""Encoding functions but for YAML ("Encoding Functions", Terraform language documentation)."""

from __future__ import annotations

from collections.abc import Iterator

from stanchion.evaluation.terraform.errors import BoundExceededError, EvaluationError
from stanchion.evaluation.terraform.functions import json_text
from stanchion.evaluation.terraform.functions.lists import listed
from stanchion.evaluation.terraform.functions.signature import (
    MAX_ELEMENTS,
    TEXT,
    Parameter,
    Surroundings,
    scalar,
    valued,
)
from stanchion.evaluation.terraform.types.types import ANY
from stanchion.evaluation.values import Known, MapValue, Value


def octets(text: str) -> bytes:
    """A string's UTF-8 bytes."""
    return text.encode("utf-8", "surrogatepass")


def _base64_encode(text: str) -> str:
    from base64 import b64encode

    return b64encode(octets(text)).decode()


def from_base64(text: str) -> bytes:
    """The bytes of standard base64 with padding, line breaks ignored. Raises EvaluationError for anything else."""
    from base64 import b64decode

    try:
        return b64decode(text.replace("\n", "").replace("\r", ""), validate=True)
    except ValueError:
        raise EvaluationError("failed to decode base64 data") from None


def _base64_decode(text: str) -> str:
    try:
        return from_base64(text).decode("utf-8")
    except UnicodeDecodeError:
        raise EvaluationError("the result of decoding the provided string is not valid UTF-8") from None


def _base64_gzip(text: str) -> str:
    """Compressed with zlib: it unpacks to the same text as what Go's compressor makes, whose bytes may differ."""
    from base64 import b64encode
    from gzip import compress

    packed = bytearray(compress(octets(text), mtime=0))
    packed[8:10] = b"\x00\xff"
    return b64encode(bytes(packed)).decode()


def _url_encode(text: str) -> str:
    from urllib.parse import quote_plus

    return quote_plus(octets(text))


#: Character sets of Go's `ianaindex`, by lower-cased name, and what Python calls them where that differs.
_CHARSETS = {
    "utf-8": "utf-8", "us-ascii": "ascii", "utf-16": "utf-16-be", "utf-16be": "utf-16-be", "utf-16le": "utf-16-le",
    "shift_jis": "cp932", "euc-jp": "euc_jp", "iso-2022-jp": "iso2022_jp", "euc-kr": "cp949", "gbk": "gbk",
    "gb18030": "gb18030", "hz-gb-2312": "hz", "big5": "big5hkscs", "koi8-r": "koi8_r", "koi8-u": "koi8_u",
    "macintosh": "mac_roman", "ibm037": "cp037", "ibm437": "cp437", "ibm850": "cp850", "ibm852": "cp852",
    "ibm855": "cp855", "ibm860": "cp860", "ibm862": "cp862", "ibm863": "cp863", "ibm865": "cp865",
    "ibm866": "cp866", "ibm00858": "cp858", "ibm1047": "cp1047", "ibm01140": "cp1140", "windows-874": "cp874",
    **{f"windows-{page}": f"cp{page}" for page in range(1250, 1259)},
    **{f"iso-8859-{part}": f"iso8859_{part}" for part in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 13, 14, 15, 16)},
}  # fmt: skip


def _charset(name: str) -> str:
    found = _CHARSETS.get(name.lower())
    if found is None:
        raise EvaluationError(f'"{name}" is not a supported IANA encoding name or alias in this Terraform version')
    return found


def _text_encode(text: str, encoding: str) -> str:
    from base64 import b64encode

    try:
        encoded = text.encode(_charset(encoding))
    except UnicodeEncodeError:
        raise EvaluationError(
            f'the given string contains characters that cannot be represented in "{encoding}"'
        ) from None
    if encoding.lower() == "utf-16":
        encoded = b"\xfe\xff" + encoded
    return b64encode(encoded).decode()


def _text_decode(text: str, encoding: str) -> str:
    charset = _charset(encoding)
    encoded = from_base64(text)
    try:
        if encoding.lower() == "utf-16":
            encoded, charset = encoded[2:], {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}[encoded[:2]]
        return encoded.decode(charset)
    except (UnicodeDecodeError, KeyError):
        raise EvaluationError(f'the given string is not text encoded in "{encoding}"') from None


def _json_encode(arguments: list[Value], around: Surroundings) -> Value:
    return Known(json_text.encode(arguments[0]), around.origin)


def _json_decode(arguments: list[Value], around: Surroundings) -> Value:
    text = arguments[0].value if isinstance(arguments[0], Known) else None
    assert isinstance(text, str)
    return json_text.decode(text, around.origin)


def _csv_decode(arguments: list[Value], around: Surroundings) -> Value:
    text = arguments[0].value if isinstance(arguments[0], Known) else None
    assert isinstance(text, str)
    rows = _records(text)
    header = next(rows, None)
    if header is None:
        raise EvaluationError("missing header line")
    if len(set(header)) != len(header):
        raise EvaluationError("duplicate column name in the header line")
    objects: list[Value] = []
    count = 0
    for number, row in enumerate(rows, 2):
        if len(row) != len(header):
            raise EvaluationError(f"record {number} has {len(row)} fields and the header has {len(header)}")
        count += len(row)
        if count > MAX_ELEMENTS * 10:
            raise BoundExceededError(f"it has more than {MAX_ELEMENTS * 10:,} fields")
        entries: dict[str, Value] = {name: Known(cell, around.origin) for name, cell in zip(header, row, strict=True)}
        objects.append(MapValue(entries, around.origin))
    return listed(objects, around.origin)


def _records(text: str) -> Iterator[list[str]]:
    """The records of a CSV text as Go's `encoding/csv` reads them: no bare quotes, empty lines left out."""
    text = text.removesuffix("\r")
    text = text.replace("\r\n", "\n")
    at = 0
    while at < len(text):
        if text[at] == "\n":
            at += 1
            continue
        record: list[str] = []
        more = True
        while more:
            cell, at, more = _field(text, at)
            record.append(cell)
        yield record


def _field(text: str, at: int) -> tuple[str, int, bool]:
    """One field, where the next one begins, and whether that is in the same record."""
    if text[at : at + 1] != '"':
        end = text.find("\n", at)
        end = end if end >= 0 else len(text)
        comma = text.find(",", at, end)
        stop = comma if comma >= 0 else end
        if '"' in text[at:stop]:
            raise EvaluationError('bare " in a field that is not quoted')
        return text[at:stop], stop + 1, comma >= 0
    pieces: list[str] = []
    at += 1
    while True:
        quote = text.find('"', at)
        if quote < 0:
            raise EvaluationError('extraneous or missing " in quoted field')
        pieces.append(text[at:quote])
        following = text[quote + 1 : quote + 2]
        if following == '"':
            pieces.append('"')
            at = quote + 2
            continue
        if following not in (",", "\n", ""):
            raise EvaluationError('extraneous or missing " in quoted field')
        return "".join(pieces), quote + 2, following == ","


FUNCTIONS = {
    "base64decode": scalar(_base64_decode, TEXT),
    "base64encode": scalar(_base64_encode, TEXT),
    "base64gzip": scalar(_base64_gzip, TEXT),
    "csvdecode": valued(_csv_decode, TEXT, returns="list"),
    "jsondecode": valued(_json_decode, TEXT),
    "jsonencode": valued(_json_encode, Parameter(ANY, "whole", True), returns="string"),
    "textdecodebase64": scalar(_text_decode, TEXT, TEXT),
    "textencodebase64": scalar(_text_encode, TEXT, TEXT),
    "urlencode": scalar(_url_encode, TEXT),
}
