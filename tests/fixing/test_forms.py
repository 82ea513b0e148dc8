"""What fixes look like in each language and form, and where none is made because the author has the say."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import pytest

from stanchion.fixing.mending import Mended, mend
from stanchion.fixing.writing import diff
from stanchion.plugins.registry import load
from stanchion.run import Keep, RunOptions, run
from stanchion.syntax.reading import SourceTree

REGISTRY = load(search=[])


def mended(root: Path, *select: str, name: str = "", text: str = "", unsafe: bool = True) -> Mended:
    if name:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(text.encode())
    tree = SourceTree(root, base=root)
    judge = partial(run, [root], RunOptions(select=select, keep=Keep.FIXABLE), None, registry=REGISTRY)
    return mend(tree, lambda texts: judge(tree=texts), unsafe)


def after(root: Path, name: str, text: str, *select: str, unsafe: bool = True) -> str:
    result = mended(root, *select, name=name, text=text, unsafe=unsafe)
    assert not result.withdrawn
    return result.texts.get(root / name, text)


def test_an_argument_joins_its_neighbours(tmp_path: Path) -> None:
    text = """\
resource "aws_cloudtrail" "a" {
  count = 2

  # where it goes
  name           = "a"    # one
  s3_bucket_name = "logs" # two
  depends_on     = [aws_s3_bucket.b]

  tags = {
    a = "b"
  }
}
"""
    assert after(tmp_path, "main.tf", text, "LOG101") == text.replace(
        """\
  name           = "a"    # one
  s3_bucket_name = "logs" # two
  depends_on     = [aws_s3_bucket.b]
""",
        """\
  name                       = "a"    # one
  s3_bucket_name             = "logs" # two
  enable_log_file_validation = true
  depends_on                 = [aws_s3_bucket.b]
""",
    )


def test_a_value_of_another_length_moves_the_comments_with_it(tmp_path: Path) -> None:
    text = """\
resource "aws_cloudtrail" "a" {
  s3_bucket_name = "l"   # one
  enable_logging = false # two
}
"""
    assert "= true # two" in after(tmp_path, "main.tf", text, "LOG103")
    assert '= "l"  # one' in after(tmp_path, "main.tf", text, "LOG103")


def test_what_is_not_aligned_is_not_aligned_by_a_fix(tmp_path: Path) -> None:
    text = 'resource "aws_cloudtrail" "a" {\n  name = "a"\n  s3_bucket_name = "logs"\n}\n'
    assert after(tmp_path, "main.tf", text, "LOG101") == text.replace("\n}", "\n  enable_log_file_validation = true\n}")


def test_a_block_of_one_line_is_opened(tmp_path: Path) -> None:
    assert after(tmp_path, "main.tf", 'variable "db_password" {}\n', "ENC201") == (
        'variable "db_password" {\n  sensitive = true\n}\n'
    )
    assert after(tmp_path, "main.tf", 'variable "db_password" { type = string } # why\n', "ENC201") == (
        'variable "db_password" {\n  type      = string\n  sensitive = true\n} # why\n'
    )


BUCKET = """\
resource "aws_s3_bucket" "logs" {
  bucket = "logs"
}

resource "aws_cloudtrail" "a" {
  s3_bucket_name = aws_s3_bucket.logs.id
}
"""


def test_a_companion_is_written_behind_its_resource(tmp_path: Path) -> None:
    companion = """\

resource "aws_s3_bucket_versioning" "logs" {
  bucket = aws_s3_bucket.logs.id

  versioning_configuration {
    status = "Enabled"
  }
}
"""
    assert after(tmp_path, "main.tf", BUCKET, "LOG122") == BUCKET.replace("}\n\n", "}\n" + companion + "\n", 1)


@pytest.mark.parametrize(
    ("meta", "wanted"),
    [
        ("count = 2", ["count = length(aws_s3_bucket.logs)", "bucket = aws_s3_bucket.logs[count.index].id"]),
        ('for_each = toset(["x"])', ["for_each = aws_s3_bucket.logs", "bucket = each.value.id"]),
        ("provider = aws.audit", ["provider = aws.audit", "bucket = aws_s3_bucket.logs.id"]),
    ],
)
def test_a_companion_is_there_as_often_and_where_its_resource_is(tmp_path: Path, meta: str, wanted: list[str]) -> None:
    index = {"count": "[0]", "for_each": '["x"]'}.get(meta.split()[0], "")
    text = BUCKET.replace('"logs" {\n', f'"logs" {{\n  {meta}\n', 1).replace("logs.id", f"logs{index}.id")
    written = after(tmp_path, "main.tf", text, "LOG122").partition("aws_s3_bucket_versioning")[2]
    for line in wanted:
        assert f"  {line}\n" in written


def test_a_taken_name_gets_no_companion(tmp_path: Path) -> None:
    other = 'resource "aws_s3_bucket_versioning" "logs" {\n  bucket = "other"\n}\n'
    (tmp_path / "other.tf").write_text(other)
    assert after(tmp_path, "main.tf", BUCKET, "LOG122") == BUCKET


def test_one_of_several_sources_is_taken_out(tmp_path: Path) -> None:
    text = """\
resource "aws_security_group" "a" {
  ingress {
    from_port        = 22
    to_port          = 22
    protocol         = "tcp"
    cidr_blocks      = ["10.0.0.0/8", "0.0.0.0/0"] # who
    ipv6_cidr_blocks = ["::/0"]
  }
  # the web
  ingress {
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}
"""
    assert after(tmp_path, "main.tf", text, "NET101") == text.replace(
        """\
    from_port        = 22
    to_port          = 22
    protocol         = "tcp"
    cidr_blocks      = ["10.0.0.0/8", "0.0.0.0/0"] # who
    ipv6_cidr_blocks = ["::/0"]
""",
        """\
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = ["10.0.0.0/8"] # who
""",
    )


def test_a_rule_without_other_sources_goes_as_a_whole(tmp_path: Path) -> None:
    rule = 'resource "aws_security_group_rule" "ssh" {\n  type = "ingress"\n  from_port = 22\n  to_port = 22\n'
    rule += '  protocol = "tcp"\n  cidr_blocks = ["0.0.0.0/0"]\n  security_group_id = aws_security_group.a.id\n}\n'
    group = 'resource "aws_security_group" "a" {\n  name = "a"\n}\n'
    assert after(tmp_path, "main.tf", f"{group}\n{rule}", "NET101") == group
    named = f'{group}\n{rule}\nresource "terraform_data" "x" {{\n  depends_on = [aws_security_group_rule.ssh]\n}}\n'
    assert after(tmp_path, "main.tf", named, "NET101") == named
    assert after(tmp_path, "main.tf", f"{group}\n{rule}", "NET101", unsafe=False) == f"{group}\n{rule}"


def test_terraform_in_json(tmp_path: Path) -> None:
    trail = {
        "name": "a",
        "s3_bucket_name": "${aws_s3_bucket.logs[0].id}",
        "event_selector": [{"read_write_type": "All"}],
    }
    bucket = {"bucket": "logs", "count": 2}
    data = {"resource": {"aws_cloudtrail": {"a": trail}, "aws_s3_bucket": {"logs": bucket}}, "variable": {"token": {}}}
    text = after(tmp_path, "main.tf.json", json.dumps(data, indent=2), "LOG101", "LOG106", "LOG109", "LOG122", "ENC201")
    found = json.loads(text)["resource"]
    assert found["aws_cloudtrail"]["a"]["enable_log_file_validation"] is True
    assert found["aws_cloudtrail"]["a"]["event_selector"][1]["data_resource"] == [
        {"type": "AWS::S3::Object", "values": ["arn:aws:s3"]}
    ]
    assert found["aws_s3_bucket_versioning"]["logs"] == {
        "count": "${length(aws_s3_bucket.logs)}",
        "bucket": "${aws_s3_bucket.logs[count.index].id}",
        "versioning_configuration": [{"status": "Enabled"}],
    }
    assert json.loads(text)["variable"]["token"] == {"sensitive": True}


def test_the_awscc_provider_has_its_own_names(tmp_path: Path) -> None:
    text = 'resource "awscc_cloudtrail_trail" "a" {\n  s3_bucket_name = "b"\n  is_logging     = false\n}\n'
    wanted = text.replace("false\n", "true\n  enable_log_file_validation = true\n").replace("name = ", "name = ")
    found = after(tmp_path, "main.tf", text, "LOG101", "LOG103")
    assert " ".join(found.split()) == " ".join(wanted.split())


def test_what_a_transform_made_is_left_alone(tmp_path: Path) -> None:
    text = """\
Transform: AWS::Serverless-2016-10-31
Resources:
  Table:
    Type: AWS::Serverless::SimpleTable
  Api:
    Type: AWS::Serverless::Api
    Properties: {StageName: a}
"""
    assert after(tmp_path, "t.yaml", text, "LOG", "ENC", "NET") == text


def test_a_template_in_json_text_is_its_authors_say(tmp_path: Path) -> None:
    trail = {"name": "a", "s3_bucket_name": "b", "enable_logging": "${var.on}"}
    data = {"resource": {"aws_cloudtrail": {"a": trail}}, "variable": {"on": {"default": False}}}
    text = json.dumps(data)
    assert after(tmp_path, "main.tf.json", text, "LOG103") == text


TEMPLATE = """\
Parameters:
  Token: {Type: String}
Resources:
  # the record
  Trail:
    Type: AWS::CloudTrail::Trail
    Properties:
      S3BucketName: !Ref Logs # where
      IsLogging: true
      EventSelectors:
        - ReadWriteType: WriteOnly # enough

  Logs:
    Type: AWS::S3::Bucket
"""


def test_a_template_in_yaml(tmp_path: Path) -> None:
    wanted = (
        TEMPLATE.replace("{Type: String}", "{Type: String, NoEcho: true}")
        .replace("WriteOnly # enough\n", "All # enough\n      EnableLogFileValidation: true\n")
        .replace(
            "S3::Bucket\n",
            "S3::Bucket\n    Properties:\n      VersioningConfiguration:\n        Status: Enabled\n",
        )
    )
    select = ("LOG101", "LOG106", "LOG122", "ENC201")
    assert after(tmp_path, "t.yaml", TEMPLATE, *select) == wanted
    assert after(tmp_path, "t.yaml", TEMPLATE.replace("\n", "\r\n"), *select) == wanted.replace("\n", "\r\n")


def test_elements_of_templates_are_added_and_taken_out(tmp_path: Path) -> None:
    selector = (
        "        - ReadWriteType: All\n          IncludeManagementEvents: true\n          DataResources:\n"
        '            - Type: "AWS::S3::Object"\n              Values:\n                - "arn:aws:s3"\n'
    )
    assert after(tmp_path, "t.yaml", TEMPLATE, "LOG109") == TEMPLATE.replace("enough\n", "enough\n" + selector)
    rules = """\
Resources:
  Group:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: web
      SecurityGroupIngress:
        - {IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 0.0.0.0/0}
        - IpProtocol: tcp
          FromPort: 22
          ToPort: 22
          CidrIp: 0.0.0.0/0
      Tags: []
"""
    gone = rules.replace(rules[rules.index("        - IpProtocol") : rules.index("      Tags")], "")
    assert after(tmp_path, "t.yaml", rules, "NET101") == gone


@pytest.mark.parametrize("value", ["!Ref On", "!If [Prod, true, false]", "!FindInMap [A, b, c]", "*off"])
def test_what_a_template_works_out_is_not_overwritten(tmp_path: Path, value: str) -> None:
    text = f"""\
Parameters:
  On: {{Type: String, Default: "false"}}
Mappings:
  A: {{b: {{c: &off false}}}}
Conditions:
  Prod: !Equals [!Ref On, "never"]
Resources:
  Trail:
    Type: AWS::CloudTrail::Trail
    Properties:
      S3BucketName: b
      IsLogging: {value}
"""
    assert after(tmp_path, "t.yaml", text, "LOG103") == text


MODULE = 'resource "aws_cloudtrail" "a" {\n  s3_bucket_name = "b"\n  enable_logging = false\n}\n'


def test_a_module_is_mended_once_for_all_its_calls(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text('module "x" {\n  source = "./m"\n}\n\nmodule "y" {\n  source = "./m"\n}\n')
    result = mended(tmp_path, "LOG103", name="m/main.tf", text=MODULE)
    assert result.texts == {tmp_path / "m" / "main.tf": MODULE.replace("false", "true")}
    assert not result.outcome.findings


def test_a_fetched_module_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text('module "x" {\n  source = "example/x/aws"\n}\n')
    known = {"Modules": [{"Key": "x", "Source": "example/x/aws", "Dir": ".terraform/modules/x"}]}
    (tmp_path / ".terraform" / "modules").mkdir(parents=True)
    (tmp_path / ".terraform" / "modules" / "modules.json").write_text(json.dumps(known))
    result = mended(tmp_path, "LOG103", name=".terraform/modules/x/main.tf", text=MODULE)
    assert len(result.outcome.findings) == 1
    assert not result.texts


def test_what_the_cdk_made_is_left_alone(tmp_path: Path) -> None:
    assembly = tmp_path / "cdk.out"
    assembly.mkdir()
    properties = {"templateFile": "s.template.json"}
    stack = {"type": "aws:cloudformation:stack", "environment": "aws://1/eu-west-1", "properties": properties}
    (assembly / "manifest.json").write_text(json.dumps({"version": "36.0.0", "artifacts": {"S": stack}}))
    (assembly / "cdk.out").write_text('{"version": "36.0.0"}')
    trail = {"Type": "AWS::CloudTrail::Trail", "Properties": {"S3BucketName": "b", "IsLogging": False}}
    text = json.dumps({"Resources": {"Trail": trail}})
    result = mended(tmp_path, "LOG103", name="cdk.out/s.template.json", text=text)
    assert len(result.outcome.findings) == 1
    assert not result.texts


def test_a_diff_does_not_show_the_secret_that_is_taken_out(tmp_path: Path) -> None:
    text = 'variable "db_password" {\n  sensitive = true\n  default   = "hunter2-and-more" # for now\n}\n'
    result = mended(tmp_path, "ENC202", name="main.tf", text=text)
    secrets = [secret for fix in result.made for secret in fix.secrets]
    shown = diff(result.before, result.texts, SourceTree(tmp_path, base=tmp_path), secrets)
    assert "-  default   = …" in shown
    assert "hunter2" not in shown


def test_several_ways_out_are_no_way(tmp_path: Path) -> None:
    """Rules that let the internet in only together: which of them has to go is a choice."""
    ports = 'from_port = 22\n    to_port = 22\n    protocol = "tcp"'
    parts = [f"{first}.0.0.0/8" for first in range(12, 224, 2) if first not in (100, 126, 168, 172, 192, 198)]
    rules = "".join(f'  ingress {{\n    {ports}\n    cidr_blocks = ["{part}"]\n  }}\n' for part in parts)
    text = f'resource "aws_security_group" "a" {{\n{rules}}}\n'
    result = mended(tmp_path, "NET101", name="main.tf", text=text)
    assert len(result.outcome.findings) == 1
    assert not result.texts
