"""A finding leads to the line that its value was written on, whatever it went through on the way."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from stanchion.run import RunOptions, run

WRITTEN = "its value is written here"


def found(directory: Path, policy: str, **files: str) -> list[tuple[int, list[tuple[str, int]]]]:
    """The lines of findings, each with the files and lines that its value was written on."""
    for name, text in files.items():
        path = directory / name.replace("__", "/").replace("_yaml", ".yaml").replace("_tf", ".tf")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text), encoding="utf-8")
    seen = []
    for finding in run([directory], RunOptions(select=(policy,))).findings:
        steps = [step.place for step in finding.trace if step.message == WRITTEN]
        written = [(Path(at.source.path).name, at.source.position(at.start).line) for at in steps]
        seen.append((finding.place.source.position(finding.place.start).line, written))
    return sorted(seen)


DATABASE = """\
    Resources:
      Db:
        Type: AWS::RDS::DBInstance
        Properties:
          MasterUserPassword: {value}
"""


@pytest.mark.parametrize(
    ("value", "line"),
    [
        ("!Ref Password", 2),
        ('!Sub "${Password}"', 2),
        ("!Sub ['${P}x', {P: !Ref Password}]", 2),
        ("!Join ['', [!Ref Password, x]]", 2),
        ("!FindInMap [Map, a, password]", 3),
        ("!Sub ['${P}', {P: !FindInMap [Map, a, password]}]", 3),
        ("!Select [0, !Split [',', !Ref Password]]", None),
        ("correct-horse", None),
    ],
)
def test_a_template_leads_to_the_default_or_the_row_of_a_mapping(tmp_path: Path, value: str, line: int | None) -> None:
    head = """\
    Parameters:
      Password: {Type: String, NoEcho: true, Default: correct-horse}
    Mappings: {Map: {a: {password: staple-battery}}}
    """
    head = head.replace("Mappings:", "\n    Mappings:").replace("\n    \n", "\n")
    text = textwrap.dedent(head) + textwrap.dedent(DATABASE).format(value=value)
    [(at, written)] = found(tmp_path, "ENC301", t_yaml=text)
    assert text.splitlines()[at - 1].strip().startswith("MasterUserPassword")
    assert written == ([] if line is None else [("t.yaml", line)])


def test_an_allowed_value_is_where_the_list_names_it(tmp_path: Path) -> None:
    text = """\
    Parameters:
      Validated:
        Type: String
        AllowedValues:
          - "true"
          - "false"
    Resources:
      Trail:
        Type: AWS::CloudTrail::Trail
        Properties:
          EnableLogFileValidation: !Ref Validated
    """
    [(at, written)] = found(tmp_path, "LOG101", t_yaml=text)
    assert (at, written) == (11, [("t.yaml", 6)])


def test_a_value_that_the_user_gives_is_written_nowhere(tmp_path: Path) -> None:
    text = "Parameters: {Password: {Type: String}}\n" + textwrap.dedent(DATABASE).format(value="!Ref Password")
    (tmp_path / "t.yaml").write_text(text, encoding="utf-8")
    given = tmp_path / "given" / "parameters.json"
    given.parent.mkdir()
    given.write_text('{"Password": "correct-horse"}', encoding="utf-8")
    options = RunOptions(select=("ENC301",), parameter_files=(given,))
    [finding] = run([tmp_path / "t.yaml"], options).findings
    assert finding.trace == ()


def test_a_nested_stack_leads_to_what_its_parent_passes(tmp_path: Path) -> None:
    parent = """\
    Parameters:
      Password: {Type: String, Default: correct-horse}
    Resources:
      Inner:
        Type: AWS::CloudFormation::Stack
        Properties:
          TemplateURL: ./inner.yaml
          Parameters: {Secret: !Ref Password}
    """
    inner = "Parameters: {Secret: {Type: String}}\n" + textwrap.dedent(DATABASE).format(value="!Ref Secret")
    seen = found(tmp_path, "ENC301", parent_yaml=parent, inner_yaml=inner)
    assert [("parent.yaml", 2)] in [written for _, written in seen]


@pytest.mark.parametrize(
    ("given", "place"),
    [
        ("var.password", ("main.tf", 2)),
        ("local.password", ("main.tf", 4)),
        ("local.passed", ("main.tf", 2)),
        ('"${var.password}"', ("main.tf", 2)),
        ('lookup({ a = var.password }, "a")', ("main.tf", 2)),
        ("true ? var.password : null", ("main.tf", 2)),
        ("module.inner.secret", ("inner.tf", 1)),
        ("nonsensitive(sensitive(var.password))", ("main.tf", 2)),
        ("coalesce(null, var.password)", ("main.tf", 2)),
    ],
)
def test_a_configuration_leads_to_the_default_or_the_local(tmp_path: Path, given: str, place: tuple[str, int]) -> None:
    main = f"""\
    variable "password" {{
      default = "correct-horse"
    }}
    locals {{ password = "staple-battery" }}
    locals {{ passed = var.password }}
    module "inner" {{ source = "./inner" }}
    resource "aws_db_instance" "db" {{
      password = {given}
    }}
    """
    inner = 'output "secret" { value = "battery-staple" }\n'
    [(at, written)] = found(tmp_path, "ENC301", main_tf=main, inner__inner_tf=inner)
    assert at == 8
    assert written == [place]


def test_a_module_leads_to_the_default_of_the_root(tmp_path: Path) -> None:
    main = """\
    variable "password" { default = "correct-horse" }
    module "db" {
      source   = "./db"
      password = var.password
    }
    """
    inner = """\
    variable "password" {}
    resource "aws_db_instance" "db" {
      password = var.password
    }
    """
    assert found(tmp_path, "ENC301", main_tf=main, db__db_tf=inner) == [(3, [("main.tf", 1)])]


def test_a_rule_is_pointed_at_where_it_names_the_internet(tmp_path: Path) -> None:
    text = """\
    Parameters:
      Admins: {Type: String, Default: 0.0.0.0/0}
    Resources:
      Group:
        Type: AWS::EC2::SecurityGroup
        Properties:
          GroupDescription: a group
          SecurityGroupIngress:
            - IpProtocol: tcp
              FromPort: 22
              ToPort: 22
              CidrIp: !Ref Admins
            - IpProtocol: tcp
              FromPort: 22
              ToPort: 22
              CidrIp: 0.0.0.0/0  # stanchion: ignore[NET101]
    """
    assert found(tmp_path, "NET101", t_yaml=text) == [(12, [("t.yaml", 2)]), (16, [])]
    (plain,) = [each for each in run([tmp_path], RunOptions(select=("NET101",))).findings if not each.suppressed]
    assert plain.place.source.position(plain.place.start).line == 12


def test_of_a_list_the_element_is_pointed_at_and_of_a_prefix_list_who_names_it(tmp_path: Path) -> None:
    main = """\
    locals { everybody = "0.0.0.0/0" }
    resource "aws_ec2_managed_prefix_list" "all" {
      name           = "all"
      address_family = "IPv4"
      max_entries    = 1
      entry { cidr = local.everybody }
    }
    resource "aws_security_group" "web" {
      name = "web"
      ingress {
        from_port   = 22
        to_port     = 22
        protocol    = "tcp"
        cidr_blocks = [
          "10.0.0.0/8",
          "0.0.0.0/0",
        ]
      }
      ingress {
        from_port       = 22
        to_port         = 22
        protocol        = "tcp"
        prefix_list_ids = [aws_ec2_managed_prefix_list.all.id]
      }
    }
    """
    assert found(tmp_path, "NET101", main_tf=main) == [(16, []), (23, [("main.tf", 6)])]
