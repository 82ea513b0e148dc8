"""Suppressions in the source: comments and metadata that say which findings are accepted, why, and until when.

    # stanchion: ignore[NET101] until=2027-01-31 -- the scanner of the auditors comes from anywhere

On a line of its own it speaks of what starts on the next line, at the end of a line of what starts there: an argument,
a block, a whole resource, or a module call with all that is in it. `ignore-file[...]` speaks of the file. JSON has no
comments: there `Metadata: {"stanchion": {"ignore": [...]}}` of a resource says the same.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import merge
from operator import itemgetter

from stanchion.acceptance.markers import has_marker, sources_of
from stanchion.acceptance.other_tools import Foreign, foreign_comment, foreign_metadata
from stanchion.evaluation.values import Known, ListValue, MapValue, Value
from stanchion.graph.resource import Graph, Resource
from stanchion.judging.finding import Finding, Suppression
from stanchion.plugins.selection import is_companions
from stanchion.policy.policy import Policy
from stanchion.syntax.comments import Comment, hcl_comments, yaml_comments
from stanchion.syntax.document.nodes import Mapping as Object
from stanchion.syntax.document.nodes import Node
from stanchion.syntax.document.nodes import Sequence as Array
from stanchion.syntax.hcl.nodes import Body
from stanchion.syntax.reading import SourceTree
from stanchion.syntax.source import Located, Problem, Source, Span

_OWN = re.compile(
    r"^stanchion:\s*(?P<verb>ignore(?:-file)?)\s*(?:\[(?P<ids>[^\]]*)\])?(?:\s+until=(?P<until>\S+))?\s*(?:--\s*(?P<reason>.*))?$"
)
_DATE = re.compile(r"^\d{4}-\d{2}-\d{2}$")


@dataclass(slots=True)
class Rule:
    """One suppression: which policies (ids or families), over which lines of which file or which resource.

    `first` and `last` are lines; 0 and 0 stand for the whole file. `address` is set for metadata. `used` counts.
    """

    policies: frozenset[str]
    reason: str
    until: str
    place: Located
    path: str
    first: int = 0
    last: int = 0
    address: str = ""
    used: int = 0
    tool: str = "stanchion"

    def matches(self, finding: Finding) -> bool:
        """Whether it speaks of a finding: of its policy, and of its place, its resource, or a call that leads to it."""
        policy = finding.policy
        if self.policies.isdisjoint(policy.names):
            return False
        if self.address:
            return self.address in finding.resources and finding.place.source.path == self.path
        places = (finding.place, *(step.place for step in finding.trace if step.message.startswith("called as ")))
        return any(self._covers(place) for place in places)

    def _covers(self, place: Located) -> bool:
        if place.source.path != self.path:
            return False
        return not self.first or self.first <= place.source.position(place.start).line <= self.last


def rules_of(graph: Graph, tree: SourceTree, policies: Sequence[Policy]) -> tuple[list[Rule], list[Problem]]:
    """The suppressions in the files of a graph, and what in them cannot be understood."""
    rules: list[Rule] = []
    problems: list[Problem] = []
    known = {name for policy in policies for name in policy.names}
    for source in sources_of(graph):
        if has_marker(source):
            rules += _in_comments(source, tree, policies, known, problems)
    for resource in graph.resources:
        if resource.framework == "cloudformation":
            rules += _in_metadata(resource, policies, known, problems)
    return rules, problems


def _in_comments(
    source: Source, tree: SourceTree, policies: Sequence[Policy], known: set[str], problems: list[Problem]
) -> Iterator[Rule]:
    hcl = not source.path.endswith((".yaml", ".yml", ".json", ".template"))
    comments = list(hcl_comments(source) if hcl else yaml_comments(source))
    if source.path.endswith(".json"):
        return
    following = _code_below({comment.line for comment in comments if not comment.trailing}, source)
    extents: dict[int, tuple[int, int]] | None = None
    resources: list[tuple[int, int]] = []
    for comment in comments:
        read = _read(comment, source, policies, known, problems)
        if read is None:
            continue
        names, reason, until, whole, tool, within = read
        place = Span(source, comment.start, comment.end)
        rule = Rule(names, reason, until, place, source.path, tool=tool)
        if not whole:
            if extents is None:
                extents = extents_of(source, tree)
                resources = nested(extents.values(), 0 if hcl else 1)
            line = comment.line if comment.trailing else following[comment.line]
            rule.first, rule.last = extents.get(line, (line, line))
            if within:
                rule.first, rule.last = enclosing(comment.line, resources) or (rule.first, rule.last)
        yield rule


def _code_below(own_lines: set[int], source: Source) -> dict[int, int]:
    """For lines that hold nothing but a comment, the next line that holds code: that is what the comment speaks of."""
    last = len(source.line_starts())
    found: dict[int, int] = {}
    for line in sorted(own_lines, reverse=True):
        below = line + 1
        while below < last and below not in own_lines and not source.line(below).strip():
            below += 1
        found[line] = found.get(below, min(below, last))
    return found


def nested(extents: Iterable[tuple[int, int]], level: int) -> list[tuple[int, int]]:
    """The extents of several lines that lie in so many others, in order: no two of them share a line.

    Around resources stands nothing in HCL, and the section in a template.
    """
    found = []
    around: list[tuple[int, int]] = []
    for extent in sorted((e for e in extents if e[0] < e[1]), key=lambda e: (e[0], -e[1])):
        while around and around[-1][1] < extent[0]:
            around.pop()
        if len(around) == level:
            found.append(extent)
        around.append(extent)
    return found


def enclosing(line: int, extents: Sequence[tuple[int, int]]) -> tuple[int, int] | None:
    """The lines of the resource around a line, of all of which other tools' comments inside it speak."""
    at = bisect_right(extents, line, key=lambda extent: extent[0]) - 1
    return extents[at] if at >= 0 and line <= extents[at][1] else None


def _read(
    comment: Comment, source: Source, policies: Sequence[Policy], known: set[str], problems: list[Problem]
) -> tuple[frozenset[str], str, str, bool, str, bool] | None:
    """Names, reason, date, whether it is for the file, tool, and whether it speaks of what is around it."""
    if not comment.text.startswith("stanchion:"):
        foreign = foreign_comment(comment.text, policies)
        if foreign is None:
            return None
        return foreign.policies, foreign.reason, foreign.until, False, foreign.tool, foreign.around
    found = _OWN.match(comment.text)
    place = Span(source, comment.start, comment.end)
    names = [name.strip() for name in (found.group("ids") or "").split(",") if name.strip()] if found else []
    if not found or not names:
        wanted = "stanchion: ignore[ID] -- reason"
        problems.append(Problem("suppression", f"expected `{wanted}`; the comment has no effect", place))
        return None
    unknown = [name for name in names if name not in known and not is_companions(name)]
    if unknown:
        problems.append(
            Problem("suppression", f"no policy is called {', '.join(unknown)}; nothing is ignored for it", place)
        )
    until = found.group("until") or ""
    if until and not _DATE.match(until):
        problems.append(
            Problem("suppression", f"until={until}: expected a date such as 2027-01-31; it is not kept", place)
        )
        until = "0000-00-00"
    return (
        frozenset(names),
        found.group("reason") or "",
        until,
        found.group("verb") == "ignore-file",
        "stanchion",
        False,
    )


def extents_of(source: Source, tree: SourceTree) -> dict[int, tuple[int, int]]:
    """For every line on which something starts, the lines of the largest thing that does."""
    lines: dict[int, tuple[int, int]] = {}

    def note(node: Located) -> None:
        first, last = source.position(node.start).line, source.position(max(node.start, node.end - 1)).line
        lines[first] = max(lines.get(first, (first, last)), (first, last))

    for parsed in tree.parsed(source):
        if isinstance(parsed, Body):
            _note_body(parsed, note)
        elif isinstance(parsed, list):
            for document in parsed:
                _note_node(document, note)
    return lines


def _note_body(body: Body, note: Callable[[Located], None]) -> None:
    pending = [body]
    while pending:
        here = pending.pop()
        for attribute in here.attributes.values():
            note(attribute)
        for block in here.blocks:
            note(block)
            pending.append(block.body)


def _note_node(node: Node, note: Callable[[Located], None]) -> None:
    pending = [node]
    while pending:
        here = pending.pop()
        if isinstance(here, Object):
            for entry in here.entries.values():
                note(entry)
                pending.append(entry.value)
        elif isinstance(here, Array):
            for item in here.items:
                note(item)
                pending.append(item)


def _in_metadata(
    resource: Resource, policies: Sequence[Policy], known: set[str], problems: list[Problem]
) -> Iterator[Rule]:
    metadata = resource.attributes.entries.get("Metadata")
    if not isinstance(metadata, MapValue):
        return
    own = metadata.entries.get("stanchion")
    listed = own.entries.get("ignore") if isinstance(own, MapValue) else None
    for item in listed.items if isinstance(listed, ListValue) else ():
        names, reason, until = _listed(item)
        place = item.origin or resource.header
        if not names or any(name not in known and not is_companions(name) for name in names):
            problems.append(Problem("suppression", "expected the id of a policy here; it has no effect", place))
        yield Rule(names, reason, until, place, place.source.path, address=resource.address)
    for foreign in foreign_metadata(metadata, policies):
        place = metadata.origin or resource.header
        yield _foreign_rule(foreign, place, resource)


def _foreign_rule(foreign: Foreign, place: Located, resource: Resource) -> Rule:
    return Rule(
        foreign.policies,
        foreign.reason,
        foreign.until,
        place,
        place.source.path,
        address=resource.address,
        tool=foreign.tool,
    )


def _listed(item: Value) -> tuple[frozenset[str], str, str]:
    """One entry of the metadata's list: an id, or an object with id, reason and until."""
    if isinstance(item, Known) and isinstance(item.value, str):
        return frozenset((item.value,)), "", ""
    if not isinstance(item, MapValue):
        return frozenset(), "", ""
    texts = {
        key: str(value.value)
        for key, value in item.entries.items()
        if isinstance(value, Known) and value.value is not None
    }
    names = frozenset((texts["id"],)) if "id" in texts else frozenset()
    return names, texts.get("reason", ""), texts.get("until", "")


def suppress(
    findings: Iterable[Finding], rules: Sequence[Rule], today: str, reasons: bool = False
) -> tuple[list[Finding], list[Problem]]:
    """The findings, marked where a rule in force speaks of them, and what is wrong with rules.

    `today` is YYYY-MM-DD. With `reasons` a rule without one has no effect.
    """
    problems: dict[int, Problem] = {}
    marked = []
    by_name: dict[str, list[tuple[int, Rule]]] = {}
    for number, rule in enumerate(rules):
        for name in rule.policies:
            by_name.setdefault(name, []).append((number, rule))
    for finding in findings:
        lists = (by_name.get(name, ()) for name in finding.policy.names)
        for _, rule in merge(*lists, key=itemgetter(0)):
            if not rule.matches(finding):
                continue
            rule.used += 1
            if rule.until and today > rule.until:
                message = f"this suppression ended on {rule.until}: what it is about is reported again"
                problems[id(rule)] = Problem("suppression", message, rule.place)
            elif reasons and not rule.reason.strip():
                message = "a suppression needs a reason (-- why) here; what it is about is reported"
                problems[id(rule)] = Problem("suppression", message, rule.place)
            else:
                finding = finding._replace(suppressed=Suppression("comment", rule.reason))
                break
        marked.append(finding)
    return marked, list(problems.values())


def unused(rules: Iterable[Rule]) -> list[Problem]:
    """A problem for every suppression that nothing needed."""
    return [
        Problem(
            "suppression", f"nothing is suppressed by this any more ({', '.join(sorted(rule.policies))})", rule.place
        )
        for rule in rules
        if not rule.used
    ]
