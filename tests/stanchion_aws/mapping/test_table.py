"""The mapping table: current, true to CloudFormation's schemas, and in agreement with what others found."""

from __future__ import annotations

import importlib.util
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from stanchion.graph import schemas
from stanchion.graph.conversions import SCALAR
from stanchion.graph.mappings import Mappings, Table

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "plugins" / "stanchion_aws" / "mapping"
PAIRS = ROOT.parent / "shared" / "facts" / "terraform_cfn_pairs.json"

#: Pairs in which the other source names a property of quite another meaning.
DISPUTED = {
    ("aws_apigatewayv2_authorizer", "authorizer_credentials_arn"),
    ("aws_cloud9_environment_ec2", "instance_type"),
    ("aws_dax_cluster", "security_group_ids"),
    ("aws_dynamodb_table", "global_secondary_index"),
    ("aws_ecs_service", "load_balancer"),
    ("aws_ecs_service", "placement_constraints"),
    ("aws_ecs_service", "service_registries"),
    ("aws_elb", "listener"),
    ("aws_lb", "subnets"),
    ("aws_rds_cluster", "vpc_security_group_ids"),
}


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    """tools/gen_mapping.py, which is no package."""
    spec = importlib.util.spec_from_file_location("gen_mapping", ROOT / "tools" / "gen_mapping.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["gen_mapping"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def lines() -> dict[str, dict[str, Any]]:
    rows = (row.split("\t", 1) for row in (FOLDER / "table.tsv").read_text(encoding="utf-8").splitlines())
    return {name: json.loads(text) for name, text in rows}


def test_the_table_is_what_its_parts_say(generator: ModuleType) -> None:
    made = generator.overlay(generator.read(FOLDER / "derived.tsv"), generator.by_hand())
    assert generator.text_of(made) == (FOLDER / "table.tsv").read_text(encoding="utf-8")


def test_every_line_is_found_by_binary_search(lines: dict[str, dict[str, Any]]) -> None:
    table = Table.read(FOLDER / "table.tsv")
    for name, line in lines.items():
        assert table.line(name) == line
        for near in (name[:-1], name + "!", name + "\t", name.upper()):
            assert near in lines or table.line(near) is None
    assert table.line("") is None
    assert Table(b"").line("aws_vpc") is None


def rule_paths(rules: dict[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    """Every canonical path that rules write, with the attribute that it comes from."""
    for name, rule in rules.items():
        if name == "=":
            yield from ((name, above + path) for path in rule)
        else:
            yield from rule_path(name, rule, above)


def rule_path(name: str, rule: Any, above: str) -> Iterator[tuple[str, str]]:
    if isinstance(rule, str):
        yield name, above + rule
        return
    if isinstance(rule, dict):
        for each in rule["all"]:
            yield from rule_path(name, each, above)
        return
    conversion, path, *rest = rule
    argument: Any = rest[0] if rest else None
    inside = f"{above}{path}." if path else above
    if path:
        yield name, above + path
    if conversion in ("one", "many"):
        yield from rule_paths(argument, inside)
    elif conversion == "spread":
        yield from ((name, inside + each) for part in ("each", "itself") for each in argument[part].values())
        yield from rule_paths(argument["common"], inside)
    elif conversion == "by_key":
        if isinstance(argument["value"], dict):
            yield from ((n, p) for n, p in rule_paths(argument["value"], f"{inside}*."))
    elif conversion in ("item", "each"):
        yield from ((name, inside + key) for key in argument)
    else:
        assert conversion in SCALAR


def test_every_canonical_path_stands_in_the_schema(lines: dict[str, dict[str, Any]]) -> None:
    wrong: list[tuple[str, ...]] = []
    for name, line in lines.items():
        type_ = line.get("type", "")
        if "::" in name or schemas.schema(type_) is None:
            continue
        extensions = tuple(lines.get(type_, {}).get("extensions", ()))
        for attribute, path in rule_paths(line["attributes"]):
            known = path in ("Tags", "Tags.Key", "Tags.Value") or any(
                path == e or path.startswith(f"{e}.") or e.startswith(f"{path}.") for e in extensions
            )
            if not known and not schemas.has_path(type_, path):
                wrong.append((name, attribute, path))
    assert wrong == []


def test_what_a_satellite_gives_its_parent_is_a_property_of_the_parent(lines: dict[str, dict[str, Any]]) -> None:
    wrong: list[tuple[str, ...]] = []
    for name, line in lines.items():
        fold = line.get("fold")
        if fold is None:
            continue
        given = [fold["item"]] if "item" in fold else fold.get("take", ())
        for parent in fold["into"]:
            extensions = lines.get(parent, {}).get("extensions", ())
            wrong.extend(
                (name, parent, path)
                for path in given
                if path not in extensions
                and not schemas.has_path(parent, path)
                and not any(e.startswith(f"{path}.") for e in extensions)
            )
    assert wrong == []


def test_defaults_and_names_are_properties(lines: dict[str, dict[str, Any]]) -> None:
    wrong: list[tuple[str, ...]] = []
    for name, line in lines.items():
        if schemas.schema(name) is None:
            continue
        found = [property_ for given in line.get("defaults", {}).values() for property_ in given]
        found.extend(line.get("name", ()))
        extensions = line.get("extensions", ())
        wrong.extend((name, path) for path in found if path not in extensions and not schemas.has_path(name, path))
    assert wrong == []


def test_an_extension_is_no_property_of_the_schema(lines: dict[str, dict[str, Any]]) -> None:
    assert [
        (name, path)
        for name, line in lines.items()
        for path in line.get("extensions", ())
        if schemas.schema(name) is not None and schemas.has_path(name, path)
    ] == []


def test_the_types_that_policies_read_are_known() -> None:
    mappings = Mappings.load()
    for name in ("aws_instance", "aws_alb", "aws_db_instance", "aws_cloudtrail", "aws_s3_bucket_versioning"):
        assert mappings.rules_for(name) is not None, name


@pytest.mark.skipif(not PAIRS.exists(), reason="the pairs that others found are not here")
def test_derived_rules_agree_with_pairs_that_others_found(generator: ModuleType) -> None:
    pairs = json.loads(PAIRS.read_text())
    derived = generator.read(FOLDER / "derived.tsv")
    agreed, disagreed = 0, []
    for name, attributes in pairs["attrs"].items():
        for attribute, wanted in attributes.items():
            rule = derived.get(name, {}).get("attributes", {}).get(attribute)
            if rule is None or (name, attribute) in DISPUTED:
                continue
            path = rule if isinstance(rule, str) else rule[1]
            if path.rsplit(".", 1)[-1] == wanted:
                agreed += 1
            else:
                disagreed.append((name, attribute, path, wanted))
    assert agreed > 800
    assert agreed / (agreed + len(disagreed)) >= 0.98, disagreed
