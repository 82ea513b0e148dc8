"""Plans of stacks that exist: what the provider remembers is neither what the code says nor what will be there."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from stanchion.evaluation.terraform.plan.unit import evaluate_plan
from stanchion.evaluation.values import Known, Unknown
from stanchion.run import RunOptions, run
from stanchion.syntax.reading import SourceTree

GROUP = "aws_security_group.web"
RULE = "aws_security_group_rule.admin"
SERVER = "aws_instance.server"
OPEN = ("NET100", "NET101", "NET102")
#: What arguments of these names refer to.
OWNERS = {"security_group_id": GROUP, "vpc_security_group_ids": GROUP, "network_acl_id": "aws_network_acl.edge"}


def inside(*cidrs: str, port: int = 22, **others: Any) -> dict[str, Any]:
    """A rule as a group remembers it."""
    nobody: dict[str, Any] = {"ipv6_cidr_blocks": [], "prefix_list_ids": [], "security_groups": [], "self": False}
    return {"cidr_blocks": list(cidrs), "from_port": port, "to_port": port, "protocol": "tcp", **nobody, **others}


def beside(*cidrs: str, port: int = 22, **others: Any) -> dict[str, Any]:
    """The same as a resource of its own."""
    rule = {"type": "ingress", "from_port": port, "to_port": port, "protocol": "tcp", "cidr_blocks": list(cidrs)}
    return {**rule, "security_group_id": "sg-1", **others}


def group(*rules: dict[str, Any]) -> dict[str, Any]:
    return {"name": "web", "description": "Web.", "id": "sg-1", "vpc_id": "vpc-1", "ingress": list(rules), "egress": []}


def plan(
    directory: Path,
    before: Mapping[str, Mapping[str, Any]],
    after: Mapping[str, Mapping[str, Any]],
    configured: Mapping[str, tuple[str, ...]],
) -> Path:
    """A plan that leads from the first resources to the second, of a configuration that sets what is named."""

    def named(address: str) -> dict[str, Any]:
        type_, name = address.split(".")
        return {"address": address, "mode": "managed", "type": type_, "name": name}

    def listed(resources: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
        return {"root_module": {"resources": [{**named(a), "values": v} for a, v in resources.items()]}}

    changes = [
        {**named(address), "change": {"before": before.get(address), "after": after.get(address), "after_unknown": {}}}
        for address in {**before, **after}
    ]
    blocks = [
        {**named(a), "expressions": {name: {"references": [OWNERS[name]]} if name in OWNERS else {} for name in names}}
        for a, names in configured.items()
    ]
    whole = {
        "format_version": "1.2",
        "planned_values": listed(after),
        "resource_changes": changes,
        "prior_state": {"values": listed(before)},
        "configuration": {"root_module": {"resources": blocks}},
    }
    path = directory / "plan.json"
    path.write_text(json.dumps(whole), encoding="utf-8")
    return path


def found(path: Path, *select: str) -> list[tuple[str, str, str]]:
    findings = run([path], RunOptions(select=select)).findings
    return sorted((finding.policy.id, finding.resources[0], finding.certainty) for finding in findings)


def of_group(directory: Path, remembered: list[dict[str, Any]], *rules: tuple[dict[str, Any], dict[str, Any]]) -> Path:
    """A plan of a group that sets no rules and remembers some, and of rules beside it: before, and after."""
    server = {"ami": "ami-1", "instance_type": "t3.micro", "vpc_security_group_ids": ["sg-1"], "id": "i-1"}
    always = {GROUP: group(*remembered), SERVER: server}
    before, after = ({f"{RULE}{n}": rule[side] for n, rule in enumerate(rules) if rule[side]} for side in (0, 1))
    configured = {GROUP: ("name",), SERVER: ("ami", "vpc_security_group_ids"), **dict.fromkeys(after, tuple(beside()))}
    return plan(directory, {**always, **before}, {**always, **after}, configured)


def test_a_rule_that_a_group_remembers_is_told_once_where_it_is_written(tmp_path: Path) -> None:
    rule = beside("0.0.0.0/0")
    path = of_group(tmp_path, [inside("0.0.0.0/0")], (rule, rule))
    assert found(path, "NET101", "NET505") == [("NET101", f"{RULE}0", "definite")]


def test_a_rule_that_the_plan_removes_is_gone(tmp_path: Path) -> None:
    assert found(of_group(tmp_path, [inside("0.0.0.0/0")], (beside("0.0.0.0/0"), {})), "NET") == []


def test_a_rule_that_the_plan_narrows_is_what_it_will_be(tmp_path: Path) -> None:
    path = of_group(tmp_path, [inside("0.0.0.0/0")], (beside("0.0.0.0/0"), beside("10.0.0.0/8")))
    assert found(path, *OPEN, "NET505") == []


def test_what_somebody_else_opened_is_still_there(tmp_path: Path) -> None:
    path = of_group(tmp_path, [inside("0.0.0.0/0"), inside("0.0.0.0/0", port=3389)], (beside("0.0.0.0/0"), {}))
    assert found(path, *OPEN) == [("NET102", GROUP, "definite")]


def test_of_peers_that_one_rule_joins_only_those_are_taken_off_that_a_companion_names(tmp_path: Path) -> None:
    path = of_group(tmp_path, [inside("0.0.0.0/0", "10.0.0.0/8")], (beside("10.0.0.0/8"), {}))
    assert found(path, *OPEN) == [("NET101", GROUP, "definite")]
    assert found(of_group(tmp_path, [inside("0.0.0.0/0", "10.0.0.0/8")], (beside("0.0.0.0/0"), {})), *OPEN) == []


@pytest.mark.parametrize("protocol", ["-1", "all"])
def test_all_protocols_are_the_same_whatever_their_ports(tmp_path: Path, protocol: str) -> None:
    remembered = inside("0.0.0.0/0", port=0, protocol="-1")
    rule = beside("0.0.0.0/0", port=-1, protocol=protocol)
    assert found(of_group(tmp_path, [remembered], (rule, {})), *OPEN) == []


def test_ranges_are_compared_as_what_they_are(tmp_path: Path) -> None:
    remembered = inside(ipv6_cidr_blocks=["2600:1f00::/24"])
    rule = beside(ipv6_cidr_blocks=["2600:1F00:0::/24"])
    assert found(of_group(tmp_path, [remembered], (rule, {})), *OPEN) == []


def test_what_the_configuration_sets_stays_whatever_stands_beside_it(tmp_path: Path) -> None:
    after = {GROUP: group(inside("0.0.0.0/0")), RULE: beside("0.0.0.0/0")}
    path = plan(tmp_path, after, after, {GROUP: ("name", "ingress"), RULE: tuple(beside())})
    assert ("NET505", RULE, "definite") in found(path, "NET505")


def test_a_new_rule_of_a_default_group_and_of_an_access_list_is_told_once(tmp_path: Path) -> None:
    default = "aws_default_security_group.all"
    rule = beside("0.0.0.0/0")
    entry = {"rule_number": 10, "egress": False, "protocol": "tcp", "rule_action": "allow", "cidr_block": "0.0.0.0/0"}
    entry |= {"from_port": 22, "to_port": 22, "network_acl_id": "acl-1"}
    remembered = {"rule_no": 10, "action": "allow", "protocol": "6", "cidr_block": "0.0.0.0/0"}
    remembered |= {"from_port": 22, "to_port": 22}
    acl = {"id": "acl-1", "vpc_id": "vpc-1", "ingress": [remembered], "egress": [], "subnet_ids": ["subnet-1"]}
    resources = {
        default: group(inside("0.0.0.0/0")),
        RULE: rule,
        "aws_network_acl.edge": acl,
        "aws_network_acl_rule.ssh": entry,
    }
    configured = {default: ("vpc_id",), RULE: tuple(rule), "aws_network_acl.edge": ("vpc_id",)}
    configured["aws_network_acl_rule.ssh"] = tuple(entry)
    path = plan(tmp_path, resources, resources, configured)
    assert [each[:2] for each in found(path, "NET505", "NET320", "NET301")] == [("NET301", "aws_network_acl_rule.ssh")]
    del resources["aws_network_acl_rule.ssh"]
    gone = plan(tmp_path, {**resources, "aws_network_acl_rule.ssh": entry}, resources, configured)
    assert found(gone, "NET505", "NET320", "NET301") == []


def test_what_companions_of_a_bucket_gave_it_goes_with_them(tmp_path: Path) -> None:
    bucket: dict[str, Any] = {
        "bucket": "logs",
        "id": "logs",
        "logging": [{"target_bucket": "other", "target_prefix": ""}],
    }
    bucket["versioning"] = [{"enabled": True, "mfa_delete": False}]
    trail: dict[str, Any] = {"name": "all", "s3_bucket_name": "logs", "is_multi_region_trail": True}
    resources = {"aws_s3_bucket.logs": bucket, "aws_cloudtrail.all": trail}
    companions: dict[str, dict[str, Any]] = {
        "aws_s3_bucket_logging.logs": {"bucket": "logs", "target_bucket": "other", "target_prefix": ""},
        "aws_s3_bucket_versioning.logs": {"bucket": "logs", "versioning_configuration": [{"status": "Enabled"}]},
    }
    configured: dict[str, tuple[str, ...]] = {"aws_s3_bucket.logs": ("bucket",), "aws_cloudtrail.all": tuple(trail)}
    configured.update({address: tuple(values) for address, values in companions.items()})
    kept = plan(tmp_path, {**resources, **companions}, {**resources, **companions}, configured)
    assert found(kept, "LOG121", "LOG122") == []
    gone = plan(tmp_path, {**resources, **companions}, resources, configured)
    assert [each[0] for each in found(gone, "LOG121", "LOG122")] == ["LOG121", "LOG122"]
    # Nobody of this configuration ever said it: it is there, and stays.
    assert found(plan(tmp_path, resources, resources, configured), "LOG121", "LOG122") == []


SCRIPT = "#!/bin/sh\nexport DB_PASSWORD=correct-horse-staple\n"


def of_server(directory: Path, text: str, expression: dict[str, Any]) -> Path:
    """The plan of a server, whose user data the provider keeps as a hash of them."""
    server = {"ami": "ami-1", "instance_type": "t3.micro", "id": "i-1"}
    server["user_data"] = hashlib.sha1(text.encode()).hexdigest()
    path = plan(directory, {SERVER: server}, {SERVER: server}, {SERVER: ("ami", "instance_type", "user_data")})
    whole = json.loads(path.read_text(encoding="utf-8"))
    whole["configuration"]["root_module"]["resources"][0]["expressions"]["user_data"] = expression
    path.write_text(json.dumps(whole), encoding="utf-8")
    return path


def test_user_data_of_which_the_plan_has_a_hash_are_those_of_its_configuration(tmp_path: Path) -> None:
    assert found(of_server(tmp_path, SCRIPT, {"constant_value": SCRIPT}), "ENC401") == [("ENC401", SERVER, "definite")]
    encoded = base64.b64encode(SCRIPT.encode()).decode()
    assert found(of_server(tmp_path, SCRIPT, {"constant_value": encoded}), "ENC401") == [("ENC401", SERVER, "definite")]


def test_a_hash_of_another_text_is_not_taken_for_it(tmp_path: Path) -> None:
    path = of_server(tmp_path, "echo other", {"references": ["var.script"]})
    [server] = evaluate_plan(path, SourceTree(tmp_path)).declarations
    value = server.properties.entries["user_data"]
    assert isinstance(value, Unknown)
    assert value.reason == "aws_instance.server.user_data is a hash of itself in the plan"
    assert found(of_server(tmp_path, "echo other", {"constant_value": SCRIPT}), "ENC401") == []


def test_user_data_that_are_put_together_are_those_of_the_sources(tmp_path: Path) -> None:
    path = of_server(tmp_path, SCRIPT, {"references": ["var.name"]})
    (tmp_path / "main.tf").write_text(
        """variable "name" { default = "DB_PASSWORD" }
resource "aws_instance" "server" {
  ami           = "ami-1"
  instance_type = "t3.micro"
  user_data     = "#!/bin/sh\\nexport ${var.name}=correct-horse-staple\\n"
}
""",
        encoding="utf-8",
    )
    assert found(path, "ENC401") == [("ENC401", SERVER, "definite")]
    of_server(tmp_path, "echo other", {"references": ["var.name"]})
    assert found(path, "ENC401") == []


def test_what_data_sources_told_is_in_the_state_of_before(tmp_path: Path) -> None:
    path = plan(tmp_path, {SERVER: {"ami": "ami-1"}}, {SERVER: {"ami": "ami-1"}}, {SERVER: ("ami",)})
    whole = json.loads(path.read_text(encoding="utf-8"))
    document = {"address": "data.aws_ami.base", "mode": "data", "type": "aws_ami", "name": "base"}
    told = {**document, "values": {"id": "ami-1", "owners": ["self"]}}
    whole["prior_state"]["values"]["root_module"]["resources"].append(told)
    whole["configuration"]["root_module"]["resources"].append({**document, "expressions": {"owners": {}}})
    path.write_text(json.dumps(whole), encoding="utf-8")
    data = {each.address: each for each in evaluate_plan(path, SourceTree(tmp_path)).declarations}["data.aws_ami.base"]
    image = data.properties.entries["id"]
    assert data.kind == "data"
    assert isinstance(image, Known)
    assert image.value == "ami-1"
