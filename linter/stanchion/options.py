"""What a user asks of a run, by the command line, a configuration or an editor."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from stanchion.configuration.settings import Configuration, Ignored
    from stanchion.evaluation.terraform.modules.variables import Layer
    from stanchion.policy.policy import Profile, Severity


class Keep(enum.Enum):
    """Which resource graphs stay in memory after their unit is judged."""

    NOTHING = "none"
    FIXABLE = "those with a finding that has a fix"
    EVERYTHING = "all"


@dataclass(slots=True, frozen=True)
class RunOptions:
    """What the user asks for.

    `select`, `ignore`, `families`, `services` name policies; `profile` is who wants to hear, `severity` the least to
    judge. `var_files` are variants: each is the files of one environment, and single values among them, later ones
    stronger, and is judged by itself. They, `variables` and `use_environment` (TF_VAR_*, TF_WORKSPACE) give Terraform
    variables values, `parameter_files` CloudFormation parameters. `workspaces` are variants too; without them the
    workspace is open. `exclude` are globs on paths; `settings` are options for policies; `plugins` are modules to load
    beside the installed ones, `policy_files` files of policies in YAML; `root` is the boundary for reading, found from
    the paths when None. With `skip_others`, named files that are no configuration are passed over.

    What is accepted: `suppressions` says whether anything is, `require_reason` that comments and metadata must give a
    reason, `report_unused` makes a problem of every one that nothing needed; `accepted` are the configuration's rules,
    `baseline` a file of `stanchion baseline`, and `since` a git revision, of which only what came after it is left.
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    families: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    profile: Profile | None = None
    severity: Severity | None = None
    var_files: tuple[tuple[Layer, ...], ...] = ()
    workspaces: tuple[str, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict)
    parameter_files: tuple[Path, ...] = ()
    use_environment: bool = False
    exclude: tuple[str, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    plugins: tuple[str, ...] = ()
    policy_files: tuple[Path, ...] = ()
    root: Path | None = None
    suppressions: bool = True
    require_reason: bool = False
    report_unused: bool = False
    skip_others: bool = False
    accepted: Sequence[Ignored] = ()
    baseline: Path | None = None
    since: str | None = None
    keep: Keep = Keep.NOTHING


def options_from(configuration: Configuration, root: Path | None = None) -> RunOptions:
    """All that a configuration says of a run: the command line lays its own over it, an editor takes it as it is."""
    return RunOptions(
        select=configuration.select,
        ignore=configuration.ignore,
        families=configuration.families,
        services=configuration.services,
        profile=configuration.profile,
        severity=configuration.severity,
        var_files=configuration.var_files,
        workspaces=configuration.workspaces,
        parameter_files=configuration.parameters,
        exclude=configuration.exclude,
        settings=configuration.settings,
        plugins=configuration.plugins,
        policy_files=configuration.policies,
        root=root,
        require_reason=configuration.require_reason,
        report_unused=configuration.report_unused,
        accepted=tuple(configuration.ignored),
    )
