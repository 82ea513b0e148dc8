"""What to write, in words: for a row it follows from the mapping tables, by the very type and language at hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from stanchion.evaluation.conditions import Scalar
from stanchion.graph.mappings import Mappings, Rule
from stanchion.judging.finding import Finding
from stanchion.policy.policy import Policy
from stanchion.policy.predicates import Kind, Predicate, wanted, words
from stanchion.policy.requirement import Requirement

#: The predicates that ask for no value: what to do with the property.
_BARE = {Kind.PRESENT: "set", Kind.ABSENT: "leave out"}
#: How deep nested blocks are looked through.
MAX_DEPTH = 8


def of_finding(finding: Finding) -> str:
    """What to write where a finding is."""
    row = finding.policy.row
    if row is None or finding.policy.mend:
        return finding.policy.mending(finding.framework)
    return of_row(row, finding.type or row.types[0], finding.framework, finding.source_type)


def of_policy(policy: Policy, framework: str = "") -> str:
    """What to write against a policy, for all of its types in one language, or in both."""
    row = policy.row
    if row is None or policy.mend:
        return policy.mending(framework) if framework else policy.mend
    parts: dict[str, None] = {}
    for language in ("terraform", "cloudformation"):
        if framework.startswith(language) or not framework:
            said = dict.fromkeys(of_row(row, type_, language) for type_ in row.types)
            title = "" if framework else {"terraform": "Terraform: ", "cloudformation": "CloudFormation: "}[language]
            parts.update((f"{title}{text}", None) for text in said)
    return ". ".join(parts)


def of_row(row: Requirement, type_: str, framework: str, source_type: str = "") -> str:
    """What to write against a row's fault in a resource of a canonical type and of a language's own."""
    if row.relation is not None:
        return _beside(row, framework)
    if row.must.kind is Kind.ANY_OF:
        each = (of_row(row._replace(must=one), type_, framework, source_type) for one in row.must.operands)
        return ", or ".join(dict.fromkeys(each))
    if framework == "cloudformation" or not framework.startswith("terraform"):
        return _template(row)
    source = source_type if source_type and not source_type.startswith("AWS::") else _source_type(type_)
    return _terraform(row, type_, source)


def _template(row: Requirement) -> str:
    way = row.path.replace("[]", "")
    if row.must.kind in _BARE:
        return f"{_BARE[row.must.kind]} {way}"
    return f"{way}: {words(row.must)}"


def _terraform(row: Requirement, type_: str, source: str) -> str:
    """The arguments of a type, or of one that configures it; the property's own name where none of them has it."""
    mappings = _mappings()
    path = tuple((name.removesuffix("[]"), 0 if name.endswith("[]") else None) for name in row.path.split("."))
    for name in (source, *mappings.folding_into(type_)):
        rules = mappings.rules_for(name) if name else None
        said = _argument(rules.attributes, path, row.must) if rules is not None else ""
        if said:
            return said if name == source else f"{name} with {said}"
    return f"no argument of {source or type_} says {_template(row)}" if source else _template(row)


def _argument(rules: Mapping[str, Rule], path: tuple[tuple[str, int | None], ...], must: Predicate) -> str:
    from stanchion.fixing.names import arguments
    from stanchion.patching.hcl import Expression, body_lines, content_of

    value: Scalar = Expression("...") if wanted(must) is None else wanted(must)
    found = next(arguments(rules, path, value), None)
    if found is None:
        names = next(_named(rules, tuple(name for name, _ in path), 0), None)
        if names is None:
            return ""
        found = ((tuple((name, 0) for name in names[:-1]), names[-1]), Expression("..."))
    (blocks, name), written = found
    if must.kind in _BARE:
        return f"{_BARE[must.kind]} {'.'.join((*(block for block, _ in blocks), name))}"
    text = " ".join(line.strip() for line in body_lines(content_of([((blocks, name), written)])) if line.strip())
    if isinstance(written, Expression):
        return text.replace("...", words(must))
    at_bound = must.kind in (Kind.AT_LEAST, Kind.AT_MOST)
    return text.replace(str(written), words(must)) if at_bound else text


def _named(rules: Mapping[str, Rule], path: tuple[str, ...], depth: int) -> Iterator[tuple[str, ...]]:
    """The arguments that land in a property, whatever becomes of their values on the way."""
    for name, rule in rules.items() if depth < MAX_DEPTH else ():
        if name not in ("=", "*"):
            yield from ((name, *inner) for inner in _landing(rule, path, depth))


def _landing(rule: Rule, path: tuple[str, ...], depth: int) -> Iterator[tuple[str, ...]]:
    if isinstance(rule, Mapping):
        for each in rule.get("all", ()):
            yield from _landing(each, path, depth)
        return
    target, argument = (rule, None) if isinstance(rule, str) else (rule[1], rule[2] if len(rule) > 2 else None)
    names = tuple(target.split(".")) if target else ()
    if path[: len(names)] != names:
        return
    if isinstance(argument, Mapping) and len(names) < len(path):
        yield from _named(argument, path[len(names) :], depth + 1)
    elif len(names) == len(path):
        yield ()


def _beside(row: Requirement, framework: str) -> str:
    """The resource that is missing."""
    relation = row.relation
    assert relation is not None
    name = relation.type
    if framework.startswith("terraform"):
        name = _source_type(relation.type) or relation.type
    by = f" whose {relation.by.replace('[]', '')} is this resource" if relation.by else " that refers to this resource"
    having = "".join(f", with {path.replace('[]', '')} {words(predicate)}" for path, predicate in relation.having)
    return f"add {'an' if name[0] in 'aeiouAEIOU' else 'a'} {name}{by}{having}"


def _source_type(type_: str) -> str:
    """The type of Terraform's that a canonical type is written as, by the tables; "" where there is none."""
    mappings = _mappings()
    for name in mappings.named_as(type_):
        rules = mappings.rules_for(name)
        if rules is not None and (rules.fold is None or rules.fold.keep):
            return name
    return ""


@cache
def _mappings() -> Mappings:
    return Mappings.load()
