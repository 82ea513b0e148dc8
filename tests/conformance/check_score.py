"""Run the conformance score on the families that are complete and fail when agreement falls below the bar.

    python tests/conformance/check_score.py --score PATH_TO/score.py [--family NET,ENC,LOG] [--bar 0.97]

Disputed labels, each with a reason, stand in disputed.toml beside this file.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--score", type=Path, required=True)
    parser.add_argument("--family", default="NET,ENC,LOG")
    parser.add_argument("--bar", type=float, default=0.97)
    options = parser.parse_args()
    program = Path(sys.executable).parent / "stanchion"
    with tempfile.TemporaryDirectory() as scratch:
        report = Path(scratch) / "score.json"
        command = [sys.executable, str(options.score), "--command", str(program), "--family", options.family]
        command += ["--disputed", str(HERE / "disputed.toml"), "--json", str(report)]
        subprocess.run(command, check=True)
        total = json.loads(report.read_text())["total"]
    agreed = total["agreed"] / max(1, total["labels"])
    print(f"agreed {agreed:.3f}, bar {options.bar}")
    return 0 if agreed >= options.bar else 1


if __name__ == "__main__":
    sys.exit(main())
