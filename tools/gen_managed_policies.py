"""Make the table of AWS managed policies from a copy of their documents.

usage: gen_managed_policies.py aws_managed_policies.json.gz   (made from iann0036/iam-dataset, MIT)

A line for each: ARN, date of the last change, and the document without what says nothing about access. What the copy
lacks is written by hand from AWS Managed Policy Reference Guide: "AdministratorAccess", "PowerUserAccess".
"""

from __future__ import annotations

import argparse
import gzip
import json
from pathlib import Path
from typing import Any

TARGET = Path(__file__).parent.parent / "plugins/stanchion_aws/facts/managed_policies.tsv"
ADMINISTRATOR = [{"Effect": "Allow", "Action": "*", "Resource": "*"}]
POWER_USER = [
    {"Effect": "Allow", "NotAction": ["iam:*", "organizations:*", "account:*"], "Resource": "*"},
    {
        "Effect": "Allow",
        "Action": [
            "account:GetAccountInformation",
            "account:GetGovCloudAccountInformation",
            "account:GetPrimaryEmail",
            "account:ListRegions",
            "iam:CreateServiceLinkedRole",
            "iam:DeleteServiceLinkedRole",
            "iam:ListRoles",
            "organizations:DescribeEffectivePolicy",
            "organizations:DescribeOrganization",
        ],
        "Resource": "*",
    },
]
BY_HAND = {
    "arn:aws:iam::aws:policy/AdministratorAccess": ("2015-02-06", ADMINISTRATOR),
    "arn:aws:iam::aws:policy/PowerUserAccess": ("2023-07-06", POWER_USER),
}


def line(arn: str, date: str, statements: Any) -> str:
    """One policy as a line."""
    kept = statements if isinstance(statements, list) else [statements]
    small = [{key: value for key, value in one.items() if key != "Sid"} for one in kept]
    return f"{arn}\t{date}\t{json.dumps(small, separators=(',', ':'), ensure_ascii=False)}"


def main() -> None:
    """Write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("copy", type=Path)
    with gzip.open(parser.parse_args().copy, "rt", encoding="utf-8") as file:
        said = json.load(file)["policies"]
    made = {arn: (date, statements) for arn, (date, statements) in BY_HAND.items()}
    made |= {arn: (one["updated"][:10], one["document"]["Statement"]) for arn, one in said.items()}
    lines = [line(arn, date, statements) for arn, (date, statements) in sorted(made.items())]
    TARGET.write_text("\n".join(["arn\tdate\tstatements", *lines, ""]), encoding="utf-8")


if __name__ == "__main__":
    main()
