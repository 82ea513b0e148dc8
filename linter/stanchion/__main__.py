"""`python -m stanchion`."""

from stanchion.cli.main import entry

entry()
