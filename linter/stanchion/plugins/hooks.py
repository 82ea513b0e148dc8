"""The hooks that a plugin may implement (pluggy, project name "stanchion").

A third-party distribution declares an entry point in the group "stanchion" that names a module or object with
functions marked `@hookimpl`. The built-in policies are registered the same way.
"""

from __future__ import annotations

from collections.abc import Iterable

import pluggy

from stanchion.policy.policy import Policy

PROJECT = "stanchion"
hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec
def stanchion_policies() -> Iterable[Policy]:  # type: ignore[empty-body]
    """The policies that this plugin brings."""
