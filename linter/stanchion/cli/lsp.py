"""`stanchion lsp`: the language server, over standard input and output."""

from __future__ import annotations

import argparse
import gc
import sys
from collections.abc import Sequence

from stanchion.cli.main import CLEAN, USAGE


def run(arguments: Sequence[str]) -> int:
    """Serve until the client is done; gives the exit code."""
    made = argparse.ArgumentParser(prog="stanchion lsp", description="Serve an editor over standard input and output.")
    made.add_argument("--stdio", action="store_true", help="the default; editors like to say it")
    made.parse_args(arguments)
    try:
        from stanchion.lsp.server import server
    except ImportError as error:
        sys.stderr.write(
            f"stanchion: the language server needs the extra lsp (pip install 'stanchion[lsp]'): {error}\n"
        )
        return USAGE
    gc.disable()  # the server chooses the moments
    server.start_io()
    return CLEAN
