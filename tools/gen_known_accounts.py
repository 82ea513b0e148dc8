"""Make the table of account ids that vendors and AWS publish as theirs.

usage: gen_known_accounts.py known_accounts.json   (made from fwdcloudsec/known_aws_accounts, Apache-2.0)
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

TARGET = Path(__file__).parent.parent / "plugins/stanchion_aws/facts/known_accounts.tsv"


def main() -> None:
    """Write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("accounts", type=Path)
    said = json.loads(parser.parse_args().accounts.read_text(encoding="utf-8"))["accounts"]
    lines = [f"{account}\t{name}" for account, name in sorted(said.items())]
    TARGET.write_text("\n".join(["account\tname", *lines, ""]), encoding="utf-8")


if __name__ == "__main__":
    main()
