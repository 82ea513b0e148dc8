"""What becomes of references, sensitivity, choices and the unknown when values are made from other values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from stanchion.evaluation.conditions import Condition, Undecided, atoms, scalar_text
from stanchion.evaluation.terraform.errors import BoundExceededError, EvaluationError
from stanchion.evaluation.terraform.expressions.refined_unknowns import not_refused, refused
from stanchion.evaluation.values import (
    MAX_COMBINATIONS,
    TOO_MANY,
    Choice,
    Known,
    ListValue,
    MapValue,
    Reference,
    Unknown,
    Value,
    arms_under,
    choose,
    combinations,
    joined,
    most_arms,
    truth_of,
)
from stanchion.syntax.source import Located

#: How many values inside a value are looked at, counted as often as they occur.
MAX_NODES = 100_000
#: Comparisons that a truth value may hang on.
MAX_ATOMS = 64
#: Characters of a text, and parts of one that is partly known.
MAX_TEXT = 1_000_000
MAX_PARTS = 1_000
#: A derived name longer than this helps no reader.
MAX_NAME = 300


@dataclass(slots=True)
class Survey:
    """What stands anywhere inside some values: the first unknown, the first choice, all references."""

    unknown: Unknown | None = None
    choice: Choice | None = None
    references: tuple[Reference, ...] = ()
    sensitive: bool = False


def survey(values: Iterable[Value]) -> Survey:
    """Walks values to the leaves, choices included.

    Raises BoundExceededError when they hold more than MAX_NODES values.
    """
    found = Survey()
    groups: dict[tuple[Reference, ...], None] = {}
    stack = list(values)
    stack.reverse()
    count = 0
    while stack:
        value = stack.pop()
        count += 1
        if isinstance(value, Choice):
            found.choice = found.choice or value
            stack.extend(arm for _, arm in reversed(value.arms))
        else:
            if value.references:
                groups[value.references] = None
            found.sensitive = found.sensitive or value.sensitive
            if isinstance(value, ListValue):
                stack.extend(reversed(value.items))
            elif isinstance(value, MapValue):
                stack.extend(reversed(value.entries.values()))
                if value.rest is not None:
                    stack.append(value.rest)
            elif isinstance(value, Unknown):
                found.unknown = found.unknown or value
        if count + len(stack) > MAX_NODES:
            raise BoundExceededError(f"it holds more than {MAX_NODES:,} values")
    if groups:
        found.references = joined(groups)
    return found


def words(value: Value, budget: int = MAX_NAME) -> str | None:
    """A value as a reader of the source would write it, or None when it cannot be named (or only at length)."""
    if isinstance(value, Known):
        if isinstance(value.value, str) and len(value.value) > budget:
            return None
        return scalar_text(value.value)
    if isinstance(value, Unknown):
        if value.variable is not None:
            return value.variable.name if len(value.variable.name) <= budget else None
        return _template_words(value.parts, budget) if value.parts is not None else None
    if isinstance(value, Choice):
        return None
    pieces: list[str] = []
    pairs: Iterable[tuple[str, Value]]
    if isinstance(value, ListValue):
        pairs = (("", item) for item in value.items)
    elif value.rest is not None:
        return None
    else:
        pairs = ((f"{scalar_text(key)} = ", item) for key, item in value.entries.items())
    for prefix, item in pairs:
        piece = words(item, budget)
        if piece is None or budget < len(piece) + len(prefix):
            return None
        budget -= len(piece) + len(prefix)
        pieces.append(prefix + piece)
    return f"[{', '.join(pieces)}]" if isinstance(value, ListValue) else "{ " + ", ".join(pieces) + " }"


def _template_words(parts: Sequence[Value], budget: int) -> str | None:
    pieces: list[str] = []
    for part in parts:
        piece = words(part, budget)
        if piece is None:
            return None
        literal = isinstance(part, Known) and isinstance(part.value, str)
        pieces.append(piece[1:-1] if literal else "${" + piece + "}")
        budget -= len(piece)
        if budget < 0:
            return None
    return '"' + "".join(pieces) + '"'


def derive(
    values: Sequence[Value],
    origin: Located | None,
    type_: str | None,
    name: Callable[[list[str]], str] | None = None,
    reason: str | None = None,
) -> Unknown:
    """The unknown that an operation on not wholly known values gives: their reason, references and sensitivity.

    `name` makes its variable's name from the words for the values, so that the same operation on the same unknowns
    is known to give the same.
    """
    seen = survey(values)
    variable = None
    if name is not None:
        named = [words(value) for value in values]
        known = [word for word in named if word is not None]
        if len(known) == len(named) and sum(map(len, known)) <= MAX_NAME:
            variable = Undecided(name(known))
    if reason is None:
        reason = seen.unknown.reason if seen.unknown is not None else "it hangs on a value that is not known"
    return Unknown(reason, origin, seen.references, seen.sensitive, variable, None, type_)


def truth(condition: Condition, values: Sequence[Value], origin: Located | None) -> Value:
    """A condition on these values as a boolean with their references; unknown when it is too large to be useful."""
    seen = survey(values)
    if next(islice(atoms(condition), MAX_ATOMS, None), None) is not None:
        reason = f"it hangs on more than {MAX_ATOMS} comparisons"
        return Unknown(reason, origin, seen.references, seen.sensitive, type="bool")
    return marked(truth_of(condition, origin), seen.references, seen.sensitive)


def beyond(error: BoundExceededError, values: Sequence[Value], origin: Located | None) -> Unknown:
    """The unknown that stands for what would have taken too much to work out."""
    references = joined(value.references for value in values if not isinstance(value, Choice))
    sensitive = any(value.sensitive for value in values if not isinstance(value, Choice))
    return Unknown(error.reason, origin, references, sensitive)


def marked(value: Value, references: tuple[Reference, ...], sensitive: bool) -> Value:
    """The value with these references and this sensitivity added to its own."""
    if not references and not sensitive:
        return value
    if isinstance(value, Choice):
        return Choice(tuple((guard, marked(arm, references, sensitive)) for guard, arm in value.arms), value.origin)
    all_references = joined((value.references, references))
    secret = value.sensitive or sensitive
    if isinstance(value, Known):
        return Known(value.value, value.origin, all_references, secret, value.document, value.static)
    if isinstance(value, ListValue):
        return ListValue(value.items, value.origin, all_references, secret, value.kind, value.element)
    if isinstance(value, MapValue):
        return MapValue(
            value.entries, value.origin, all_references, secret, value.kind, value.places, value.rest, value.element
        )
    return replace(value, references=all_references, sensitive=secret)


def decided(values: Sequence[Value]) -> list[tuple[Condition, list[Value]]] | None:
    """As `combinations`, for choices at any depth: the rows hold none. None for too many."""
    pending: list[tuple[Condition, list[Value]]] = [(True, list(values))]
    done: list[tuple[Condition, list[Value]]] = []
    most = MAX_COMBINATIONS
    while pending:
        guard, row = pending.pop()
        choice = survey(row).choice
        if choice is None:
            done.append((guard, row))
        else:
            most = max(most, most_arms([choice]))
            arms = list(arms_under(guard, choice))
            pending.extend((both, [_replaced(value, choice, arm) for value in row]) for both, arm in reversed(arms))
        if len(pending) + len(done) > most:
            return None
    return done


def _replaced(value: Value, choice: Choice, arm: Value) -> Value:
    if value is choice:
        return arm
    if isinstance(value, Choice):
        return Choice(tuple((guard, _replaced(each, choice, arm)) for guard, each in value.arms), value.origin)
    if isinstance(value, ListValue):
        items = tuple(_replaced(item, choice, arm) for item in value.items)
        return replace(value, items=items)
    if isinstance(value, MapValue):
        entries = {key: _replaced(item, choice, arm) for key, item in value.entries.items()}
        return replace(value, entries=entries)
    return value


def over_rows(
    rows: list[tuple[Condition, list[Value]]] | None,
    values: Sequence[Value],
    apply: Callable[[list[Value]], Value],
    origin: Located | None,
) -> Value:
    """The choice over what an operation gives for each combination.

    A combination that Terraform would refuse is `Refused`, with the reason; refused in all of them it is an error.
    """
    if rows is None:
        return beyond(BoundExceededError(TOO_MANY), values, origin)
    if len(rows) == 1:
        return apply(rows[0][1])
    results: list[tuple[Condition, Value]] = []
    error: EvaluationError | None = None
    good = False
    for guard, row in rows:
        try:
            results.append((guard, apply([not_refused(value) for value in row])))
            good = True
        except EvaluationError as refusal:
            error = refusal.with_traceback(None)  # whose frames would keep all values of this unit alive
            results.append((guard, refused(refusal, origin)))
    if error is not None and not good:
        raise error
    return choose(results, origin)


def lift(values: Sequence[Value], apply: Callable[[list[Value]], Value], origin: Located | None) -> Value:
    """An operation on values of which the outermost may be choices."""
    if not any(isinstance(value, Choice) for value in values):
        return apply([not_refused(value) for value in values])
    return over_rows(combinations(values), values, apply, origin)


def concatenated(parts: Sequence[Value], origin: Located | None) -> Value:
    """The string that these strings make one after the other: with an unknown among them a partly known string.

    The parts are strings already converted; a part that is a choice makes a choice. References and sensitivity are
    those of the parts. Raises BoundExceededError for a text that is too long.
    """
    if any(isinstance(part, Choice) for part in parts):
        return over_rows(combinations(parts), parts, lambda row: concatenated(row, origin), origin)
    pieces: list[Value] = []
    texts: list[str] = []
    length = 0
    for part in _flat(parts):
        if isinstance(part, Known):
            if not isinstance(part.value, str):
                raise EvaluationError("a null value cannot be part of a string", origin)
            texts.append(part.value)
            length += len(part.value)
            if length > MAX_TEXT:
                raise BoundExceededError(f"its result is a text of more than {MAX_TEXT:,} characters")
        else:
            if "".join(texts):
                pieces.append(Known("".join(texts), origin))
            texts = []
            pieces.append(part)
            if len(pieces) > MAX_PARTS:
                raise BoundExceededError(f"it is a text of more than {MAX_PARTS:,} unknown parts")
    references = joined(part.references for part in parts)
    sensitive = any(part.sensitive for part in parts)
    if not pieces:
        return Known("".join(texts), origin, references, sensitive)
    if "".join(texts):
        pieces.append(Known("".join(texts), origin))
    unknown = next(piece for piece in pieces if isinstance(piece, Unknown))
    variable = unknown.variable if len(pieces) == 1 and unknown.type == "string" else None
    return Unknown(unknown.reason, origin, references, sensitive, variable, tuple(pieces), "string")


def _flat(parts: Sequence[Value]) -> Iterable[Value]:
    for part in parts:
        if isinstance(part, Unknown) and part.parts is not None:
            yield from part.parts
        else:
            yield part


def may_be_otherwise(value: ListValue | MapValue) -> bool:
    """Whether a value of no common type may turn out to have one: the type of something unknown in it is open."""
    unknown = survey([value]).unknown
    return unknown is not None and unknown.type is None


def surely_present(value: Unknown) -> bool:
    """Whether an unknown string is certainly neither null nor empty.

    A string with literal text in it is not; nor are the `id` and `arn` of a resource, which every provider sets.
    """
    if value.parts is not None:
        return any(isinstance(part, Known) and part.value != "" for part in value.parts) or any(
            surely_present(part) for part in value.parts if isinstance(part, Unknown)
        )
    return len(value.references) == 1 and value.references[0].attribute in ("id", "arn")
