"""What `terraform fmt` had laid out stays as it would lay it out, whatever a fix sets, adds or takes out."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from stanchion.patching.edits import edited
from stanchion.patching.hcl import Content, append_block, remove_argument, set_arguments
from stanchion.syntax.hcl.nodes import Block
from stanchion.syntax.hcl.parser import parse
from stanchion.syntax.source import Source

NAMES = st.sampled_from(["a", "bc", "def", "name_of_some_length", "depends_on", "count"])
VALUES = st.sampled_from(["1", "true", '"x"', "[\n1,\n2\n]", "[1, 2]", "{ a = 1 }", "{\na = 1\n}", "var.x"])
TAILS = st.sampled_from(["", "", " # said", " // said behind"])
GAPS = st.sampled_from(["", "", "", "\n", "# before\n"])


@st.composite
def bodies(draw: st.DrawFn) -> str:
    names = draw(st.lists(NAMES, unique=True, max_size=5))
    lines = [f"{draw(GAPS)}{name} = {draw(VALUES)}{draw(TAILS)}\n" for name in names]
    nested = draw(st.integers(0, 2))
    lines += [f"{draw(GAPS)}nested {{\nx = {draw(VALUES)}\n}}\n" for _ in range(nested)]
    return "".join(lines)


CHANGES = st.one_of(
    st.tuples(
        st.just("set"), st.lists(st.sampled_from(["a", "new", "a_new_and_very_long_name"]), min_size=1, max_size=3)
    ),
    st.tuples(st.just("inside"), st.just(["x", "yy"])),
    st.tuples(st.just("add"), st.just(["nested"])),
    st.tuples(st.just("remove"), st.lists(NAMES, min_size=1, max_size=1)),
)


def changed(text: str, kind: str, names: list[str]) -> str:
    body, problems = parse(Source("main.tf", text))
    assert not problems
    block: Block = body.blocks[0]
    if kind == "set":
        edits = set_arguments(block, [(((), name), True) for name in dict.fromkeys(names)])
    elif kind == "inside":
        edits = set_arguments(block, [(((("nested", 0),), name), 7) for name in names])
    elif kind == "add":
        inner: Content = {"longer": "x"}
        content: Content = {"on": True, "inner": [inner]}
        edits = append_block(block, names[0], content)
    else:
        edits = remove_argument(block, ((), names[0]))
    return edited(text, dict.fromkeys(edits)) if edits else text


def formatted(directory: Path, *options: str) -> str:
    environment = {**os.environ, "TF_CLI_CONFIG_FILE": os.devnull, "CHECKPOINT_DISABLE": "1"}
    command = ["terraform", "fmt", *options, str(directory)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert not done.stderr, done.stderr
    return done.stdout


@pytest.mark.skipif(shutil.which("terraform") is None, reason="the terraform binary is not installed")
@settings(max_examples=5, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(st.lists(st.tuples(bodies(), CHANGES), min_size=40, max_size=60))
def test_terraform_fmt_has_nothing_to_say(cases: list[tuple[str, tuple[str, list[str]]]]) -> None:
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        for number, (body, _) in enumerate(cases):
            (directory / f"{number}.tf").write_text(f'resource "t" "n" {{\n{body}}}\n')
        formatted(directory)
        for number, (_, (kind, names)) in enumerate(cases):
            path = directory / f"{number}.tf"
            path.write_text(changed(path.read_text(), kind, names))
        assert formatted(directory, "-check", "-diff") == ""
