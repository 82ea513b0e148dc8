"""`python -m stanchion`."""

import sys

# `python -m` looks for modules in the current directory first. That may be a stranger's: nothing comes from there.
if not sys.flags.safe_path:
    del sys.path[0]

from stanchion.cli.main import entry

entry()
