"""`stanchion graph`: the resource graph of what the paths mean."""

from __future__ import annotations

from collections.abc import Sequence

from stanchion.cli.arguments import Parser, UsageError, add_inputs, add_paths, paths_of
from stanchion.cli.main import CLEAN, UNREAD, USAGE
from stanchion.cli.output import complain, write
from stanchion.graph.resource import OUTPUT, PARAMETER, Graph


def run(arguments: Sequence[str]) -> int:
    """Run the command; gives the exit code."""
    made = Parser("graph", "Show the resource graph.")
    add_paths(made)
    made.add_argument("--format", choices=("mermaid", "dot", "json"), default="mermaid")
    add_inputs(made)
    made.set_defaults(select="", ignore="", family="", service="", profile=None, severity=None, plugin=[], policies=[])
    given = made.parse_args(arguments)
    from stanchion.cli.arguments import configured, options_of
    from stanchion.configuration.settings import ConfigurationError
    from stanchion.graphs import graphs
    from stanchion.outcome import Outcome, distinct
    from stanchion.secrets.redact import redact

    outcome = Outcome()
    try:
        paths = paths_of(given)
        options = options_of(given, configured(paths, given))
        if len(options.var_files) > 1:
            raise UsageError("a graph shows one environment: expected --var-file once (FILE,FILE for layers)")
        if len(options.workspaces) > 1:
            raise UsageError("a graph shows one environment: expected --workspace once")
        found = list(graphs(paths, options, outcome))
    except (ConfigurationError, UsageError) as error:
        complain(str(error))
        return USAGE
    write(_rendered(found, given.format))
    unread = distinct([problem for problem in outcome.problems if problem.grave])
    for problem in unread:
        place = problem.place
        where = f"{place.source.path}:{place.source.position(place.start).line}: " if place is not None else ""
        complain(f"{where}{redact(problem.message)}")
    return UNREAD if unread else CLEAN


def _rendered(graphs: list[Graph], format_: str) -> str:
    from stanchion.graph import render

    if format_ == "json":
        from stanchion.reporting.json import dumped
        from stanchion.secrets.redact import values_of_secrets, without_secrets

        documents = [render.to_json(graph) for graph in graphs]
        resources = [resource for document in documents for resource in document["resources"]]
        known = values_of_secrets(
            (resource["address"].rpartition(".")[2], resource["properties"].get(name))
            for resource in resources
            if resource["type"] in (PARAMETER, OUTPUT)
            for name in ("Default", "Value")
        )
        return dumped(
            {
                "resources": [without_secrets(resource, known=known) for resource in resources],
                "edges": [edge for document in documents for edge in document["edges"]],
            }
        )
    if format_ == "mermaid":
        return render.to_mermaid(*graphs)
    return "\n".join(render.to_dot(graph).rstrip("\n") + "\n" for graph in graphs)
