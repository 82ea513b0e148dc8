"""The graph as JSON shows no secret: not the default of a parameter that is named for one, nor where that goes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from stanchion.cli.main import main

SECRET = "Hx82kfLq90sm"
TERRAFORM = f"""
variable "db_password" {{
  default = "{SECRET}"
}}
variable "region" {{
  default = "eu-west-1"
}}
resource "aws_sns_topic" "t" {{
  display_name = "is ${{var.db_password}} in ${{var.region}}"
}}
"""
TEMPLATE = f"""
Parameters:
  DbPassword: {{Type: String, Default: {SECRET}}}
  Region: {{Type: String, Default: eu-west-1}}
Resources:
  Topic:
    Type: AWS::SNS::Topic
    Properties: {{DisplayName: !Sub "${{Region}}"}}
"""


@pytest.mark.parametrize(("name", "text"), [("main.tf", TERRAFORM), ("stack.yaml", TEMPLATE)])
def test_no_secret_is_in_the_graph(tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    assert main(["graph", str(tmp_path), "--format", "json"]) == 0
    out = capsys.readouterr().out
    assert SECRET not in out
    assert "eu-west-1" in out
    assert any(resource["type"] == "AWS::SNS::Topic" for resource in json.loads(out)["resources"])
