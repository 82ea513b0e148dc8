"""Fn::ToJsonString: a value as JSON text, what is not known in it as parts of that text.

Source: CloudFormation User Guide, "Fn::ToJsonString".
"""

from __future__ import annotations

import json

from stanchion.evaluation.cloudformation.intrinsics.expression import Evaluation, Scope
from stanchion.evaluation.cloudformation.intrinsics.lifting import decided, lift
from stanchion.evaluation.cloudformation.intrinsics.strings import concatenate
from stanchion.evaluation.values import Choice, Known, ListValue, MapValue, Unknown, Value
from stanchion.syntax.document.nodes import Node
from stanchion.syntax.source import Located


def fn_to_json_string(ev: Evaluation, argument: Node, scope: Scope, origin: Node) -> Value:
    """Fn::ToJsonString of a list or a mapping."""

    def render(row: list[Value]) -> Value:
        pieces: list[Value] = []
        _write(row[0], pieces, origin)
        return concatenate(ev, pieces, origin)

    return lift([decided(ev.value(argument, scope))], render, origin)


def _write(value: Value, pieces: list[Value], origin: Located) -> None:
    if isinstance(value, Known):
        pieces.append(Known(_scalar(value), origin, value.references, value.sensitive))
    elif isinstance(value, Unknown | Choice):
        _write_unknown(value, pieces, origin)
    elif isinstance(value, ListValue):
        pieces.append(Known("[", origin))
        for index, item in enumerate(value.items):
            if index:
                pieces.append(Known(",", origin))
            _write(item, pieces, origin)
        pieces.append(Known("]", origin))
    else:
        _write_mapping(value, pieces, origin)


def _write_mapping(value: MapValue, pieces: list[Value], origin: Located) -> None:
    pieces.append(Known("{", origin))
    for index, (key, item) in enumerate(value.entries.items()):
        before = "," if index else ""
        pieces.append(Known(f"{before}{json.dumps(key, ensure_ascii=False)}:", origin))
        _write(item, pieces, origin)
    if value.rest is not None:
        if value.entries:
            pieces.append(Known(",", origin))
        pieces.append(value.rest)
    pieces.append(Known("}", origin))


def _write_unknown(value: Unknown | Choice, pieces: list[Value], origin: Located) -> None:
    if isinstance(value, Choice) or value.type != "string":
        pieces.append(value)
        return
    pieces.append(Known('"', origin))
    for part in value.parts or (value,):
        if isinstance(part, Known):
            text = json.dumps(str(part.value), ensure_ascii=False)
            pieces.append(Known(text[1:-1], origin, part.references, part.sensitive))
        else:
            pieces.append(part)
    pieces.append(Known('"', origin))


def _scalar(value: Known) -> str:
    if value.value is None or isinstance(value.value, bool | str):
        return json.dumps(value.value, ensure_ascii=False)
    return format(value.value, "f") if not isinstance(value.value, int) else str(value.value)
