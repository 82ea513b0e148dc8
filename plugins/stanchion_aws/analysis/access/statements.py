"""Statements of a policy document as sets, and what is left open in them settled for one requester.

Grammar from the IAM User Guide, "Grammar of the IAM JSON policy language"; policy variables from "IAM policy elements:
Variables and tags".
"""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from stanchion.worlds.decided import Decided
from stanchion.worlds.view import GraphView
from stanchion_aws.analysis.access.globs import (
    ANYTHING,
    Glob,
    Hole,
    OpenGlob,
    Variable,
    Wild,
    closed,
    in_segments,
    literal,
    wildcards,
)
from stanchion_aws.analysis.access.keys import (
    Kind,
    Operator,
    Quantifier,
    Test,
    UnknownOperatorError,
    compared,
    operator_named,
    takes_text,
)
from stanchion_aws.analysis.access.principals import Principals, principals
from stanchion_aws.analysis.access.requesters import Requester
from stanchion_aws.analysis.access.texts import OWN_ACCOUNT, OWN_ORGANIZATION, Plain, Text, read

#: Keys that have several values; of any other ForAllValues and ForAnyValue see one.
_MULTIVALUED = ("aws:tagkeys", "aws:principalorgpaths", "aws:principalservicenameslist", "aws:calledvia")
_SINGLE = ("aws:", "s3:", "kms:", "sts:", "iam:")
_OF_THE_OWNER: Mapping[str, str] = {
    "aws:resourceaccount": OWN_ACCOUNT,
    "aws:resourceorgid": OWN_ORGANIZATION,
    "aws:resourceorgpaths": f"{OWN_ORGANIZATION}/",
}


class Reading(enum.Enum):
    """How what nobody knows is read: against access, so that an answer is certain, or for it, so that it may be."""

    CERTAIN = "certain"
    POSSIBLE = "possible"


@dataclass(slots=True, frozen=True)
class Statement:
    """One statement: who, what (`actions`, or all but `not_actions`), on what, and the tests that its conditions are.
    `number` is its place in its document, `written` where it stands."""

    allows: bool
    principals: Principals
    actions: tuple[OpenGlob, ...]
    not_actions: tuple[OpenGlob, ...]
    resources: tuple[OpenGlob, ...]
    not_resources: tuple[OpenGlob, ...]
    tests: tuple[Test, ...]
    sid: str
    number: int
    written: Decided | None = None

    @property
    def holes(self) -> tuple[str, ...]:
        """What it hangs on that nobody knows, by name."""
        groups = (self.actions, self.not_actions, self.resources, self.not_resources)
        globs = [glob for group in groups for glob in group] + [g for one in self.tests for g in one.open_globs]
        named = [token.name for glob in globs for token in glob if isinstance(token, Hole)]
        named += [hole.name for hole in self.principals.unknown]
        named += [one.key for one in self.tests if one.holes]
        return tuple(dict.fromkeys(named))


def statements(document: Decided, graph: GraphView) -> list[Statement]:
    """The statements of a resource's policy in one world."""
    written = list(document["Statement"]) if document.is_map else []
    return list(compiled(read(document, graph), written))


def compiled(document: Plain, written: Sequence[Decided] = ()) -> Iterator[Statement]:
    """The statements of a document that is plain lists and maps of texts."""
    if not isinstance(document, dict):
        return
    listed = document.get("Statement", [])
    variables = document.get("Version") == ("2012-10-17",)
    for number, one in enumerate(listed if isinstance(listed, list) else [listed]):
        effect = one.get("Effect") if isinstance(one, dict) else None
        if effect in (("Allow",), ("Deny",)):
            place = written[number] if number < len(written) else None
            yield _statement(one, effect == ("Allow",), variables, number, place)


def _statement(
    one: dict[str, Plain],
    allows: bool,
    variables: bool,
    number: int,
    written: Decided | None,
) -> Statement:
    sid = one.get("Sid", ("",))
    return Statement(
        allows,
        principals(one),
        _globs(one.get("Action"), False, small=True) if "Action" in one else (ANYTHING,),
        _globs(one.get("NotAction"), False, small=True),
        _globs(one.get("Resource"), variables) if "Resource" in one else (ANYTHING,),
        _globs(one.get("NotResource"), variables),
        tuple(_tests(one.get("Condition"), variables)),
        "".join(piece for piece in sid if isinstance(piece, str)) if isinstance(sid, tuple) else "",
        number,
        written,
    )


def texts(written: Plain) -> list[Text]:
    """A list of texts, or a single one, as a list."""
    return [one for one in (written if isinstance(written, list) else [written]) if isinstance(one, tuple)]


def _globs(written: Plain, variables: bool, small: bool = False) -> tuple[OpenGlob, ...]:
    return tuple(_glob(one, variables, small) for one in texts(written))


def _glob(one: Text, variables: bool, small: bool = False, active: bool = True) -> OpenGlob:
    """A text as a pattern; `active` says that `*` and `?` in it are wildcards."""
    made: list[str | Wild | Hole | Variable] = []
    for piece in one:
        if isinstance(piece, Hole):
            made.append(piece)
            continue
        for at, part in enumerate(_split(piece) if variables else (piece,)):
            if at % 2:
                made.append(_variable(part))
            else:
                known = part.lower() if small else part
                made.extend(wildcards(known) if active else literal(known))
    return tuple(_joined(made))


def _joined(tokens: Sequence[str | Wild | Hole | Variable]) -> Iterator[str | Wild | Hole | Variable]:
    """The tokens with the variables that stand for a character (`${*}`) as that character."""
    for token in tokens:
        if isinstance(token, Variable) and token.key in ("*", "?", "$"):
            yield token.key
        else:
            yield token


def _split(text: str) -> Iterator[str]:
    """A text and the insides of its policy variables, by turns."""
    while True:
        before, found, rest = text.partition("${")
        inside, closed, after = rest.partition("}")
        if not found or not closed:
            yield text
            return
        yield before
        yield inside
        text = after


def _variable(inside: str) -> Variable:
    key, comma, default = inside.partition(",")
    return Variable(key.strip().lower(), default.strip().strip("'") if comma else None)


def _tests(condition: Plain, variables: bool) -> Iterator[Test]:
    for name, keys in condition.items() if isinstance(condition, dict) else ():
        try:
            how = operator_named(name)
        except UnknownOperatorError:
            # AWS refuses such a document; what it would have meant closes nothing and opens nothing.
            continue
        for key, values in keys.items() if isinstance(keys, dict) else ():
            try:
                yield _test(how, key, texts(values), variables)
            except UnknownOperatorError:
                continue


def _test(how: Operator, key: str, values: Sequence[Text], variables: bool) -> Test:
    low = key.lower()
    single = low.startswith(_SINGLE) and not low.startswith(_MULTIVALUED)
    if not takes_text(how.name):
        whole = ["".join(map(str, one)) for one in values if not any(isinstance(piece, Hole) for piece in one)]
        return compared(how, key, whole, holes=len(whole) < len(values))
    arn, like = how.name.startswith("arn"), how.name in ("stringlike", "arnequals", "arnlike")
    globs: list[Glob] = []
    open_globs: list[OpenGlob] = []
    for one in values:
        glob = _glob(one, variables, active=like)
        if how.name == "stringequalsignorecase":
            glob = tuple(literal(token, any_case=True)[0] if isinstance(token, str) else token for token in glob)
        if not like:
            glob = tuple(_Exact(token.name) if isinstance(token, Hole) else token for token in glob)
        glob = in_segments(glob) if arn else glob
        known = closed(glob)
        if len(known) == len(glob):
            globs.append(known)
        else:
            open_globs.append(glob)
    # A set operator on a key of one value sees that one value: as many tests as there are ask it of the same.
    quantifier = Quantifier.ONE if single else how.quantifier
    return Test(low, Kind.TEXT, how.absent, not how.negative, quantifier, tuple(globs), tuple(open_globs), written=key)


class _Exact(Hole):
    """A hole where wildcards mean nothing: somebody in particular, whoever it is."""


def settled(one: Statement, requester: Requester, reading: Reading) -> Statement | None:
    """The statement with nothing open, as one requester meets it; None where it does not speak of the requester.

    What nobody knows is as narrow in an Allow and as wide in a Deny as it can be where the answer must be certain, and
    the other way round where it may be possible.
    """
    possible = reading is Reading.POSSIBLE
    wide = one.allows is possible
    if not one.principals.take(requester.account, unknown=wide):
        return None
    tests: list[Test] = []
    for asked in one.tests:
        done = _settled_test(asked, requester, wide)
        if done is None:
            return None
        tests.append(done)
    return replace(
        one,
        actions=_closed(one.actions, requester, wide),
        not_actions=_closed(one.not_actions, requester, not wide),
        resources=_closed(one.resources, requester, wide),
        not_resources=_closed(one.not_resources, requester, not wide),
        tests=tuple(tests),
    )


def _settled_test(asked: Test, requester: Requester, wide: bool) -> Test | None:
    """A test with nothing open; None where it fails whatever the key has."""
    widest = wide if asked.fits else not wide
    if asked.holes:
        return replace(asked, everything=widest)
    if not asked.open_globs:
        return asked
    globs = (*asked.globs, *_closed(asked.open_globs, requester, widest))
    return replace(asked, globs=globs, open_globs=())


def _closed(globs: Sequence[OpenGlob], requester: Requester, wide: bool) -> tuple[Glob, ...]:
    made: list[Glob] = []
    for glob in globs:
        tokens: list[str | Wild] | None = []
        for token in glob:
            if tokens is None:
                break
            if isinstance(token, Variable):
                value = _value(token, requester, wide)
                tokens = None if value is None else [*tokens, *value]
            elif isinstance(token, Hole):
                named = isinstance(token, _Exact) or not wide
                tokens.extend(literal(f"{{{token.name}}}") if named else ANYTHING)
            else:
                tokens.append(token)
        if tokens is not None:
            made.append(tuple(tokens))
    return tuple(made)


def _value(variable: Variable, requester: Requester, wide: bool) -> Glob | None:
    """What a policy variable stands for; None where it has no value, so that its text fits nothing."""
    owner = _OF_THE_OWNER.get(variable.key)
    if owner is not None:
        return literal(owner)
    if requester.lacks(variable.key):
        return literal(variable.default) if variable.default is not None else None
    there = requester.there.get(variable.key)
    if there is not None and len(there) == 1:
        return there[0]
    return ANYTHING if wide or requester.chooses(variable.key) else literal(f"{{{variable.key}}}")
