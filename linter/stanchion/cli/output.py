"""Writing to people and pipes: whatever they can take, and never a traceback."""

from __future__ import annotations

import os
import sys


def write(text: str) -> None:
    """Write to standard output. A reader that went away has read enough; characters that a terminal cannot show are
    written out. Raises OSError when nothing can be written for another reason (a full disk)."""
    stream = sys.stdout
    if stream is None:  # closed before the program started
        return
    try:
        try:
            stream.write(text)
        except UnicodeEncodeError:
            encoding = stream.encoding or "ascii"
            stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
        stream.flush()
    except BrokenPipeError:
        abandon()


def abandon() -> None:
    """Let what is still to be written go nowhere, so that Python does not complain at exit that it cannot flush."""
    if sys.stdout is not None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def complain(message: str) -> None:
    """Say on standard error what went wrong, each line of it under the program's name."""
    from stanchion.reporting.escape import shown

    if sys.stderr is None:
        return
    lines = "".join(f"stanchion: {shown(line)}\n" for line in message.split("\n"))
    try:
        sys.stderr.write(lines)  # standard error writes out by itself what it cannot show
        sys.stderr.flush()
    except OSError:
        return


def colourful(wanted: bool | None) -> bool:
    """Whether to use colour: as wanted, else as NO_COLOR and FORCE_COLOR say, else on terminals that have it."""
    if wanted is not None:
        return wanted
    if os.environ.get("NO_COLOR"):
        return False
    forced = os.environ.get("FORCE_COLOR", "")
    if forced:
        return forced != "0"
    return sys.stdout is not None and sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
