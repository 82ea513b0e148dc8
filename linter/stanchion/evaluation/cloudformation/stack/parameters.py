"""Parameters: what a template says of them, what the user pins, and so which values they may have.

Source: CloudFormation User Guide, "Parameters" and "CloudFormation-supplied parameter types".
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from pathlib import Path

from stanchion.evaluation.cloudformation.intrinsics.comparisons import Comparisons
from stanchion.evaluation.cloudformation.intrinsics.expression import Evaluation
from stanchion.evaluation.cloudformation.intrinsics.lifting import derived, scalar_words
from stanchion.evaluation.cloudformation.template.template import literal_text, shape_of
from stanchion.evaluation.conditions import Condition, Is, Scalar, Undecided, all_of, negate
from stanchion.evaluation.values import MAX_ARMS, Choice, Known, ListValue, Unknown, Value, choose
from stanchion.syntax.document.nodes import Entry, Mapping, Sequence
from stanchion.syntax.source import Located

_SSM_VALUE = "AWS::SSM::Parameter::Value<"
_LISTS = ("CommaDelimitedList", "List<")


class Declared:
    """What one entry of the Parameters section says, checked for shape."""

    __slots__ = ("_places", "allowed", "default", "entry", "is_list", "is_number", "name", "no_echo", "type")

    def __init__(self, ev: Evaluation, name: str, entry: Entry) -> None:
        self.name = name
        self.entry = entry
        self.type = "String"
        self.default: str | None = None
        self.allowed: list[str] = []
        self._places: dict[str, Located] = {}
        self.no_echo = False
        body = entry.value
        if isinstance(body, Mapping) and body.tag is None:
            self._read(ev, body)
        else:
            ev.problem(f"expected parameter {name} to be a mapping with a Type, found {shape_of(body)}", body)
        inner = self.type.removeprefix(_SSM_VALUE)
        self.is_list = inner.startswith(_LISTS)
        self.is_number = "Number" in inner and "<AWS" not in inner

    def _read(self, ev: Evaluation, body: Mapping) -> None:
        type_node = body.get("Type")
        type_text = literal_text(type_node)
        if type_text is None:
            place = type_node if type_node is not None else self.entry.key
            ev.problem(f"expected parameter {self.name} to have a Type; it is read as a String", place)
        else:
            self.type = type_text
        default = body.get("Default")
        if default is not None:
            self.default = literal_text(default)
            if self.default is None and not (isinstance(default, Sequence) and default.tag is None):
                ev.problem(f"expected a string as Default of {self.name}, found {shape_of(default)}", default)
            elif isinstance(default, Sequence):
                words = [literal_text(item) for item in default.items]
                self.default = ",".join(word for word in words if word is not None)
                ev.problem(f"expected a string as Default of {self.name}, found a list; its items are joined", default)
        allowed = body.get("AllowedValues")
        if isinstance(allowed, Sequence):
            for item in allowed.items:
                text = literal_text(item)
                if text is not None:
                    self._places.setdefault(text, item)
            self.allowed = list(self._places)
        elif allowed is not None:
            ev.problem(f"expected a list of AllowedValues, found {shape_of(allowed)}; it was left out", allowed)
        self.no_echo = literal_text(body.get("NoEcho")) == "true"

    def place(self, key: str) -> Located:
        """Where the declaration says something, or the name itself."""
        body = self.entry.value
        node = body.get(key) if isinstance(body, Mapping) else None
        return node if node is not None else self.entry.key

    def written(self, text: str) -> Located:
        """Where the declaration names a value that the parameter may have."""
        return self.place("Default") if text == self.default else self._places.get(text) or self.place("AllowedValues")


def evaluate_parameters(ev: Evaluation) -> None:
    """Give every parameter of the template its value, in `ev.names`."""
    for name, entry in ev.template.section("Parameters").items():
        if name.startswith("Fn::"):
            continue
        declared = Declared(ev, name, entry)
        if declared.is_number:
            ev.numeric.add(ev.where.prefix + name)
        ev.names[name] = parameter_value(ev, declared, ev.comparisons)


def parameter_value(ev: Evaluation, declared: Declared, comparisons: Comparisons) -> Value:
    """The value of a parameter: pinned, passed by a parent stack, one of its choices, its default, or unknown."""
    name = declared.name
    if declared.type.startswith(_SSM_VALUE):
        return _from_parameter_store(ev, declared, comparisons)
    if ev.where.passed is not None:
        return _in_nested_stack(ev, declared)
    pinned = ev.options.parameters.get(name)
    if pinned is not None:
        return _pinned(ev, declared, pinned)
    if declared.allowed and not declared.is_list:
        return _closed(ev, declared, comparisons)
    if declared.default is not None and name not in comparisons.literals:
        return typed(declared, declared.default, declared.place("Default"))
    variable = Undecided(name)
    literals = comparisons.of(name)
    if declared.default is None:
        rest = ev.undecided(
            f"parameter {name} has no default",
            declared.entry.key,
            name,
            sensitive=declared.no_echo,
            kind=_kind(declared),
        )
    else:
        rest = Unknown(
            f"{name} may be something else", declared.entry.key, (), declared.no_echo, variable, None, _kind(declared)
        )
        literals = [declared.default, *literals]
    return open_choice(declared, variable, literals, rest)


def _kind(declared: Declared) -> str:
    return "list" if declared.is_list else "number" if declared.is_number else "string"


def _from_parameter_store(ev: Evaluation, declared: Declared, comparisons: Comparisons) -> Value:
    kind = "list" if declared.is_list else "string"
    rest = ev.undecided(
        "read from Parameter Store at deploy time",
        declared.place("Default"),
        ev.where.prefix + declared.name,
        sensitive=declared.no_echo,
        kind=kind,
    )
    return open_choice(declared, rest.variable or Undecided(declared.name), comparisons.of(declared.name), rest)


def _pinned(ev: Evaluation, declared: Declared, pinned: str | list[str]) -> Value:
    text = pinned if isinstance(pinned, str) else ",".join(pinned)
    words = [text] if not declared.is_list else [word.strip() for word in text.split(",")]
    wrong = [word for word in words if declared.allowed and word not in declared.allowed]
    if wrong:
        shown = "" if declared.no_echo else f" {wrong[0]!r}"
        message = f"the given value{shown} of {declared.name} is not one of its AllowedValues; it is used all the same"
        ev.problem(message, declared.place("AllowedValues"), "configuration")
    return typed(declared, text, None)


def _in_nested_stack(ev: Evaluation, declared: Declared) -> Value:
    """A nested stack's parameter has what its parent passes, or its default: nobody else can give it a value."""
    passed = (ev.where.passed or {}).get(declared.name)
    if passed is not None:
        return _as_declared(declared, passed)
    if declared.default is not None:
        return typed(declared, declared.default, declared.place("Default"))
    reason = f"parameter {declared.name} has no default and is not passed"
    return ev.undecided(reason, declared.entry.key, ev.where.prefix + declared.name, kind=_kind(declared))


def _as_declared(declared: Declared, value: Value) -> Value:
    """A passed value as the child declares it: CloudFormation passes lists as joined strings."""
    if isinstance(value, Choice):
        return choose([(guard, _as_declared(declared, arm)) for guard, arm in value.arms], value.origin)
    if isinstance(value, Known) and value.origin is not None:
        result = typed(declared, scalar_words(value.value), value.origin)
        result.references = value.references
        result.sensitive = result.sensitive or value.sensitive
        return result
    if isinstance(value, Unknown) and declared.is_list and value.type != "list":
        return derived(value, "list of", value.origin or declared.entry.key, "list")
    return value


def typed(declared: Declared, text: str, place: Located | None) -> Known | ListValue:
    """A parameter's text as the type that it declares."""
    if not declared.is_list:
        value = number(text) if declared.is_number else text
        return Known(value, place, (), declared.no_echo)
    words = [word.strip() for word in text.split(",")] if text else []
    items = tuple(Known(number(w) if declared.is_number else w, place, (), declared.no_echo) for w in words)
    return ListValue(items, place, (), declared.no_echo)


def number(text: str) -> Scalar:
    """Text as a number, where writing the number gives the same text again."""
    try:
        value: Scalar = int(text) if text.lstrip("-").isdecimal() and len(text) < 40 else Decimal(text)
    except (ValueError, InvalidOperation):
        return text
    if isinstance(value, Decimal) and not value.is_finite():
        return text
    return value if scalar_words(value) == text else text


def _closed(ev: Evaluation, declared: Declared, comparisons: Comparisons) -> Value:
    """One of the AllowedValues, the default first."""
    texts = declared.allowed
    default = declared.default
    if default is not None and default not in texts:
        message = f"the Default of {declared.name} is not one of its AllowedValues; it was left out"
        ev.problem(message, declared.place("Default"))
    elif default is not None:
        texts = [default, *(text for text in texts if text != default)]
    scalars = tuple(number(text) if declared.is_number else text for text in texts)
    variable = Undecided(declared.name, scalars)
    place = declared.place("AllowedValues")
    if len(texts) <= MAX_ARMS:
        return choose(
            [(Is(variable, s), typed(declared, t, declared.written(t))) for s, t in zip(scalars, texts, strict=True)],
            place,
        )
    ev.bound(f"{declared.name} has more than {MAX_ARMS} allowed values", place)
    rest = Unknown(
        f"{declared.name} has more than {MAX_ARMS} allowed values",
        place,
        (),
        declared.no_echo,
        variable,
        None,
        "string",
    )
    first = [default] if default in texts and default is not None else []
    return open_choice(declared, variable, [*first, *comparisons.of(declared.name)], rest)


def open_choice(declared: Declared | None, variable: Undecided, literals: Iterable[str], rest: Unknown) -> Value:
    """A choice between the values that the template asks about and everything else."""
    arms: list[tuple[Condition, Value]] = []
    others: list[Condition] = []
    place = rest.origin
    known = {scalar_words(value): value for value in variable.values or ()}
    for text in list(dict.fromkeys(literals))[: MAX_ARMS - 1]:
        is_number = declared is not None and declared.is_number
        scalar = known.get(text) if known else literal_for(variable, text, is_number)
        if scalar is None or place is None:
            continue
        value = _asked_about(declared, text, place)
        arms.append((Is(variable, scalar), value))
        others.append(negate(Is(variable, scalar)))
    if not arms:
        return rest
    return Choice((*arms, (all_of(*others), rest)), place)


def _asked_about(declared: Declared | None, text: str, place: Located) -> Value:
    """A value that a choice may have: one that nobody names for it is written nowhere."""
    if declared is None:
        return Known(text)
    named = text == declared.default or text in declared.allowed
    return typed(declared, text, declared.written(text) if named else None)


def literal_for(variable: Undecided, text: str, is_number: bool) -> Scalar:
    """A literal as the variable would have it; None when the variable can never be that."""
    if variable.values is not None:
        for value in variable.values:
            if scalar_words(value) == text:
                return value
        return None
    if not is_number:
        return text
    value = number(text)
    return None if isinstance(value, str) else value


def pseudo_choice(name: str, value: Unknown, comparisons: Comparisons) -> Value:
    """A pseudo parameter split by the literals that the template compares it with."""
    return open_choice(None, value.variable or Undecided(name), comparisons.of(name), value)


# --- parameter files ------------------------------------------------------------------------------------------------


def read_parameters_file(path: Path) -> dict[str, str | list[str]]:
    """Parameter values from a file that the user names: the AWS CLI's list of ParameterKey and ParameterValue, a
    CodePipeline template configuration `{"Parameters": {...}}`, or a plain mapping of names to values.

    Raises ValueError, with a message for the user that names the file.
    """
    from stanchion.syntax.files import MAX_SETTINGS, RefusedError, read_bytes

    try:
        text = read_bytes(path, MAX_SETTINGS).decode("utf-8-sig")
    except RefusedError as error:
        raise ValueError(f"{path} {error}") from None
    except UnicodeDecodeError as error:
        raise ValueError(f"{path}: expected UTF-8; byte {error.start} does not fit") from None
    if path.suffix.lower() in (".yaml", ".yml"):
        import yaml

        try:
            data = yaml.safe_load(text)
        except yaml.YAMLError as error:
            raise ValueError(f"{path}: expected YAML: {error}") from error
        except RecursionError:
            raise ValueError(f"{path}: is nested too deep to be read") from None
    else:
        import json

        try:
            data = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise ValueError(f"{path}: expected JSON: {error}") from error
    return parameters_of(data, str(path))


def parameters_of(data: object, path: str) -> dict[str, str | list[str]]:
    """The parameters in decoded data of one of the forms that `read_parameters_file` takes; raises as it does."""
    if isinstance(data, dict) and isinstance(data.get("Parameters"), dict | list):
        data = data["Parameters"]
    found: dict[str, str | list[str]] = {}
    if isinstance(data, list):
        for item in data:
            name, value = _list_item(item)
            if name is None:
                shape = "a list of ParameterKey and ParameterValue, or of Name=value"
                raise ValueError(f"{path}: expected {shape}, found {_described(item)}")
            if value is not None:
                found[name] = value
        return found
    if isinstance(data, dict):
        for key, value in data.items():
            parsed = _file_value(value)
            if parsed is None:
                raise ValueError(
                    f"{path}: expected a string or a list of strings as value of {key}, found {_described(value)}"
                )
            found[str(key)] = parsed
        return found
    raise ValueError(f"{path}: expected a list or a mapping of parameters, found {type(data).__name__}")


def _described(value: object) -> str:
    """What a value is, for a message: a short text itself; anchors make anything else as long as they like."""
    return repr(value) if isinstance(value, str) and len(value) < 80 else f"a {type(value).__name__}"


def _list_item(item: object) -> tuple[str | None, str | list[str] | None]:
    if isinstance(item, str) and "=" in item:
        key, _, value = item.partition("=")
        return key, value
    if isinstance(item, dict):
        name = item.get("ParameterKey")
        if isinstance(name, str):
            return name, _file_value(item.get("ParameterValue"))
    return None, None


def _file_value(value: object) -> str | list[str] | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float):
        return str(value)
    if isinstance(value, list) and all(isinstance(item, str | int | float | bool) for item in value):
        return [scalar_words(item) for item in value]
    return None
