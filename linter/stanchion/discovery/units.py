"""The units of a run: what is judged as one whole."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple


class TerraformRoot(NamedTuple):
    """A directory of Terraform or OpenTofu files that nobody in the run calls as a module.

    `files` in the order of their names; `overrides` are merged over them afterwards; `var_files` are the ones that
    Terraform reads by itself, in its order of precedence, weakest first.
    """

    directory: Path
    files: tuple[Path, ...]
    overrides: tuple[Path, ...]
    var_files: tuple[Path, ...]


class Template(NamedTuple):
    """A CloudFormation or SAM template."""

    path: Path


class PlanFile(NamedTuple):
    """The output of `terraform show -json` for a plan."""

    path: Path


class CdkAssembly(NamedTuple):
    """A `cdk.out` directory with its manifest."""

    directory: Path


Unit = TerraformRoot | Template | PlanFile | CdkAssembly

_ENDINGS = (".tf", ".tf.json", ".tofu", ".tofu.json")


def is_terraform(name: str) -> bool:
    """Whether Terraform or OpenTofu reads a file of this name as configuration."""
    return name.endswith(_ENDINGS) and not name.startswith((".", "#")) and not name.endswith("~")


def terraform_files(directory: Path, names: list[str]) -> TerraformRoot:
    """A directory's configuration and variable files out of all its names.

    OpenTofu's rule holds: `x.tofu` stands in the place of `x.tf` (OpenTofu, "Files and Directories"). Terraform's rule
    for overrides: files named override.tf or ending in _override.tf ("Override Files"); for variable files:
    terraform.tfvars, terraform.tfvars.json, then *.auto.tfvars and *.auto.tfvars.json in lexical order
    ("Variable Definition Precedence").
    """
    present = set(names)
    configuration = sorted(name for name in names if is_terraform(name) and _not_replaced(name, present))
    overrides = [name for name in configuration if _is_override(name)]
    plain = [name for name in configuration if name not in set(overrides)]
    variables: list[str] = [name for name in ("terraform.tfvars", "terraform.tfvars.json") if name in present]
    variables += sorted(name for name in names if name.endswith((".auto.tfvars", ".auto.tfvars.json")))
    return TerraformRoot(
        directory,
        tuple(directory / name for name in plain),
        tuple(directory / name for name in overrides),
        tuple(directory / name for name in variables),
    )


def _not_replaced(name: str, present: set[str]) -> bool:
    for ending, replacement in ((".tf.json", ".tofu.json"), (".tf", ".tofu")):
        if name.endswith(ending):
            return name.removesuffix(ending) + replacement not in present
    return True


def _is_override(name: str) -> bool:
    stem = name.removesuffix(".json").rpartition(".")[0]
    return stem == "override" or stem.endswith("_override")
