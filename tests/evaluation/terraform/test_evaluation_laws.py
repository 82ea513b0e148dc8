"""Laws of evaluation: it never raises, it ends within its bounds, and knowing more turns no verdict around."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from stanchion.evaluation.terraform.expressions.scope import MAX_INSTANCES
from stanchion.graph.render import to_json
from stanchion.graph.satellites import bare
from stanchion.judging.finding import Finding
from stanchion.judging.judge import judge
from stanchion.plugins.registry import load
from stanchion.run import Outcome, RunOptions, graphs, run

NAMES = ("a", "b", "c")
ROOTS = ("var.a", "var.b", "var.missing", "local.a", "local.b", "local.c", "aws_s3_bucket.a.id", "aws_s3_bucket.b",
         "data.aws_ami.a.id", "module.m.out", "module.m[0].out", "module.n[\"x\"]", "each.value", "each.key",
         "count.index", "path.module", "terraform.workspace", "self.id", "null", "true", "12", "-1.5", '"text"',
         '"a${var.a}b"', "[]", "{}", '"10.0.0.0/8"', '"%{if var.b}x%{endif}"')  # fmt: skip
FUNCTIONS = ("length", "upper", "toset", "tolist", "tomap", "flatten", "merge", "concat", "lookup", "element", "try",
             "can", "coalesce", "jsonencode", "jsondecode", "range", "file", "cidrsubnet", "nothing", "join", "slice",
             "zipmap", "templatefile", "one", "sum", "sort", "distinct", "provider::x::y")  # fmt: skip


TYPES = ("string", "number", "bool", "list(string)", "map(any)", "any", "object({ a = optional(string, 1) })",
         "set(number)", "nonsense", "tuple([string])")  # fmt: skip


def expressions() -> st.SearchStrategy[str]:
    def grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        name = st.sampled_from(NAMES)
        return st.one_of(
            st.builds("[{}, {}]".format, inner, inner),
            st.builds("{{ {} = {}, b = {} }}".format, name, inner, inner),
            st.builds("({} ? {} : {})".format, inner, inner, inner),
            st.builds("({} {} {})".format, inner, st.sampled_from(("==", "&&", "||", "+", "<", "%")), inner),
            st.builds("!{}".format, inner),
            st.builds("{}.{}".format, inner, name),
            st.builds("{}[{}]".format, inner, inner),
            st.builds("{}[*].{}".format, inner, name),
            st.builds("[for x in {} : {} if {}]".format, inner, inner, inner),
            st.builds("{{ for k, x in {} : k => {}... }}".format, inner, inner),
            st.builds("{}({})".format, st.sampled_from(FUNCTIONS), inner),
            st.builds("{}({}, {})".format, st.sampled_from(FUNCTIONS), inner, inner),
            st.builds("{}({}...)".format, st.sampled_from(FUNCTIONS), inner),
            st.builds('"<${{{}}}>"'.format, inner),
        )

    return st.recursive(st.sampled_from(ROOTS), grown, max_leaves=6)


def blocks() -> st.SearchStrategy[str]:
    value, name = expressions(), st.sampled_from(NAMES)
    repeat = st.one_of(st.just(""), st.builds("count = {}\n".format, value), st.builds("for_each = {}\n".format, value))
    type_ = st.sampled_from(TYPES)
    source = st.sampled_from(('"./child"', '"../x"', '"a/b/c"', '"."', "1"))
    dynamic = (
        'dynamic "ingress" {{\nfor_each = {}\niterator = {}\ncontent {{\nfrom_port = {}\ncidr_blocks = {}\n}}\n}}\n'
    )
    group = 'resource "aws_security_group" "{}" {{\n{}' + dynamic + "}}\n"
    return st.one_of(
        st.builds('variable "{}" {{\ntype = {}\ndefault = {}\n}}\n'.format, name, type_, value),
        st.builds('variable "{}" {{\ntype = {}\n}}\n'.format, name, type_),
        st.builds('variable "{0}" {{\nvalidation {{\ncondition = contains({1}, var.{0})\n}}\n}}\n'.format, name, value),
        st.builds("locals {{\n{} = {}\n}}\n".format, name, value),
        st.builds('output "{}" {{\nvalue = {}\n}}\n'.format, name, value),
        st.builds('resource "aws_s3_bucket" "{}" {{\n{}bucket = {}\n}}\n'.format, name, repeat, value),
        st.builds('data "aws_ami" "{}" {{\n{}owners = {}\n}}\n'.format, name, repeat, value),
        st.builds(
            group.format, name, repeat, value, name, value, value
        ),
        st.builds('module "m" {{\nsource = "./child"\n{}given = {}\n}}\n'.format, repeat, value),
        st.builds('module "n" {{\nsource = {}\nfor_each = {}\n}}\n'.format, source, value),
    )  # fmt: skip


CHILD = """
variable "given" {}
output "out" {
  value = var.given
}
resource "aws_sns_topic" "t" {
  name = var.given
}
"""


def mangled() -> st.SearchStrategy[str]:
    """Configurations with a piece cut out or put in somewhere."""
    text = st.lists(blocks(), min_size=1, max_size=5).map("".join)
    piece = st.sampled_from(("", "{", "}", '"', "${", "<<EOT\n", "(", "=", "\x00", "é", "\n"))

    def changed(whole: str, at: int, length: int, put: str) -> str:
        position = at % (len(whole) + 1)
        return whole[:position] + put + whole[position + length :]

    return st.builds(changed, text, st.integers(0, 2000), st.integers(0, 12), piece)


@contextmanager
def configuration(text: str) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        directory = Path(folder)
        (directory / "main.tf").write_text(text, encoding="utf-8")
        if "module" in text:
            (directory / "child").mkdir()
            (directory / "child" / "main.tf").write_text(CHILD, encoding="utf-8")
        yield directory


def judged_to_the_end(directory: Path) -> None:
    """Work out everything there is, as policies and the graph's reader would."""
    outcome = Outcome()
    for graph in graphs([directory], RunOptions(), outcome):
        json.dumps(to_json(graph), default=str)
        judgement = judge(graph, load().policies)
        assert [problem for problem in judgement.problems if problem.kind == "plugin"] == []
        assert len(graph.resources) <= MAX_INSTANCES + 100
    assert [problem.message for problem in outcome.problems if problem.kind == "internal"] == []


@settings(max_examples=120)
@given(st.lists(blocks(), min_size=1, max_size=8).map("".join))
def test_no_configuration_makes_evaluation_fail(text: str) -> None:
    with configuration(text) as directory:
        judged_to_the_end(directory)


@settings(max_examples=80)
@given(mangled())
def test_nor_does_a_broken_one(text: str) -> None:
    with configuration(text) as directory:
        judged_to_the_end(directory)


#: Input variables with the values that they may be given.
VARIABLES: dict[str, tuple[str, tuple[str, ...]]] = {
    "cidrs": ("list(string)", ("[]", '["10.0.0.0/8"]', '["0.0.0.0/0"]', '["10.0.0.0/8", "0.0.0.0/0"]')),
    "cidr": ("string", ("10.0.0.0/8", "0.0.0.0/0", "192.168.0.0/16")),
    "port": ("number", ("22", "443", "3389", "0")),
    "flag": ("bool", ("true", "false")),
    "other": ("bool", ("true", "false")),
    "count": ("number", ("0", "1", "2")),
    "names": ("set(string)", ("[]", '["a"]', '["a", "b"]')),
    "rules": (
        "list(object({ port = number, cidr = string }))",
        (
            "[]",
            '[{ port = 22, cidr = "0.0.0.0/0" }]',
            '[{ port = 443, cidr = "0.0.0.0/0" }, { port = 22, cidr = "10.0.0.0/8" }]',
        ),
    ),
    "type": ("string", ("ingress", "egress")),
    "tenancy": ("string", ("default", "dedicated", "host")),
}  # fmt: skip
PIECES = (Path(__file__).parent / "laws" / "pieces.tf").read_text(encoding="utf-8").split("# ----\n")


def declared() -> str:
    return "".join(f'variable "{name}" {{\n  type = {type_}\n}}\n' for name, (type_, _) in VARIABLES.items())


#: Policies that by design say nothing of what is open, and why.
SILENT = {
    "ENC401": "a secret that is handed in is none that is written down",
    "LOG130": "it counts trails, and nobody knows how many there will be",
    "NET160": "it corrects what is written, and port numbers that are handed in are not",
    "NET504": "a list that is handed in is taken to name somebody",
    "NET506": "as NET504",
}


class Verdicts:
    """What a run says: per policy and resource, what is certain, what is said at all, what is open."""

    def __init__(self, text: str, known: Mapping[str, str]) -> None:
        with configuration(declared() + text) as directory:
            outcome = run([directory], RunOptions(variables=dict(known)))
        assert [problem for problem in outcome.problems if problem.grave] == []
        self.definite = {_key(f) for f in outcome.findings if f.certainty == "definite"}
        self.said = {_key(f) for f in outcome.findings}
        self.open = {(note.policy[:3], bare(note.resource)) for note in outcome.undecided}

    def may_say(self, key: tuple[str, tuple[str, ...]]) -> bool:
        """Whether a finding was there, or it was said that it could not be decided.

        One question of a family stands for all: which ports a rule opens is asked once, and not for each service.
        """
        policy, resources = key
        return key in self.said or any((policy[:3], resource) in self.open for resource in resources)


def _key(finding: Finding) -> tuple[str, tuple[str, ...]]:
    return (finding.policy.id, tuple(dict.fromkeys(map(bare, finding.resources))))


@settings(max_examples=100)
@given(st.data())
def test_knowing_more_turns_no_definite_verdict_around(data: st.DataObject) -> None:
    pieces = data.draw(st.lists(st.sampled_from(PIECES), min_size=1, max_size=3))
    text = "".join(piece.replace("NAME", f"r{number}") for number, piece in enumerate(pieces))
    used = [name for name in VARIABLES if f"var.{name}" in text]
    values = {name: data.draw(st.sampled_from(VARIABLES[name][1]), label=name) for name in used}
    more = set(data.draw(st.lists(st.sampled_from(used), unique=True))) if used else set()
    less = {name for name in more if data.draw(st.booleans())}
    before = Verdicts(text, {name: values[name] for name in sorted(less)})
    after = Verdicts(text, {name: values[name] for name in sorted(more)})
    assert before.definite <= after.definite, before.definite - after.definite
    silent = {key for key in after.said if not before.may_say(key) and key[0] not in SILENT}
    assert silent == set(), f"was neither found nor left open before: {silent}"
