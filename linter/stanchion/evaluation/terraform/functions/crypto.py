"""Hash and crypto functions ("Hash and Crypto Functions", Terraform language documentation)."""

from __future__ import annotations

from stanchion.evaluation.terraform.errors import BoundExceededError, EvaluationError
from stanchion.evaluation.terraform.functions.encoding import from_base64, octets
from stanchion.evaluation.terraform.functions.signature import NUM, TEXT, Surroundings, scalar, valued
from stanchion.evaluation.values import Unknown, Value


def digest(name: str, data: bytes) -> bytes:
    """The hash of some bytes by an algorithm's name."""
    import hashlib

    return hashlib.new(name, data, usedforsecurity=False).digest()


def _base64_digest(name: str, text: str) -> str:
    from base64 import b64encode

    return b64encode(digest(name, octets(text))).decode()


_NAMESPACES = {"dns": 0x10, "url": 0x11, "oid": 0x12, "x500": 0x14}


def _uuid_v5(namespace: str, name: str) -> str:
    from uuid import UUID

    if namespace in _NAMESPACES:
        base = UUID(f"6ba7b8{_NAMESPACES[namespace]:02x}-9dad-11d1-80b4-00c04fd430c8")
    else:
        digits = namespace.removeprefix("urn:uuid:").strip("{}")
        groups = [len(group) for group in digits.split("-")]
        try:
            if groups not in ([8, 4, 4, 4, 12], [32]):
                raise ValueError
            base = UUID(digits)
        except ValueError:
            raise EvaluationError("uuidv5() doesn't support namespace " + namespace[:60]) from None
    return str(UUID(bytes=digest("sha1", base.bytes + octets(name))[:16], version=5))


def _uuid(_arguments: list[Value], around: Surroundings) -> Value:
    return Unknown("uuid() gives another value each time", around.origin, type="string")


def _bcrypt(arguments: list[Value], around: Surroundings) -> Value:
    if len(arguments) > 2:
        raise EvaluationError("it takes no more than two arguments")
    return Unknown("bcrypt() gives another value each time", around.origin, type="string")


def _rsa_decrypt(ciphertext: str, private_key: str) -> str:
    """PKCS #1 v1.5, with a key in PEM: PKCS #1 or PKCS #8, not encrypted."""
    modulus, exponent = _private_key(private_key)
    size = (modulus.bit_length() + 7) // 8
    data = from_base64(ciphertext)
    if len(data) > size or int.from_bytes(data, "big") >= modulus:
        raise EvaluationError("failed to decrypt: the ciphertext does not belong to this key")
    padded = pow(int.from_bytes(data, "big"), exponent, modulus).to_bytes(size, "big")
    end = padded.find(b"\0", 2)
    if padded[:2] != b"\0\x02" or end < 10:
        raise EvaluationError("failed to decrypt: the ciphertext does not belong to this key")
    return padded[end + 1 :].decode("utf-8", "replace")


def _private_key(pem: str) -> tuple[int, int]:
    """Modulus and private exponent."""
    import re

    match = re.search(r"-----BEGIN (RSA )?PRIVATE KEY-----\s([A-Za-z0-9+/=\s]+)-----END", pem)
    if match is None:
        raise EvaluationError("invalid private key: it is not an RSA key in PEM")
    try:
        fields = _der(from_base64("".join(match[2].split())))
        if match[1] is None:
            fields = _der(fields[2])
        modulus, exponent = (int.from_bytes(fields[index], "big") for index in (1, 3))
    except (IndexError, ValueError):
        raise EvaluationError("invalid private key: it is not an RSA key") from None
    if modulus.bit_length() > 8192:
        raise BoundExceededError("an RSA key of more than 8,192 bits is not used")
    if modulus < 3:
        raise EvaluationError("invalid private key: it is not an RSA key")
    return modulus, exponent


def _der(data: bytes) -> list[bytes]:
    """The contents of the members of the DER sequence that the data begins with."""
    members: list[bytes] = []
    start, end = _content(data, 0)
    if data[0] != 0x30:
        raise ValueError("no sequence")
    while start < end:
        inner, stop = _content(data, start)
        members.append(data[inner:stop])
        start = stop
    return members


def _content(data: bytes, at: int) -> tuple[int, int]:
    """Where the content of a DER element begins and ends."""
    length = data[at + 1]
    begin = at + 2
    if length & 0x80:
        count = length & 0x7F
        length = int.from_bytes(data[begin : begin + count], "big")
        begin += count
    if begin + length > len(data):
        raise ValueError("cut short")
    return begin, begin + length


FUNCTIONS = {
    "base64sha256": scalar(lambda text: _base64_digest("sha256", text), TEXT),
    "base64sha512": scalar(lambda text: _base64_digest("sha512", text), TEXT),
    "bcrypt": valued(_bcrypt, TEXT, variadic=NUM, returns="string", pure=False),
    "md5": scalar(lambda text: digest("md5", octets(text)).hex(), TEXT),
    "rsadecrypt": scalar(_rsa_decrypt, TEXT, TEXT),
    "sha1": scalar(lambda text: digest("sha1", octets(text)).hex(), TEXT),
    "sha256": scalar(lambda text: digest("sha256", octets(text)).hex(), TEXT),
    "sha512": scalar(lambda text: digest("sha512", octets(text)).hex(), TEXT),
    "uuid": valued(_uuid, returns="string", pure=False),
    "uuidv5": scalar(_uuid_v5, TEXT, TEXT),
}
