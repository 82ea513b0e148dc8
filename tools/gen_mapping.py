"""Make plugins/stanchion_aws/mapping/derived.tsv and table.tsv.

usage: python tools/gen_mapping.py [--facts FOLDER]

`derived.tsv` holds what the names alone say: Terraform's argument names (FOLDER/terraform_aws_schema.json.gz) matched
with the properties of CloudFormation's schemas. Without --facts it is left as it is. `table.tsv` is the derived lines
overlaid with the rules written by hand in plugins/stanchion_aws/mapping/*.py; it is the one file a run reads.
"""

from __future__ import annotations

import argparse
import gzip
import importlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeGuard

from stanchion.graph import schemas

FOLDER = Path(__file__).parent.parent / "plugins" / "stanchion_aws" / "mapping"
Lines = dict[str, dict[str, Any]]

#: Arguments of nearly every resource that are no properties.
META = frozenset({"id", "region", "arn", "tags_all", "timeouts", "depends_on", "provider", "lifecycle", "count"})
#: Words that one side adds to a name and the other does not.
NOISE = (
    "id",
    "ids",
    "arn",
    "arns",
    "name",
    "names",
    "configuration",
    "config",
    "settings",
    "options",
    "enabled",
    "document",
)
#: Words that CloudFormation puts before a name and Terraform leaves out.
PREFIXES = ("preferred", "db", "cache", "master", "cluster")
#: Spellings that mean the same.
SPELLINGS = (("enabled", "enable"), ("kmskeyarn", "kmskeyid"), ("kmskeyidentifier", "kmskeyid"), ("neptune", "db"))
#: Terraform's word for a service where CloudFormation has another, longest first.
SERVICES = {
    "acm": "certificatemanager",
    "alb": "elasticloadbalancingv2",
    "appautoscaling": "applicationautoscaling",
    "cloudwatch_event": "events",
    "cloudwatch_log": "logslog",
    "codestarconnections": "codestarconnections",
    "customer_gateway": "ec2customergateway",
    "db": "rdsdb",
    "dms": "dms",
    "docdb": "docdbdb",
    "dx": "directconnect",
    "elasticsearch": "elasticsearch",
    "elb": "elasticloadbalancingloadbalancer",
    "keyspaces": "cassandra",
    "kinesis_firehose": "kinesisfirehose",
    "lb": "elasticloadbalancingv2",
    "mq": "amazonmq",
    "neptune": "neptunedb",
    "opensearch": "opensearchservice",
    "opensearchserverless": "opensearchserverless",
    "prometheus": "aps",
    "rds": "rdsdb",
    "sesv2": "ses",
    "sfn": "stepfunctions",
    "ssoadmin": "sso",
    "timestreamwrite": "timestream",
}


def flat(name: str) -> str:
    """A name without case and separators."""
    return name.replace("_", "").replace(":", "").lower()


def singular(name: str) -> str:
    """A flat name without the ending of the plural."""
    if name.endswith("ies"):
        return name[:-3] + "y"
    if name.endswith(("sses", "xes", "ches")):
        return name[:-2]
    return name[:-1] if name.endswith("s") and not name.endswith("ss") else name


def spelt(name: str) -> str:
    """A flat name in which words that mean the same are one."""
    for one, other in SPELLINGS:
        name = name.replace(one, other)
    return name


class Types:
    """CloudFormation's types by flat name."""

    def __init__(self) -> None:
        self.by_name = {flat(name.removeprefix("AWS")): name for name in schemas.types() if name.startswith("AWS::")}

    def find(self, terraform: str) -> str | None:
        """The CloudFormation type of a Terraform one, by name."""
        words = terraform.removeprefix("aws_").split("_")
        rest = "".join(words)
        for candidate in (rest, f"ec2{rest}"):
            if candidate in self.by_name:
                return self.by_name[candidate]
        for size in (3, 2, 1):
            service = SERVICES.get("_".join(words[:size]))
            if service is not None and service + "".join(words[size:]) in self.by_name:
                return self.by_name[service + "".join(words[size:])]
        return None


class Matcher:
    """The attributes of one Terraform type against the properties of one CloudFormation type."""

    def __init__(self, terraform: str, canonical: str) -> None:
        self.terraform = terraform
        self.canonical = canonical
        self.whole = schemas.schema(canonical) or {}
        resource = flat(canonical.rsplit("::", 1)[-1])
        service = flat(canonical.split("::")[1])
        own = flat(terraform.removeprefix("aws_"))
        self.prefixes = tuple(dict.fromkeys((resource, own, service, singular(resource))))

    def rules(self, attributes: Mapping[str, Any]) -> dict[str, Any]:
        """Rules for the attributes that have a property."""
        read_only = schemas.read_only(self.canonical)
        found = {name: part for name, part in self.whole.get("properties", {}).items() if name not in read_only}
        rules = self._match(attributes, found, "", 0)
        wrapper = self._wrapper(found)
        if wrapper is not None:
            inner = self._match(
                {name: attribute for name, attribute in attributes.items() if name not in rules},
                schemas.properties_of(self.whole, found[wrapper]),
                "",
                0,
            )
            rules.update({name: under(wrapper, rule) for name, rule in inner.items()})
        if attributes.get("tags", {}).get("type", "").startswith("{"):
            # where CloudFormation cannot tag, the graph still can say which tags a resource has
            rules.setdefault("tags", ["pairs", "Tags", ["Key", "Value"]])
        return rules

    def _wrapper(self, found: Mapping[str, Any]) -> str | None:
        """The one object that holds everything: DistributionConfig, LaunchTemplateData."""
        resource = self.canonical.rsplit("::", 1)[-1]
        for name in found:
            if name in (resource, *(f"{resource}{ending}" for ending in ("Config", "Data", "Configuration", "Input"))):
                return name
        return None

    def _match(
        self, attributes: Mapping[str, Any], found: Mapping[str, Mapping[str, Any]], above: str, depth: int
    ) -> dict[str, Any]:
        rules: dict[str, Any] = {}
        taken: set[str] = set()
        names = [
            name for name in attributes if name not in META and not name.endswith(("_wo", "_wo_version", "_prefix"))
        ]
        for step in (self._exact, self._plural, self._prefixed, self._suffixed, self._spelt):
            for name in names:
                if name in rules:
                    continue
                for property_name in step(flat(name), found, above):
                    if property_name in taken:
                        continue
                    rule = self._rule(attributes[name], property_name, found[property_name], flat(name), depth)
                    if rule is not None:
                        rules[name] = rule
                        taken.add(property_name)
                        break
        return rules

    def _exact(self, name: str, found: Mapping[str, Any], above: str) -> Iterator[str]:
        return (candidate for candidate in found if flat(candidate) == name)

    def _plural(self, name: str, found: Mapping[str, Any], above: str) -> Iterator[str]:
        return (candidate for candidate in found if singular(flat(candidate)) == singular(name))

    def _prefixed(self, name: str, found: Mapping[str, Any], above: str) -> Iterator[str]:
        for prefix in (above,) if above else (*self.prefixes, *PREFIXES):
            for candidate in found:
                other = flat(candidate)
                if singular(other) == singular(prefix + name) or singular(prefix + other) == singular(name):
                    yield candidate

    def _suffixed(self, name: str, found: Mapping[str, Any], above: str) -> Iterator[str]:
        for candidate in found:
            other = flat(candidate)
            if any(
                base + noise == name or name + noise == base or singular(base) + noise == name
                for noise in NOISE
                for base in (other, other.removeprefix("preferred"))
            ):
                yield candidate

    def _spelt(self, name: str, found: Mapping[str, Any], above: str) -> Iterator[str]:
        return (candidate for candidate in found if singular(spelt(flat(candidate))) == singular(spelt(name)))

    def _rule(self, attribute: Mapping[str, Any], name: str, part: Mapping[str, Any], above: str, depth: int) -> Any:
        part = schemas.resolved(self.whole, part)
        kinds = part.get("type")
        kinds = set(kinds) if isinstance(kinds, list) else {kinds} if kinds else set()
        listed = "array" in kinds or "items" in part
        inner = schemas.properties_of(self.whole, part)
        if attribute.get("block"):
            if not inner or depth > 6:
                return None
            rules = self._match(attribute["block"], inner, above, depth + 1)
            return ["many" if listed else "one", name, rules] if rules else None
        said = attribute["type"]
        if said.startswith("{"):
            return self._map_rule(name, listed, inner, kinds, part)
        if said.endswith("[]"):
            return name if listed else None
        if said == "string" and ("object" in kinds or inner) and not listed:
            return ["json", name]
        if inner:
            return None
        if listed:
            return ["wrap", name]
        if said.startswith("boolean") and kinds and "boolean" not in kinds:
            return None
        return name

    def _map_rule(
        self, name: str, listed: bool, inner: Mapping[str, Any], kinds: set[str], part: Mapping[str, Any]
    ) -> Any:
        if not listed:
            return name if "object" in kinds and not part.get("properties") else None
        for key in ("Key", "Name"):
            if key in inner and "Value" in inner:
                return ["pairs", name, [key, "Value"]]
        return None


def under(path: str, rule: Any) -> Any:
    """A rule with its property inside another one."""
    return f"{path}.{rule}" if isinstance(rule, str) else [rule[0], f"{path}.{rule[1]}", *rule[2:]]


def derive(facts: Path, hand: Lines) -> Lines:
    """What the names say of every Terraform type, under the types that were chosen by hand where they were."""
    with gzip.open(facts / "terraform_aws_schema.json.gz") as file:
        terraform = json.load(file)
    pairs = json.loads((facts / "terraform_cfn_pairs.json").read_text())["types"]
    types = Types()
    known = set(schemas.types())
    lines: Lines = {}
    for name, attributes in terraform.items():
        paired = [type_ for type_ in pairs.get(name, ()) if type_ in known]
        chosen = hand.get(name, {}).get("type")
        canonical = chosen or (paired[0] if len(paired) == 1 else None) or types.find(name)
        if canonical is None or canonical not in known:
            continue
        lines[name] = {"type": canonical, "attributes": Matcher(name, canonical).rules(attributes)}
    return lines


def by_hand() -> Lines:
    """The lines of every module that is written by hand."""
    lines: Lines = {}
    for path in sorted(FOLDER.glob("*.py")):
        if path.stem in ("__init__", "rules"):
            continue
        module = importlib.import_module(f"stanchion_aws.mapping.{path.stem}")
        for name, line in module.LINES.items():
            if name in lines:
                raise SystemExit(f"{path.name}: {name} is in another module too")
            lines[name] = line
    return lines


def overlay(derived: Lines, hand: Lines) -> Lines:
    """The derived lines with what was written by hand on top."""
    lines = {name: dict(line) for name, line in derived.items()}
    for name, line in hand.items():
        before = {} if line.get("alone") else lines.get(name, {})
        made = {**before, **line, "attributes": joined(before.get("attributes", {}), line.get("attributes", {}))}
        made.pop("alone", None)
        if "::" in name:
            made.pop("attributes")
        lines[name] = made
    for name, line in hand.items():
        if "as" in line:
            lines[name] = lines[line["as"]]
    for name, line in lines.items():
        own_fold = lines.get(line.get("type", ""), {}).get("fold")
        if own_fold and "fold" not in line and "::" not in name:
            inherited = inherited_fold(line, own_fold)
            if inherited:
                line["fold"] = inherited
    return lines


def joined(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """Rules by hand over derived ones; of a block that both map alike, the rules of its attributes are joined."""
    rules = dict(before)
    for name, rule in after.items():
        old = before.get(name)
        if is_block(rule) and is_block(old) and rule[:2] == old[:2]:
            rules[name] = [*rule[:2], joined(old[2], rule[2])]
        elif rule is None:
            rules.pop(name, None)
        else:
            rules[name] = rule
    return rules


def is_block(rule: Any) -> TypeGuard[list[Any]]:
    """Whether a rule maps blocks with rules of their own."""
    return isinstance(rule, list) and len(rule) == 3 and rule[0] in ("one", "many") and isinstance(rule[2], dict)


def inherited_fold(line: Mapping[str, Any], fold: Mapping[str, Any]) -> dict[str, Any] | None:
    """The fold of a canonical type in the words of a Terraform type that maps on it."""
    attributes = line.get("attributes", {})
    by = [name for pointer in fold["by"] for name, rule in attributes.items() if rule in (pointer, ["wrap", pointer])]
    return {**fold, "by": by} if by else None


def text_of(lines: Lines) -> str:
    """The lines as the table file holds them, sorted by their bytes."""
    return "".join(
        f"{name}\t{json.dumps(lines[name], separators=(',', ':'), ensure_ascii=True)}\n"
        for name in sorted(lines, key=str.encode)
    )


def read(path: Path) -> Lines:
    """The lines of a table file."""
    rows = (row.split("\t", 1) for row in path.read_text(encoding="utf-8").splitlines())
    return {name: json.loads(text) for name, text in rows}


def main() -> None:
    """Write both files."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--facts", type=Path)
    arguments = parser.parse_args()
    hand = by_hand()
    if arguments.facts is not None:
        (FOLDER / "derived.tsv").write_text(text_of(derive(arguments.facts, hand)), encoding="utf-8")
    lines = overlay(read(FOLDER / "derived.tsv"), hand)
    (FOLDER / "table.tsv").write_text(text_of(lines), encoding="utf-8")
    print(f"{len(lines)} lines, {len(hand)} of them by hand")


if __name__ == "__main__":
    main()
