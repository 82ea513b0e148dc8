"""Statements of a policy document as sets, read from decided values.

Grammar from the IAM User Guide, "Grammar of the IAM JSON policy language". What nobody knows is asked of the world, so
that an answer that takes a guess becomes a possible finding.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from stanchion.worlds.decided import Decided
from stanchion_aws.analysis.access.globs import Glob, Wild, wildcards
from stanchion_aws.analysis.access.keys import Test, UnknownOperatorError, test
from stanchion_aws.analysis.access.requesters import Requester

#: Where a statement's patterns come from when it names none: everything.
_ALL: tuple[Glob, ...] = (wildcards("*"),)


@dataclass(slots=True, frozen=True)
class Statement:
    """One statement: who (`everybody`, or `services` of AWS), what (`actions`, or all but `not_actions`), on what, and
    the tests that its conditions are. `written` is where it stands."""

    allows: bool
    everybody: bool
    services: bool
    actions: tuple[Glob, ...]
    not_actions: tuple[Glob, ...]
    resources: tuple[Glob, ...]
    not_resources: tuple[Glob, ...]
    tests: tuple[Test, ...]
    sid: str
    written: Decided

    def speaks_of(self, requester: Requester) -> bool:
        """Whether the requester is among its principals."""
        return self.everybody or (requester.service and self.services)


def statements(document: Decided) -> Iterator[Statement]:
    """The statements of a document that is there and is known to have some."""
    variables = document["Version"].present and not document["Version"].unknown and document["Version"] == "2012-10-17"
    for written in document["Statement"]:
        effect = written["Effect"]
        if effect == "Allow" or effect == "Deny":
            made = _statement(written, bool(effect == "Allow"), bool(variables))
            if made is not None:
                yield made


def _statement(written: Decided, allows: bool, variables: bool) -> Statement | None:
    tests = tuple(_tests(written["Condition"], variables))
    sid = written["Sid"]
    return Statement(
        allows,
        _everybody(written, allows),
        any(True for _ in written["Principal"]["Service"]) if written["Principal"].is_map else False,
        _globs(written["Action"], True) if written["Action"].present else _ALL,
        _globs(written["NotAction"], True) if written["NotAction"].present else (),
        _globs(written["Resource"], False) if written["Resource"].present else _ALL,
        _globs(written["NotResource"], False) if written["NotResource"].present else (),
        tests,
        sid.text if sid.present and not sid.unknown else "",
        written,
    )


def _everybody(written: Decided, allows: bool) -> bool:
    """Whether the principals take in those whom nobody has named.

    `"*"` and `{"AWS": "*"}` are everybody, anonymous requests too; a `*` within a principal's ARN is none at all.
    NotPrincipal is everybody but those it names.
    """
    if written["NotPrincipal"].present:
        return True
    principal = written["Principal"]
    who = principal["AWS"] if principal.is_map else principal
    named = list(who) if who.present else []
    if not allows:
        # A Deny that may be for somebody only keeps nobody else out.
        return any(not one.unknown and one == "*" for one in named)
    return any(one == "*" for one in named if not one.references)


def _globs(values: Decided, any_case: bool) -> tuple[Glob, ...]:
    """Patterns of a list of texts; what is not known of one is any text there."""
    made: list[Glob] = []
    for value in values:
        glob: list[str | Wild] = []
        for piece in value.pieces:
            glob.extend((Wild.TEXT,) if piece is None else wildcards(piece, any_case))
        made.append(tuple(glob))
    return tuple(made)


def _tests(condition: Decided, variables: bool) -> Iterator[Test]:
    for operator, keys in condition.items():
        for key, values in keys.items():
            texts = [_text(value, variables) for value in values]
            name = operator
            if _ANYBODY in texts:
                texts, name = ["*" if text is _ANYBODY else text for text in texts], operator.replace("Equals", "Like")
            if "IpAddress" in operator:
                texts = [_SOMEWHERE if _SOMEBODY in text else text for text in texts]
            try:
                yield test(name, key, texts)
            except UnknownOperatorError:
                # AWS refuses such a document; what it would have meant closes nothing and opens nothing.
                continue


#: What stands for a value that names somebody, where it is not known who: no requester from outside has it.
_SOMEBODY = "somebody-that-is-not-known"
#: And for a range of addresses that is not known.
_SOMEWHERE = "192.0.2.1/32"
#: What stands for a value that is whatever the requester brings.
_ANYBODY = "${*}"


def _text(value: Decided, variables: bool) -> str:
    """A value of a condition.

    One that is not known names somebody in particular, unless the world guesses that it names everybody. A policy
    variable about the requester may be anything; one about the resource names its owner ("Policy variables").
    """
    if not value.unknown:
        text = value.text
        if variables and "${" in text:
            return _SOMEBODY if "${aws:resource" in text.lower() else _ANYBODY
        return text
    known = "".join(piece if piece is not None else _SOMEBODY for piece in value.pieces)
    if value.references or known != _SOMEBODY:
        return known
    return _ANYBODY if value == "*" else _SOMEBODY
