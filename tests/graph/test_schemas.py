"""CloudFormation's schemas, and the names that Terraform's awscc provider makes of them."""

from __future__ import annotations

import subprocess
import sys

from stanchion.graph import schemas
from stanchion.graph.awscc import mapping_of
from stanchion.graph.mappings import Mappings


def test_reading_a_schema_does_not_import_the_package_it_comes_with() -> None:
    program = (
        "import sys\n"
        "from stanchion.graph import schemas\n"
        "assert schemas.schema('AWS::S3::Bucket')['typeName'] == 'AWS::S3::Bucket'\n"
        "assert 'cfnlint' not in sys.modules\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_types_and_the_kinds_of_their_properties() -> None:
    assert "AWS::EC2::Instance" in schemas.types()
    assert schemas.schema("AWS::EC2::MadeUp") is None
    assert "Arn" in schemas.read_only("AWS::S3::Bucket")
    assert "BucketName" in schemas.create_only("AWS::S3::Bucket")
    assert "MasterUserPassword" in schemas.write_only("AWS::RDS::DBInstance")


def test_paths_pass_through_lists_and_references() -> None:
    for path in ("SecurityGroupIngress.CidrIp", "Tags.Key", "GroupDescription"):
        assert schemas.has_path("AWS::EC2::SecurityGroup", path), path
        assert path in set(schemas.paths("AWS::EC2::SecurityGroup"))
    assert not schemas.has_path("AWS::EC2::SecurityGroup", "SecurityGroupIngress.Made")
    assert schemas.has_path("AWS::S3::BucketPolicy", "PolicyDocument.Statement.Effect")


def test_a_recursive_schema_ends() -> None:
    assert any(path.count(".") == 5 for path in schemas.paths("AWS::WAFv2::WebACL"))


def test_awscc_names_are_told_apart_without_their_underscores() -> None:
    for type_ in ("AWS::EC2::Instance", "AWS::CloudFront::Distribution", "AWS::RDS::DBCluster", "AWS::EMR::Cluster"):
        names = (schemas.schema(type_) or {})["properties"]
        assert len({name.lower() for name in names}) == len(names)
    subnet = mapping_of("awscc_ec2_subnet", Mappings())
    assert subnet is not None
    assert subnet.attributes.get("ipv_6_cidr_block") == subnet.attributes.get("ipv6_cidr_block") == "Ipv6CidrBlock"


def test_an_awscc_type_without_a_schema_is_not_mapped() -> None:
    assert mapping_of("awscc_made_up", Mappings()) is None
    found = mapping_of("awscc_cloudtrail_trail", Mappings())
    assert found is not None
    assert found.attributes.get("is_multi_region_trail") == "IsMultiRegionTrail"
