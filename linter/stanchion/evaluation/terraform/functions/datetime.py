"""Date and time functions ("Date and Time Functions", Terraform documentation; cty's `function/stdlib/datetime.go`)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from stanchion.evaluation.terraform.errors import BoundExceededError, EvaluationError
from stanchion.evaluation.terraform.functions.signature import TEXT, Surroundings, scalar, valued
from stanchion.evaluation.values import Unknown, Value

_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
_SECOND = 1_000_000_000


@dataclass(slots=True)
class Moment:
    """A local time: day number (1 is 0001-01-01), nanoseconds of the day, and the offset from UTC in seconds."""

    day: int
    nanoseconds: int
    offset: int

    def instant(self) -> int:
        """Nanoseconds since the beginning of time, in UTC."""
        return self.day * 86_400 * _SECOND + self.nanoseconds - self.offset * _SECOND


def read(text: str) -> Moment:
    """A timestamp of RFC 3339. Raises EvaluationError for anything else."""
    match = re.fullmatch(
        r"(\d{4})-(\d\d)-(\d\d)T(\d\d?):(\d\d):(\d\d)(?:[.,](\d+))?(?:Z|([+-])(\d\d):(\d\d))", text, re.ASCII
    )
    if match is None:
        raise EvaluationError(f'not a valid RFC3339 timestamp: "{text[:60]}"')
    year, month, day, hour, minute, second = (int(match[group]) for group in range(1, 7))
    offset = 0
    if match[8]:
        offset = (int(match[9]) * 60 + int(match[10])) * 60 * (-1 if match[8] == "-" else 1)
    if hour > 23 or minute > 59 or second > 59 or (match[8] and (int(match[9]) > 24 or int(match[10]) > 60)):
        raise EvaluationError(f'not a valid RFC3339 timestamp: "{text[:60]}": a part is out of range')
    if year == 0:
        raise BoundExceededError("the year 0000 is not worked with")
    try:
        number = date(year, month, day).toordinal()
    except ValueError:
        raise EvaluationError(f'not a valid RFC3339 timestamp: "{text[:60]}": no such day') from None
    fraction = int((match[7] or "0")[:9].ljust(9, "0"))
    return Moment(number, ((hour * 60 + minute) * 60 + second) * _SECOND + fraction, offset)


_UNITS = {
    "ns": 1,
    "us": 1000,
    "µs": 1000,
    "μs": 1000,
    "ms": 10**6,
    "s": _SECOND,
    "m": 60 * _SECOND,
    "h": 3600 * _SECOND,
}


def duration(text: str) -> int:
    """A duration as Go writes them ("-1h30m", "1.5s"), in nanoseconds. Raises EvaluationError for anything else."""
    unsigned = text[1:] if text[:1] in ("+", "-") else text
    if unsigned == "0":
        return 0
    total = at = 0
    piece = re.compile(r"(\d*)(?:\.(\d*))?(ns|us|µs|μs|ms|s|m|h)", re.ASCII)
    while at < len(unsigned):
        match = piece.match(unsigned, at)
        if match is None or not (match[1] or match[2]) or len(match[0]) > 100:
            raise EvaluationError(f'invalid duration "{text[:40]}"')
        unit = _UNITS[match[3]]
        fraction = match[2] or ""
        total += int(match[1] or "0") * unit + int(fraction or "0") * unit // 10 ** len(fraction)
        at = match.end()
    if not unsigned or total >= 1 << 63:
        raise EvaluationError(f'invalid duration "{text[:40]}"')
    return -total if text.startswith("-") else total


def _zone(offset: int, colon: bool) -> str:
    hours, minutes = divmod(abs(offset) // 60, 60)
    return f"{'-' if offset < 0 else '+'}{hours:02d}{':' if colon else ''}{minutes:02d}"


def _time_add(timestamp: str, length: str) -> str:
    moment = read(timestamp)
    days, nanoseconds = divmod(moment.nanoseconds + duration(length), 86_400 * _SECOND)
    number = moment.day + days
    if not 1 <= number <= date.max.toordinal():
        raise BoundExceededError("a date outside of the years 1 to 9999 is not worked with")
    seconds = nanoseconds // _SECOND
    clock = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    zone = _zone(moment.offset, True) if moment.offset else "Z"
    return f"{date.fromordinal(number).isoformat()}T{clock}{zone}"


def _time_compare(left: str, right: str) -> int:
    one, other = read(left).instant(), read(right).instant()
    return (one > other) - (one < other)


def _format_date(pattern: str, timestamp: str) -> str:
    moment = read(timestamp)
    pieces: list[str] = []
    for match in re.finditer(r"'((?:[^']|'')*)('?)|([a-zA-Z])\3*|[^a-zA-Z']+", pattern):
        if match[0].startswith("'"):
            if not match[2]:
                raise EvaluationError("unterminated literal '")
            pieces.append(match[1].replace("''", "'"))
        else:
            pieces.append(_verb(match[0], moment) if match[3] else match[0])
    return "".join(pieces)


def _verb(verb: str, moment: Moment) -> str:
    """One sequence of the same letter."""
    day = date.fromordinal(moment.day)
    seconds = moment.nanoseconds // _SECOND
    hour, minute, second = seconds // 3600, seconds // 60 % 60, seconds % 60
    half = "am" if hour < 12 else "pm"
    twelve = hour % 12 or 12
    numbers = {"h": hour, "H": twelve, "m": minute, "s": second, "D": day.day, "M": day.month}
    letter = verb[0]
    if letter in numbers and len(verb) <= 2:
        return str(numbers[letter]).rjust(len(verb), "0")
    words = {
        "YY": f"{day.year % 100:02d}",
        "YYYY": f"{day.year:04d}",
        "MMM": _MONTHS[day.month - 1][:3],
        "MMMM": _MONTHS[day.month - 1],
        "EEE": _DAYS[day.weekday()][:3],
        "EEEE": _DAYS[day.weekday()],
        "AA": half.upper(),
        "aa": half,
        "Z": _zone(moment.offset, True) if moment.offset else "Z",
        "ZZZ": _zone(moment.offset, False) if moment.offset else "UTC",
        "ZZZZ": _zone(moment.offset, False),
        "ZZZZZ": _zone(moment.offset, True),
    }
    if verb not in words:
        raise EvaluationError(f'invalid date format verb "{verb}"')
    return words[verb]


def _timestamp(_arguments: list[Value], around: Surroundings) -> Value:
    return Unknown("timestamp() is the time of the apply", around.origin, type="string")


def _plan_timestamp(_arguments: list[Value], around: Surroundings) -> Value:
    from stanchion.evaluation.conditions import Undecided

    variable = Undecided("plantimestamp()")
    return Unknown("plantimestamp() is the time of the plan", around.origin, variable=variable, type="string")


FUNCTIONS = {
    "formatdate": scalar(_format_date, TEXT, TEXT),
    "plantimestamp": valued(_plan_timestamp, returns="string"),
    "timeadd": scalar(_time_add, TEXT, TEXT),
    "timecmp": scalar(_time_compare, TEXT, TEXT, returns="number"),
    "timestamp": valued(_timestamp, returns="string", pure=False),
}
