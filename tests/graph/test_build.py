"""From hand-made declarations to the resource graph, through the built-in mapping table."""

from __future__ import annotations

from typing import Any

import pytest

from stanchion.evaluation.conditions import Condition, Is, Undecided, all_of, negate
from stanchion.evaluation.declarations import Declaration, Evaluated
from stanchion.evaluation.values import (
    Choice,
    Known,
    ListValue,
    MapValue,
    Reference,
    Unknown,
    Value,
    choose,
    plain,
)
from stanchion.graph.build import build
from stanchion.graph.mappings import Mappings
from stanchion.graph.resource import OUTPUT, PARAMETER, PROVIDER, Graph, Resource
from stanchion.syntax.source import Source, Span

SOURCE = Source("main.tf", "." * 10_000)
PROD: Condition = Is(Undecided("var.env"), "prod")


def value(given: Any) -> Value:
    """Python data as values."""
    if isinstance(given, dict):
        return body(given)
    if isinstance(given, list):
        return ListValue(tuple(value(item) for item in given))
    if isinstance(given, Known | ListValue | MapValue | Unknown | Choice):
        return given
    return Known(given)


def body(given: dict[str, Any]) -> MapValue:
    """A body whose attributes have places of their own."""
    return MapValue({name: value(entry) for name, entry in given.items()})


def ref(address: str, attribute: str = "id") -> Unknown:
    """What an evaluator makes of an attribute that is known only after apply."""
    return Unknown("known only after apply", references=(Reference(address, attribute),))


class Unit:
    """Declarations at growing places of one source."""

    def __init__(self, framework: str = "terraform") -> None:
        self.framework = framework
        self.declarations: list[Declaration] = []

    def add(
        self, address: str, type_: str, given: dict[str, Any], exists: Condition = True, kind: str = "resource"
    ) -> Unit:
        start = len(self.declarations) * 100
        self.declarations.append(
            Declaration(
                self.framework,
                kind,
                address,
                type_,
                address.rsplit(".", 1)[-1],
                body(given),
                body({}),
                Span(SOURCE, start, start + 10),
                Span(SOURCE, start, start + 90),
                exists,
            )
        )
        return self

    def graph(self) -> Graph:
        return build(Evaluated(self.framework, ".", self.declarations), MAPPINGS)


MAPPINGS = Mappings.load()


def properties(resource: Resource) -> Any:
    return plain(resource.properties)


def test_one_rule_with_two_cidrs_is_two_rules() -> None:
    graph = (
        Unit()
        .add(
            "aws_security_group.web",
            "aws_security_group",
            {
                "name": "web",
                "description": "front",
                "ingress": [
                    {
                        "from_port": 443,
                        "to_port": 443,
                        "protocol": "tcp",
                        "cidr_blocks": ["10.0.0.0/8", "172.16.0.0/12"],
                        "ipv6_cidr_blocks": None,
                        "self": False,
                    }
                ],
                "egress": [{"from_port": 0, "to_port": 0, "protocol": "all", "prefix_list_ids": ["pl-1"]}],
                "revoke_rules_on_delete": True,
            },
        )
        .graph()
    )
    group = graph.by_address["aws_security_group.web"]
    assert group.type == "AWS::EC2::SecurityGroup"
    assert properties(group) == {
        "GroupName": "web",
        "GroupDescription": "front",
        "SecurityGroupIngress": [
            {"FromPort": 443, "ToPort": 443, "IpProtocol": "tcp", "CidrIp": "10.0.0.0/8"},
            {"FromPort": 443, "ToPort": 443, "IpProtocol": "tcp", "CidrIp": "172.16.0.0/12"},
        ],
        "SecurityGroupEgress": [
            {"FromPort": 0, "ToPort": 0, "IpProtocol": "-1", "DestinationPrefixListId": "pl-1"},
        ],
    }
    assert group.unmapped is not None
    assert plain(group.unmapped) == {"revoke_rules_on_delete": True}


def test_a_rule_that_names_itself_refers_to_its_own_group() -> None:
    rule = {"from_port": 0, "to_port": 0, "protocol": "-1", "self": True}
    graph = Unit().add("aws_security_group.a", "aws_security_group", {"ingress": [rule]}).graph()
    (item,) = list_of(graph.resources[0], "SecurityGroupIngress")
    assert isinstance(item, MapValue)
    assert item.entries["SourceSecurityGroupId"].references == (Reference("aws_security_group.a", "id"),)


def list_of(resource: Resource, name: str) -> tuple[Value, ...]:
    found = resource.properties.entries[name]
    assert isinstance(found, ListValue)
    return found.items


def test_rules_that_stand_alone_join_their_group_and_keep_their_places() -> None:
    graph = (
        Unit()
        .add("aws_security_group.a", "aws_security_group", {"name": "a"})
        .add(
            "aws_security_group_rule.ssh",
            "aws_security_group_rule",
            {
                "type": "ingress",
                "security_group_id": ref("aws_security_group.a"),
                "from_port": 22,
                "to_port": 22,
                "protocol": "tcp",
                "cidr_blocks": ["0.0.0.0/0", "198.51.100.0/24"],
            },
        )
        .add(
            "aws_vpc_security_group_egress_rule.out",
            "aws_vpc_security_group_egress_rule",
            {"security_group_id": ref("aws_security_group.a"), "ip_protocol": "-1", "cidr_ipv6": "::/0"},
        )
        .graph()
    )
    group, ssh, out = graph.resources
    assert properties(group) == {
        "GroupName": "a",
        "SecurityGroupIngress": [
            {"FromPort": 22, "ToPort": 22, "IpProtocol": "tcp", "CidrIp": "0.0.0.0/0"},
            {"FromPort": 22, "ToPort": 22, "IpProtocol": "tcp", "CidrIp": "198.51.100.0/24"},
        ],
        "SecurityGroupEgress": [{"IpProtocol": "-1", "CidrIpv6": "::/0"}],
    }
    assert ssh.folded_into == out.folded_into == "aws_security_group.a"
    assert [part.address for part in group.parts] == [r.address for r in graph.resources]
    assert (ssh.type, out.type) == ("AWS::EC2::SecurityGroupIngress", "AWS::EC2::SecurityGroupEgress")
    (egress,) = list_of(group, "SecurityGroupEgress")
    assert egress.origin == out.parts[0].block


@pytest.mark.parametrize(("direction", "type_"), [("ingress", "Ingress"), ("egress", "Egress")])
def test_a_rule_without_its_group_carries_itself_as_its_group_would(direction: str, type_: str) -> None:
    given = {"type": direction, "security_group_id": "sg-1", "from_port": 22, "to_port": 22, "cidr_blocks": ["::/0"]}
    graph = Unit().add("aws_security_group_rule.r", "aws_security_group_rule", given).graph()
    (rule,) = graph.resources
    assert rule.folded_into is None
    assert rule.type == f"AWS::EC2::SecurityGroup{type_}"
    assert len(list_of(rule, f"SecurityGroup{type_}")) == 1
    assert rule.unmapped is not None
    assert not rule.unmapped.entries


def test_what_a_conditional_satellite_brings_is_conditional() -> None:
    graph = (
        Unit()
        .add("aws_security_group.a", "aws_security_group", {})
        .add(
            "aws_security_group_rule.r[0]",
            "aws_security_group_rule",
            {"type": "ingress", "security_group_id": ref("aws_security_group.a"), "cidr_blocks": ["0.0.0.0/0"]},
            exists=PROD,
        )
        .graph()
    )
    (item,) = list_of(graph.resources[0], "SecurityGroupIngress")
    assert isinstance(item, Choice)
    assert {guard for guard, arm in item.arms if isinstance(arm, MapValue)} == {PROD}
    assert {guard for guard, arm in item.arms if isinstance(arm, Known) and arm.value is None} == {negate(PROD)}


def test_a_satellite_under_its_parents_own_condition_is_certain_beside_it() -> None:
    graph = (
        Unit()
        .add("aws_s3_bucket.b[0]", "aws_s3_bucket", {}, exists=PROD)
        .add(
            "aws_s3_bucket_versioning.b[0]",
            "aws_s3_bucket_versioning",
            {"bucket": ref("aws_s3_bucket.b[0]"), "versioning_configuration": [{"status": "Enabled"}]},
            exists=PROD,
        )
        .graph()
    )
    assert properties(graph.resources[0]) == {"VersioningConfiguration": {"Status": "Enabled"}}


def test_a_satellite_that_never_meets_its_parent_is_not_folded() -> None:
    graph = (
        Unit()
        .add("aws_s3_bucket.b[0]", "aws_s3_bucket", {}, exists=PROD)
        .add(
            "aws_s3_bucket_versioning.b",
            "aws_s3_bucket_versioning",
            {"bucket": ref("aws_s3_bucket.b[0]")},
            exists=all_of(negate(PROD)),
        )
        .graph()
    )
    assert graph.resources[1].folded_into is None


def test_the_choice_of_a_parent_decides_what_each_gets() -> None:
    which = choose(((PROD, ref("aws_s3_bucket.live")), (negate(PROD), ref("aws_s3_bucket.trial"))))
    graph = (
        Unit()
        .add("aws_s3_bucket.live", "aws_s3_bucket", {})
        .add("aws_s3_bucket.trial", "aws_s3_bucket", {})
        .add("aws_s3_bucket_acl.a", "aws_s3_bucket_acl", {"bucket": which, "acl": "public-read"})
        .graph()
    )
    live = graph.resources[0].properties.entries["AccessControl"]
    trial = graph.resources[1].properties.entries["AccessControl"]
    assert isinstance(live, Choice)
    assert isinstance(trial, Choice)
    assert {g for g, arm in live.arms if isinstance(arm, Known) and arm.value == "PublicRead"} == {PROD}
    assert {g for g, arm in trial.arms if isinstance(arm, Known) and arm.value == "PublicRead"} == {negate(PROD)}


@pytest.mark.parametrize(
    ("pointer", "folds"),
    [
        (ref('aws_s3_bucket.b["x"]'), 'aws_s3_bucket.b["x"]'),
        (ref('module.m.aws_s3_bucket.b["x"]'), None),
        (ref("aws_s3_bucket.b"), None),  # two instances: which one is not known
        (Known("named"), 'aws_s3_bucket.b["y"]'),
        (Known("other"), None),
        (ref("data.aws_s3_bucket.b"), None),
    ],
)
def test_a_parent_is_found_by_instance_or_by_literal_name(pointer: Value, folds: str | None) -> None:
    graph = (
        Unit()
        .add('aws_s3_bucket.b["x"]', "aws_s3_bucket", {})
        .add('aws_s3_bucket.b["y"]', "aws_s3_bucket", {"bucket": "named"})
        .add("aws_s3_bucket_acl.a", "aws_s3_bucket_acl", {"bucket": pointer, "acl": "private"})
        .graph()
    )
    assert graph.resources[-1].folded_into == folds


def test_an_index_is_stripped_when_only_one_instance_can_be_meant() -> None:
    graph = (
        Unit()
        .add("aws_s3_bucket.b[0]", "aws_s3_bucket", {})
        .add("aws_s3_bucket_acl.a", "aws_s3_bucket_acl", {"bucket": ref("aws_s3_bucket.b"), "acl": "private"})
        .graph()
    )
    assert graph.resources[1].folded_into == "aws_s3_bucket.b[0]"


def test_old_and_new_ways_to_configure_a_bucket_give_one_bucket() -> None:
    sse = {"apply_server_side_encryption_by_default": [{"sse_algorithm": "aws:kms", "kms_master_key_id": "key"}]}
    old = (
        Unit()
        .add(
            "aws_s3_bucket.b",
            "aws_s3_bucket",
            {
                "acl": "log-delivery-write",
                "versioning": [{"enabled": True}],
                "logging": [{"target_bucket": "logs", "target_prefix": "p/"}],
                "server_side_encryption_configuration": [{"rule": [sse]}],
                "policy": '{"Statement": []}',
                "object_lock_configuration": [{"object_lock_enabled": "Enabled"}],
            },
        )
        .graph()
    )
    bucket = ref("aws_s3_bucket.b")
    new = (
        Unit()
        .add("aws_s3_bucket.b", "aws_s3_bucket", {})
        .add("aws_s3_bucket_acl.b", "aws_s3_bucket_acl", {"bucket": bucket, "acl": "log-delivery-write"})
        .add(
            "aws_s3_bucket_versioning.b",
            "aws_s3_bucket_versioning",
            {"bucket": bucket, "versioning_configuration": [{"status": "Enabled"}]},
        )
        .add(
            "aws_s3_bucket_logging.b",
            "aws_s3_bucket_logging",
            {"bucket": bucket, "target_bucket": "logs", "target_prefix": "p/"},
        )
        .add(
            "aws_s3_bucket_server_side_encryption_configuration.b",
            "aws_s3_bucket_server_side_encryption_configuration",
            {"bucket": bucket, "rule": [sse]},
        )
        .add("aws_s3_bucket_policy.b", "aws_s3_bucket_policy", {"bucket": bucket, "policy": '{"Statement": []}'})
        .add(
            "aws_s3_bucket_object_lock_configuration.b",
            "aws_s3_bucket_object_lock_configuration",
            {"bucket": bucket, "object_lock_enabled": "Enabled"},
        )
        .graph()
    )
    assert properties(old.resources[0]) == properties(new.resources[0])
    assert properties(old.resources[0]) == {
        "AccessControl": "LogDeliveryWrite",
        "VersioningConfiguration": {"Status": "Enabled"},
        "LoggingConfiguration": {"DestinationBucketName": "logs", "LogFilePrefix": "p/"},
        "BucketEncryption": {
            "ServerSideEncryptionConfiguration": [
                {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "key"}}
            ]
        },
        "PolicyDocument": {"Statement": []},
        "ObjectLockConfiguration": {"ObjectLockEnabled": "Enabled"},
    }


def test_a_bucket_policy_lends_its_document_and_stays_a_resource() -> None:
    graph = (
        Unit("cloudformation")
        .add("Bucket", "AWS::S3::Bucket", {"BucketName": "b"})
        .add("Policy", "AWS::S3::BucketPolicy", {"Bucket": ref("Bucket", "Ref"), "PolicyDocument": {"Statement": []}})
        .graph()
    )
    bucket, policy = graph.resources
    assert properties(bucket) == {"BucketName": "b", "PolicyDocument": {"Statement": []}}
    assert policy.folded_into is None
    assert [part.address for part in bucket.parts] == ["Bucket", "Policy"]


def test_cloudformation_rules_join_their_group_too() -> None:
    graph = (
        Unit("cloudformation")
        .add(
            "Group",
            "AWS::EC2::SecurityGroup",
            {"SecurityGroupIngress": [{"IpProtocol": "tcp", "CidrIp": "10.0.0.0/8"}]},
        )
        .add("Rule", "AWS::EC2::SecurityGroupIngress", {"GroupId": ref("Group", "GroupId"), "CidrIp": "0.0.0.0/0"})
        .graph()
    )
    assert properties(graph.resources[0])["SecurityGroupIngress"] == [
        {"IpProtocol": "tcp", "CidrIp": "10.0.0.0/8"},
        {"CidrIp": "0.0.0.0/0"},
    ]


def test_devices_of_an_instance_are_one_list() -> None:
    graph = (
        Unit()
        .add(
            "aws_instance.i",
            "aws_instance",
            {
                "ami": "ami-1",
                "root_block_device": [{"encrypted": True}],
                "ebs_block_device": [{"device_name": "/dev/sdb", "volume_size": 8}],
                "metadata_options": [{"http_tokens": "required"}],
                "tenancy": "dedicated",
            },
        )
        .graph()
    )
    assert properties(graph.resources[0]) == {
        "ImageId": "ami-1",
        "BlockDeviceMappings": [{"Ebs": {"Encrypted": True}}, {"DeviceName": "/dev/sdb", "Ebs": {"VolumeSize": 8}}],
        "MetadataOptions": {"HttpTokens": "required"},
        "Tenancy": "dedicated",
    }


def test_a_block_that_may_be_missing_is_an_object_that_may_be_missing() -> None:
    block = choose(((PROD, value({"http_tokens": "required"})), (negate(PROD), Known(None))))
    graph = Unit().add("aws_instance.i", "aws_instance", {"metadata_options": [block]}).graph()
    options = graph.resources[0].properties.entries["MetadataOptions"]
    assert isinstance(options, Choice)
    (made,) = [plain(arm) for guard, arm in options.arms if guard == PROD]
    assert made == {"HttpTokens": "required"}


def test_defaults_are_those_of_the_language() -> None:
    terraform = Unit().add("aws_cloudtrail.t", "aws_cloudtrail", {"name": "t"}).graph().resources[0]
    template = Unit("cloudformation").add("T", "AWS::CloudTrail::Trail", {}).graph().resources[0]
    assert terraform.defaults is not None
    assert template.defaults is not None
    assert plain(terraform.defaults.entries["IncludeGlobalServiceEvents"]) is True
    assert plain(template.defaults.entries["IncludeGlobalServiceEvents"]) is False
    assert "IncludeGlobalServiceEvents" not in terraform.properties.entries
    assert terraform.properties.entries["TrailName"] is not None


def test_awscc_types_map_by_rule() -> None:
    sse = {"server_side_encryption_configuration": [{"server_side_encryption_by_default": {"sse_algorithm": "AES256"}}]}
    graph = Unit().add("awscc_s3_bucket.b", "awscc_s3_bucket", {"bucket_name": "b", "bucket_encryption": sse}).graph()
    (bucket,) = graph.resources
    assert bucket.type == "AWS::S3::Bucket"
    assert properties(bucket) == {
        "BucketName": "b",
        "BucketEncryption": {
            "ServerSideEncryptionConfiguration": [{"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]
        },
    }


def test_awscc_satellites_fold_as_their_canonical_types_do() -> None:
    graph = (
        Unit()
        .add("awscc_ec2_security_group.a", "awscc_ec2_security_group", {"group_description": "d"})
        .add(
            "awscc_ec2_security_group_ingress.r",
            "awscc_ec2_security_group_ingress",
            {"group_id": ref("awscc_ec2_security_group.a"), "ip_protocol": "tcp", "cidr_ip": "0.0.0.0/0"},
        )
        .graph()
    )
    group, rule = graph.resources
    assert rule.folded_into == group.address
    assert properties(group)["SecurityGroupIngress"] == [{"IpProtocol": "tcp", "CidrIp": "0.0.0.0/0"}]


def test_a_satellite_that_points_to_another_one_joins_their_parent() -> None:
    graph = (
        Unit()
        .add("aws_s3_bucket.b", "aws_s3_bucket", {})
        .add("aws_s3_bucket_acl.b", "aws_s3_bucket_acl", {"bucket": ref("aws_s3_bucket_logging.b", "bucket")})
        .add("aws_s3_bucket_logging.b", "aws_s3_bucket_logging", {"bucket": ref("aws_s3_bucket.b")})
        .graph()
    )
    assert [resource.folded_into for resource in graph.resources] == [None, "aws_s3_bucket.b", "aws_s3_bucket.b"]


def test_satellites_that_point_to_each_other_end() -> None:
    graph = (
        Unit()
        .add("aws_s3_bucket_acl.b", "aws_s3_bucket_acl", {"bucket": ref("aws_s3_bucket_logging.b", "bucket")})
        .add("aws_s3_bucket_logging.b", "aws_s3_bucket_logging", {"bucket": ref("aws_s3_bucket_acl.b")})
        .graph()
    )
    assert [resource.folded_into for resource in graph.resources] == [None, None]


def test_an_attached_policy_and_an_inline_one_are_the_roles() -> None:
    graph = (
        Unit()
        .add("aws_iam_role.r", "aws_iam_role", {"assume_role_policy": '{"Statement": []}'})
        .add(
            "aws_iam_role_policy.p", "aws_iam_role_policy", {"name": "p", "role": ref("aws_iam_role.r"), "policy": "{}"}
        )
        .add(
            "aws_iam_role_policy_attachment.a",
            "aws_iam_role_policy_attachment",
            {"role": ref("aws_iam_role.r", "name"), "policy_arn": "arn:aws:iam::aws:policy/ReadOnlyAccess"},
        )
        .graph()
    )
    assert properties(graph.resources[0]) == {
        "AssumeRolePolicyDocument": {"Statement": []},
        "Policies": [{"PolicyName": "p", "PolicyDocument": {}}],
        "ManagedPolicyArns": ["arn:aws:iam::aws:policy/ReadOnlyAccess"],
    }
    assert [resource.folded_into for resource in graph.resources] == [None, None, "aws_iam_role.r"]


def test_attributes_of_a_load_balancer_are_one_list() -> None:
    given = {"internal": True, "drop_invalid_header_fields": True, "access_logs": [{"bucket": "logs", "enabled": True}]}
    (balancer,) = Unit().add("aws_alb.l", "aws_alb", given).graph().resources
    assert balancer.type == "AWS::ElasticLoadBalancingV2::LoadBalancer"
    found = properties(balancer)
    assert found["Scheme"] == "internal"
    assert {pair["Key"]: pair["Value"] for pair in found["LoadBalancerAttributes"]} == {
        "routing.http.drop_invalid_header_fields.enabled": True,
        "access_logs.s3.bucket": "logs",
        "access_logs.s3.enabled": True,
    }


def test_container_definitions_are_read_in_cloudformations_words() -> None:
    text = (
        '[{"name": "app", "environment": [{"name": "A", "value": "b"}], "logConfiguration": {"options": {"a-b": "g"}}}]'
    )
    (task,) = (
        Unit()
        .add("aws_ecs_task_definition.t", "aws_ecs_task_definition", {"container_definitions": text})
        .graph()
        .resources
    )
    assert properties(task)["ContainerDefinitions"] == [
        {
            "Name": "app",
            "Environment": [{"Name": "A", "Value": "b"}],
            "LogConfiguration": {"Options": {"a-b": "g"}},
        }
    ]


def test_log_options_of_a_domain_are_a_map_by_kind() -> None:
    blocks = [
        {"log_type": "AUDIT_LOGS", "cloudwatch_log_group_arn": "arn:a"},
        {"log_type": "INDEX_SLOW_LOGS", "cloudwatch_log_group_arn": "arn:b", "enabled": False},
    ]
    (domain,) = (
        Unit()
        .add("aws_opensearch_domain.d", "aws_opensearch_domain", {"log_publishing_options": blocks})
        .graph()
        .resources
    )
    assert properties(domain)["LogPublishingOptions"] == {
        "AUDIT_LOGS": {"CloudWatchLogsLogGroupArn": "arn:a"},
        "INDEX_SLOW_LOGS": {"CloudWatchLogsLogGroupArn": "arn:b", "Enabled": False},
    }


def test_a_directory_is_the_type_that_its_own_attribute_says() -> None:
    graph = (
        Unit()
        .add("aws_directory_service_directory.m", "aws_directory_service_directory", {"type": "MicrosoftAD"})
        .add("aws_directory_service_directory.s", "aws_directory_service_directory", {"name": "x"})
        .graph()
    )
    assert [resource.type for resource in graph.resources] == [
        "AWS::DirectoryService::MicrosoftAD",
        "AWS::DirectoryService::SimpleAD",
    ]


def test_what_nothing_is_known_of_keeps_its_own_names() -> None:
    graph = (
        Unit()
        .add("aws_made_up.x", "aws_made_up", {"size": 3})
        .add("data.aws_ami.x", "aws_ami", {"owners": ["self"]}, kind="data")
        .graph()
    )
    unknown, looked_up = graph.resources
    assert (unknown.type, looked_up.type) == ("aws_made_up", "data.aws_ami")
    assert properties(unknown) == {"size": 3}
    assert unknown.unmapped is not None
    assert plain(unknown.unmapped) == {"size": 3}
    assert properties(looked_up) == {"owners": ["self"]}


def test_what_a_template_declares_stands_in_the_graph() -> None:
    graph = (
        Unit()
        .add("var.password", "", {"default": "x", "sensitive": True, "description": "d"}, kind="parameter")
        .add("output.o", "", {"value": 1, "sensitive": True}, kind="output")
        .add("provider.aws", "aws", {"access_key": "k"}, kind="provider")
        .graph()
    )
    assert [(r.type, properties(r)) for r in graph.resources] == [
        (PARAMETER, {"Default": "x", "NoEcho": True, "Description": "d"}),
        (OUTPUT, {"Value": 1, "NoEcho": True}),
        (PROVIDER, {"access_key": "k"}),
    ]


def test_a_providers_tags_are_on_what_it_makes_under_the_resources_own() -> None:
    graph = (
        Unit()
        .add("provider.aws", "aws", {"default_tags": [{"tags": {"team": "a", "env": "dev"}}]}, kind="provider")
        .add("aws_sqs_queue.q", "aws_sqs_queue", {"tags": {"env": "prod"}})
        .add("aws_sns_topic.t", "aws_sns_topic", {})
        .add("aws_ebs_volume.v", "aws_ebs_volume", {"tags": Unknown("var.tags has no default")})
        .graph()
    )
    _, queue, topic, volume = graph.resources
    assert properties(queue)["Tags"] == [{"Key": "team", "Value": "a"}, {"Key": "env", "Value": "prod"}]
    assert properties(topic)["Tags"] == [{"Key": "team", "Value": "a"}, {"Key": "env", "Value": "dev"}]
    assert [isinstance(item, Unknown) for item in list_of(volume, "Tags")] == [False, False, True]


def test_a_provider_with_an_alias_tags_only_its_own() -> None:
    west = {"alias": "west", "default_tags": [{"tags": {"team": "a"}}]}
    unit = Unit().add("provider.aws.west", "aws", west, kind="provider").add("aws_sns_topic.t", "aws_sns_topic", {})
    unit.add("aws_sns_topic.w", "aws_sns_topic", {})
    unit.declarations[-1].provider = "aws.west"
    _, plain_topic, west_topic = unit.graph().resources
    assert properties(plain_topic) == {}
    assert properties(west_topic) == {"Tags": [{"Key": "team", "Value": "a"}]}


def test_edges_are_references_and_names_in_properties_that_speak_of_them() -> None:
    graph = (
        Unit()
        .add("aws_security_group.a", "aws_security_group", {})
        .add("aws_s3_bucket.logs", "aws_s3_bucket", {"bucket": "audit"})
        .add(
            "aws_instance.i", "aws_instance", {"vpc_security_group_ids": [ref("aws_security_group.a")], "ami": "audit"}
        )
        .add("aws_cloudtrail.t", "aws_cloudtrail", {"name": "t", "s3_bucket_name": "audit"})
        .graph()
    )
    found = {(edge.source, edge.target, edge.property) for edge in graph.edges}
    assert found == {
        ("aws_instance.i", "aws_security_group.a", "SecurityGroupIds"),
        ("aws_cloudtrail.t", "aws_s3_bucket.logs", "S3BucketName"),
    }
    assert [edge.source for edge in graph.incoming["aws_s3_bucket.logs"]] == ["aws_cloudtrail.t"]
    assert [edge.target for edge in graph.outgoing["aws_instance.i"]] == ["aws_security_group.a"]


def test_a_key_is_named_by_its_alias() -> None:
    graph = (
        Unit()
        .add("aws_kms_alias.a", "aws_kms_alias", {"name": "alias/trail"})
        .add("aws_cloudtrail.t", "aws_cloudtrail", {"name": "t", "kms_key_id": "alias/trail"})
        .graph()
    )
    assert [(edge.source, edge.target) for edge in graph.edges] == [("aws_cloudtrail.t", "aws_kms_alias.a")]


def test_an_arn_names_a_resource() -> None:
    graph = (
        Unit("cloudformation")
        .add("Logs", "AWS::S3::Bucket", {"BucketName": "audit"})
        .add("P", "AWS::IAM::ManagedPolicy", {"PolicyDocument": {"Statement": [{"Resource": "arn:aws:s3:::audit/*"}]}})
        .graph()
    )
    assert [(e.source, e.target, e.property) for e in graph.edges] == [
        ("P", "Logs", "PolicyDocument.Statement.Resource")
    ]
