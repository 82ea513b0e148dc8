"""The second reader: python-hcl2 is asked about a file before ours calls it broken."""

from __future__ import annotations

from stanchion.syntax.hcl.nodes import Body
from stanchion.syntax.hcl.parser import read_file
from stanchion.syntax.source import Problem, Source

# python-hcl2 reads some 100 KB a second: past this size the answer is not worth the wait.
MAX_CHARACTERS = 256 * 1024


def parse_checked(source: Source) -> tuple[Body, list[Problem]]:
    """As `parser.parse`, but when there are problems and python-hcl2 sees none, their messages say so.

    python-hcl2 is not asked about large files, nor where a quote, heredoc or comment is left open, on which it can
    take exponential time, nor where a bound was hit.
    """
    body, reader = read_file(source)
    problems = reader.problems
    if not problems or reader.unclosed or any(problem.kind != "syntax" for problem in problems):
        return body, problems
    if second_opinion(source):
        note = " (python-hcl2, the second reader, reads this file without an error)"
        problems = [problem._replace(message=problem.message + note) for problem in problems]
    return body, problems


def second_opinion(source: Source) -> bool:
    """Whether python-hcl2 reads the whole file without an error; False also when the file is too large to ask."""
    if len(source.text) > MAX_CHARACTERS:
        return False
    import hcl2

    try:
        hcl2.parses(source.text if source.text.endswith("\n") else source.text + "\n")
    except Exception:  # whatever a foreign parser raises on text it cannot read, RecursionError among them
        return False
    return True
