"""Expressions of HCL native syntax: a Pratt parser over the patterns of the lexer.

Every function takes the reader, where to begin, whether line ends are free there (inside brackets they are), and the
nesting level; it returns the node and leaves `reader.pos` behind it. A call that can come back to its caller adds a
level for every three frames it puts on Python's stack, so that MAX_LEVELS levels fit on it.
Source of the rules: HCL Native Syntax Specification ("Expressions"), and where it is silent, what Terraform accepts.
"""

from __future__ import annotations

from collections.abc import Callable
from re import Match

from stanchion.syntax.hcl import lexer, templates
from stanchion.syntax.hcl.lexer import (
    LEVELS_TO_MEASURE,
    LINKS_TO_MEASURE,
    MARK,
    NUMBER,
    PATH,
    PLAIN_STRING,
    Reader,
    decode_number,
    match_key,
    match_operator_free,
    match_operator_line,
    match_space,
    match_term_free,
    match_term_line,
    normalised,
)
from stanchion.syntax.hcl.nodes import (
    BinaryOp,
    Conditional,
    Expression,
    ForExpr,
    FunctionCall,
    GetAttr,
    Index,
    Literal,
    ObjectCons,
    ObjectItem,
    Parentheses,
    Splat,
    SplatItem,
    TupleCons,
    UnaryOp,
    Variable,
)

_LEVELS = (("||",), ("&&",), ("==", "!="), (">", ">=", "<", "<="), ("+", "-"), ("*", "/", "%"))
_PRECEDENCE = {operator: level for level, operators in enumerate(_LEVELS, 1) for operator in operators}
_WORDS = {"true": True, "false": False, "null": None}
# What most operands are followed by: nothing more of the expression.
_STOPS_LINE = frozenset("\r\n,)]}")
_STOPS_FREE = frozenset(",)]}")


def expression(reader: Reader, pos: int, free: bool, level: int, floor: int = 0) -> Expression:
    """A whole expression; with a `floor`, only operators that bind tighter than it are taken."""
    if level >= LEVELS_TO_MEASURE:
        reader.check_level(level, pos)
    left = operand(reader, pos, free, level)
    text, end = reader.text, reader.end
    if reader.pos < end and text[reader.pos] in (_STOPS_FREE if free else _STOPS_LINE):
        return left
    match_operator = match_operator_free if free else match_operator_line
    links = 0
    while match := match_operator(text, reader.pos, end):
        operator = match[1]
        precedence = _PRECEDENCE.get(operator, 0)
        if precedence > floor:
            right = expression(reader, match.end(), free, level + 1, precedence)
            left = BinaryOp(reader.source, left.start, right.end, operator, left, right)
        elif operator == "?" and floor == 0:
            return _conditional(reader, left, match.end(), free, level + 1)
        else:
            break
        links += 1
    if links > LINKS_TO_MEASURE:
        reader.deep = True
    return left


def _conditional(reader: Reader, condition: Expression, pos: int, free: bool, level: int) -> Expression:
    then = expression(reader, pos, free, level)
    colon = (lexer.match_colon_free if free else lexer.match_colon_line)(reader.text, reader.pos, reader.end)
    if not colon:
        raise reader.broken("a colon and the other result of the conditional", reader.pos)
    otherwise = expression(reader, colon.end(), free, level)
    return Conditional(reader.source, condition.start, otherwise.end, condition, then, otherwise)


def operand(reader: Reader, pos: int, free: bool, level: int) -> Expression:
    """A term with the attribute, index and splat steps after it."""
    match = (match_term_free if free else match_term_line)(reader.text, pos, reader.end)
    if match is None:
        space = match_space(reader.text, pos, reader.end) if free else None
        raise reader.broken("an expression", space.end() if space else pos)
    kind = match.lastindex
    source = reader.source
    node: Expression
    if kind == PLAIN_STRING:
        text = match[1]
        pos = reader.pos = match.end()
        node = Literal(source, match.start(1) - 1, pos, text if reader.ascii else normalised(text))
    elif kind == PATH:
        node = _path(reader, match)
        pos = reader.pos = match.end()
    elif kind == NUMBER:
        start, pos = match.span(NUMBER)
        reader.pos = pos
        node = Literal(source, start, pos, decode_number(reader, match[NUMBER], start))
    else:
        node = _BY_MARK[match[MARK]](reader, match.start(MARK), free, level)
        pos = reader.pos
    if pos < reader.end and reader.text[pos] in (_STOPS_FREE if free else _STOPS_LINE):
        return node
    return _steps(reader, node, free, level)


def _path(reader: Reader, match: Match[str]) -> Expression:
    source = reader.source
    name = match[2]
    start, at = match.span(2)
    if not reader.ascii:
        reader.check_name(name, start)
    node: Expression
    node = Literal(source, start, at, _WORDS[name]) if name in _WORDS else Variable(source, start, at, name)
    path = match[3]
    if path:
        names = path.split(".")
        if len(names) > LINKS_TO_MEASURE:
            reader.deep = True
        for name in names[1:]:
            at += 1
            if not reader.ascii:
                reader.check_name(name, at)
            at += len(name)
            node = GetAttr(source, start, at, node, name)
    return node


def _steps(reader: Reader, node: Expression, free: bool, level: int) -> Expression:
    match_operator = match_operator_free if free else match_operator_line
    links = 0
    while match := match_operator(reader.text, reader.pos, reader.end):
        operator = match[1]
        if operator == ".":
            node = _dot(reader, node, match.end(), free)
        elif operator == "[":
            node = _bracket(reader, node, match.end(), free, level + 2)
        elif operator in ("(", "::") and isinstance(node, Variable):
            node = _call(reader, node, match.start(1), free, level + 2)
        else:
            break
        links += 1
    if links > LINKS_TO_MEASURE:
        reader.deep = True
    return node


def _dot(reader: Reader, node: Expression, pos: int, free: bool) -> Expression:
    match = (lexer.match_step_free if free else lexer.match_step_line)(reader.text, pos, reader.end)
    if match is None:
        raise reader.broken("the name of an attribute after the dot", pos)
    reader.pos = match.end()
    if match.lastindex != lexer.STEP_STAR:
        return _step(reader, node, match)
    item: Expression = SplatItem(reader.source, match.start(lexer.STEP_STAR), match.end())
    links = 0
    match_dot = lexer.match_attribute_dot_free if free else lexer.match_attribute_dot_line
    while dot := match_dot(reader.text, reader.pos, reader.end):
        match = (lexer.match_step_free if free else lexer.match_step_line)(reader.text, dot.end(), reader.end)
        if match is None or match.lastindex == lexer.STEP_STAR:
            raise reader.broken("the name of an attribute after the dot", dot.end())
        reader.pos = match.end()
        item = _step(reader, item, match)
        links += 1
    if links > LINKS_TO_MEASURE:
        reader.deep = True
    return Splat(reader.source, node.start, item.end, node, item, full=False)


def _step(reader: Reader, node: Expression, match: Match[str]) -> Expression:
    source = reader.source
    if match.lastindex == lexer.STEP_NAME:
        name = match[lexer.STEP_NAME]
        if not reader.ascii:
            reader.check_name(name, match.start(lexer.STEP_NAME))
        return GetAttr(source, node.start, match.end(), node, name)
    at, end = match.span(lexer.STEP_NUMBER)
    digits = match[lexer.STEP_NUMBER].split(".")
    if len(digits) > 1:
        better = "".join(f"[{part}]" for part in digits)
        reader.report(f"two indexes in a row cannot be written with dots: write {better}; read as that", at, end)
    for part in digits:
        key = decode_number(reader, part, at)
        node = Index(source, node.start, at + len(part), node, Literal(source, at, at + len(part), key))
        at += len(part) + 1
    return node


def _bracket(reader: Reader, node: Expression, pos: int, free: bool, level: int) -> Expression:
    source = reader.source
    splat = (lexer.match_full_splat_free if free else lexer.match_full_splat_line)(reader.text, pos, reader.end)
    if splat:
        if not splat[1]:
            raise reader.broken("a closing bracket after the star", splat.end())
        if level >= LEVELS_TO_MEASURE:
            reader.check_level(level, pos)
        reader.pos = splat.end()
        each = _steps(reader, SplatItem(source, pos - 1, splat.end()), free, level)
        return Splat(source, node.start, each.end, node, each, full=True)
    key = expression(reader, pos, True, level)
    reader.pos = _close(reader, "]", "closing bracket", pos - 1, "an operator")
    return Index(source, node.start, reader.pos, node, key)


def _close(reader: Reader, closer: str, name: str, opener: int, expected: str) -> int:
    text, pos = reader.text, reader.pos
    if pos < reader.end and text[pos] == closer:
        return pos + 1
    pos = match_space(text, pos, reader.end).end()
    if pos < reader.end and text[pos] == closer:
        return pos + 1
    raise reader.unclosed_bracket(expected, name, opener, pos)


def _call(reader: Reader, callee: Variable, pos: int, free: bool, level: int) -> Expression:
    text, end = reader.text, reader.end
    name = callee.name
    while text.startswith("::", pos):
        match = (lexer.match_step_free if free else lexer.match_step_line)(text, pos + 2, end)
        if match is None or match.lastindex != lexer.STEP_NAME:
            raise reader.broken("the name of a function after ::", pos + 2)
        name += "::" + match[lexer.STEP_NAME]
        pos = (match_space if free else lexer.match_blank)(text, match.end(), end).end()
    if pos >= end or text[pos] != "(":
        raise reader.broken(f"an opening parenthesis after the function name {name}", pos)
    arguments: list[Expression] = []
    opener, expand = pos, False
    pos = match_space(text, pos + 1, end).end()
    while not (pos < end and text[pos] == ")"):
        if pos >= end:
            raise reader.unclosed_bracket("an argument", "closing parenthesis", opener, pos)
        arguments.append(expression(reader, pos, True, level))
        pos = match_space(text, reader.pos, end).end()
        if pos < end and text[pos] == ",":
            pos = match_space(text, pos + 1, end).end()
            continue
        if text.startswith("...", pos, end):
            expand = True
            reader.pos = pos + 3
            pos = _close(reader, ")", "closing parenthesis", opener, "nothing more") - 1
        elif not (pos < end and text[pos] == ")"):
            raise reader.unclosed_bracket("a comma", "closing parenthesis", opener, pos)
    reader.pos = pos + 1
    return FunctionCall(reader.source, callee.start, pos + 1, name, tuple(arguments), expand)


def _parentheses(reader: Reader, pos: int, free: bool, level: int) -> Expression:
    inner = expression(reader, pos + 1, True, level + 1)
    reader.pos = _close(reader, ")", "closing parenthesis", pos, "an operator")
    return Parentheses(reader.source, pos, reader.pos, inner)


def _unary(reader: Reader, pos: int, free: bool, level: int) -> Expression:
    if level >= LEVELS_TO_MEASURE:
        reader.check_level(level, pos)
    inner = operand(reader, pos + 1, free, level + 1)
    return UnaryOp(reader.source, pos, inner.end, reader.text[pos], inner)


def _tuple(reader: Reader, pos: int, free: bool, level: int) -> Expression:
    text, end, opener = reader.text, reader.end, pos
    if introducer := lexer.match_for(text, pos + 1, end):
        return _for(reader, opener, introducer.end(), level + 2)
    items: list[Expression] = []
    pos = match_space(text, pos + 1, end).end()
    while not (pos < end and text[pos] == "]"):
        if pos >= end:
            raise reader.unclosed_bracket("an item", "closing bracket", opener, pos)
        items.append(expression(reader, pos, True, level + 1))
        pos = match_space(text, reader.pos, end).end()
        if pos < end and text[pos] == ",":
            pos = match_space(text, pos + 1, end).end()
        elif not (pos < end and text[pos] == "]"):
            raise reader.unclosed_bracket("a comma", "closing bracket", opener, pos)
    reader.pos = pos + 1
    return TupleCons(reader.source, opener, pos + 1, tuple(items))


def _object(reader: Reader, pos: int, free: bool, level: int) -> Expression:
    text, end, source, opener = reader.text, reader.end, reader.source, pos
    pos += 1
    if introducer := lexer.match_for(text, pos, end):
        return _for(reader, opener, introducer.end(), level + 2)
    items: list[ObjectItem] = []
    while True:
        match = match_key(text, pos, end)
        key: Expression
        if match is None:
            key, pos = _other_key(reader, pos, opener, level + 1)
        elif match.lastindex == lexer.KEY_CLOSE:
            reader.pos = match.end()
            return ObjectCons(source, opener, reader.pos, tuple(items))
        else:
            key, pos = _plain_key(reader, match), match.end()
        value = expression(reader, pos, False, level + 1)
        items.append(ObjectItem(source, key.start, value.end, key, value))
        pos = reader.pos
        if pos < end and text[pos] in "\n,":
            pos += 1
        elif separator := lexer.match_object_separator(text, pos, end):
            pos = separator.end()
        else:
            raise reader.unclosed_bracket("a comma, a new line", "closing brace", opener, pos)


def _plain_key(reader: Reader, match: Match[str]) -> Literal:
    name = match[1]
    if name is None:
        start, end = match.span(lexer.KEY_STRING)
        return Literal(reader.source, start - 1, end + 1, normalised(match[lexer.KEY_STRING]))
    start, end = match.span(1)
    if not reader.ascii:
        reader.check_name(name, start)
    return Literal(reader.source, start, end, name)


def _other_key(reader: Reader, pos: int, opener: int, level: int) -> tuple[Expression, int]:
    """A key that is no bare name and no plain string, and where its value begins."""
    pos = match_space(reader.text, pos, reader.end).end()
    if pos >= reader.end:
        raise reader.unclosed_bracket("an item", "closing brace", opener, pos)
    key = expression(reader, pos, False, level)
    sign = lexer.match_key_sign(reader.text, reader.pos, reader.end)
    if sign is None:
        raise reader.broken("an equals sign or a colon, and a value, after the key", reader.pos)
    root = key
    while isinstance(root, GetAttr) or (isinstance(root, Index) and isinstance(root.key, Literal)):
        root = root.target
    if isinstance(root, Variable) and root is not key and not reader.provider_keys:
        advice = "put parentheses around a reference, or quotes around a name with dots"
        reader.report(f"this key can be a reference or a name: {advice}; read as a reference", key.start, key.end)
    return key, sign.end()


def _for(reader: Reader, opener: int, pos: int, level: int) -> Expression:
    text, end = reader.text, reader.end
    closer, closer_name = ("]", "closing bracket") if text[opener] == "[" else ("}", "closing brace")
    first, second, pos = templates.for_names(reader, pos)
    collection = expression(reader, pos, True, level)
    colon = lexer.match_colon_free(text, reader.pos, end)
    if not colon:
        raise reader.broken('a colon after the collection of "for"', match_space(text, reader.pos, end).end())
    key_result: Expression | None = None
    result = expression(reader, colon.end(), True, level)
    if arrow := lexer.match_arrow(text, reader.pos, end):
        key_result = result
        result = expression(reader, arrow.end(), True, level)
    dots = lexer.match_dots(text, reader.pos, end)
    if dots:
        reader.pos = dots.end()
    condition: Expression | None = None
    if word := lexer.match_if(text, reader.pos, end):
        condition = expression(reader, word.end(), True, level)
    expected = "an operator" if condition else 'an operator, "if"'
    reader.pos = _close(reader, closer, closer_name, opener, expected)
    if closer == "]" and (key_result or dots):
        start, at = (key_result.start, key_result.end) if key_result else (reader.pos - 1, reader.pos)
        reader.report('"=>" and "..." make objects: expected braces around this "for"', start, at)
    if closer == "}" and key_result is None:
        reader.report('expected "key => value" in a "for" that makes an object', result.start, result.end)
    key, value = (None, first) if second is None else (first, second)
    return ForExpr(
        reader.source, opener, reader.pos, key, value, collection, key_result, result, condition, dots is not None
    )


def _quoted(reader: Reader, pos: int, free: bool, level: int) -> Expression:
    return templates.quoted(reader, pos, level + 2, expression)


def _heredoc(reader: Reader, pos: int, free: bool, level: int) -> Expression:
    return templates.heredoc(reader, pos, level + 2, expression)


_BY_MARK: dict[str, Callable[[Reader, int, bool, int], Expression]] = {
    '"': _quoted,
    "<<": _heredoc,
    "[": _tuple,
    "{": _object,
    "(": _parentheses,
    "-": _unary,
    "!": _unary,
}
