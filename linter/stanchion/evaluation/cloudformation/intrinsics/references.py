"""Mentions of other things: Ref, Fn::GetAtt, pseudo parameters, Fn::ImportValue, Fn::GetAZs.

Sources: CloudFormation User Guide, pages "Ref", "Fn::GetAtt", "Pseudo parameters reference", "Fn::ImportValue",
"Fn::GetAZs", "Fn::GetStackOutput".
"""

from __future__ import annotations

from stanchion.evaluation.cloudformation.intrinsics.expression import Evaluation, Scope
from stanchion.evaluation.cloudformation.intrinsics.lifting import derived, lift, relocate, scalar_words
from stanchion.evaluation.cloudformation.stack.parameters import pseudo_choice
from stanchion.evaluation.cloudformation.template.template import literal_text, shape_of
from stanchion.evaluation.conditions import Undecided
from stanchion.evaluation.values import Known, ListValue, MapValue, Reference, Unknown, Value, joined
from stanchion.syntax.document.nodes import Mapping, Node, Sequence
from stanchion.syntax.source import Located

AFTER_DEPLOYMENT = "known only after deployment"


def fn_ref(ev: Evaluation, argument: Node, scope: Scope, origin: Node) -> Value:
    """Ref to a loop variable, a pseudo parameter, a parameter or a resource."""
    name = _name(ev, "Ref", argument, scope)
    if isinstance(name, str):
        return ref(ev, name, scope, origin)
    return name


def _name(ev: Evaluation, function: str, node: Node, scope: Scope) -> str | Value:
    """A logical name, which in a loop may be put together; the value itself where that is undecided."""
    text = literal_text(node)
    if text is not None and not (scope.names and "{" in text):
        return text
    from stanchion.evaluation.cloudformation.intrinsics.strings import rendered

    value = ev.value(node, scope)
    if isinstance(value, Known) and value.value is not None:
        return scalar_words(value.value)
    name = rendered([value])
    if name is not None and name in ev.sites:
        return name
    if isinstance(value, Unknown):
        return derived(value, f"{function} of", node, None)
    return ev.broken(f"expected {function} to have a name, found {shape_of(node)}", node)


def ref(ev: Evaluation, name: str, scope: Scope, origin: Located) -> Value:
    """The value of Ref name."""
    value = scope.names.get(name)
    if value is None:
        value = ev.names.get(name)
    if value is not None:
        return relocate(value, origin)
    if name.startswith("AWS::"):
        return pseudo(ev, name, origin)
    if name in ev.sites or (ev.generators and name.startswith(ev.generators)):
        return after_deployment(ev, name, "Ref", origin)
    return _undeclared(ev, f"{name!r} is neither a parameter nor a resource of this template", name, origin)


def _undeclared(ev: Evaluation, message: str, name: str, origin: Located) -> Unknown:
    """The unknown for what is not declared; it has a name, so that two mentions are known to be the same."""
    ev.problem(f"{message}; its value is taken as unknown", origin)
    return ev.undecided(message, origin, ev.where.prefix + name)


def after_deployment(ev: Evaluation, name: str, attribute: str, origin: Located) -> Unknown:
    """What a resource returns, which only its deployment tells."""
    address = ev.where.prefix + name
    variable = Undecided(address if attribute == "Ref" else f"{address}.{attribute}")
    kind = "string" if attribute == "Ref" else None
    return Unknown(AFTER_DEPLOYMENT, origin, (Reference(address, attribute),), variable=variable, type=kind)


def fn_get_att(ev: Evaluation, argument: Node, scope: Scope, origin: Node) -> Value:
    """Fn::GetAtt as `Id.Attribute` or as [Id, Attribute]."""
    if isinstance(argument, Sequence) and argument.tag is None:
        if len(argument.items) < 2:
            return ev.broken("expected Fn::GetAtt to have a logical id and an attribute", argument)
        names: list[str] = []
        for item in argument.items:
            name = _name(ev, "Fn::GetAtt", item, scope)
            if not isinstance(name, str):
                return _undecided_attribute(ev, name, names, origin)
            names.append(name)
        return get_att(ev, names[0], ".".join(names[1:]), origin)
    name = _name(ev, "Fn::GetAtt", argument, scope)
    if not isinstance(name, str):
        return name
    target, dot, attribute = name.partition(".")
    if not dot:
        return ev.broken(f"expected Fn::GetAtt to have a logical id, a dot and an attribute, found {name!r}", argument)
    return get_att(ev, target, attribute, origin)


def _undecided_attribute(ev: Evaluation, value: Value, names: list[str], origin: Located) -> Value:
    """GetAtt whose attribute is a parameter: unknown, but of that resource."""
    result = value if isinstance(value, Unknown) else Unknown("its attribute is not decided", origin)
    if names and names[0] in ev.sites:
        mention = Reference(ev.where.prefix + names[0], "")
        return Unknown(result.reason, origin, (*result.references, mention), variable=result.variable)
    return result


def get_att(ev: Evaluation, target: str, attribute: str, origin: Located) -> Value:
    """The value of an attribute of a resource, or of an output of a nested stack that is at hand."""
    if target not in ev.sites and not (ev.generators and target.startswith(ev.generators)):
        return _undeclared(ev, f"{target!r} is not a resource of this template", f"{target}.{attribute}", origin)
    if attribute.startswith("Outputs.") and target in ev.sites:
        from stanchion.evaluation.cloudformation.stack.nested import child_output

        output = child_output(ev, target, attribute.removeprefix("Outputs."), origin)
        if output is not None:
            return relocate(output, origin)
    return after_deployment(ev, target, attribute, origin)


# --- pseudo parameters ----------------------------------------------------------------------------------------------

_PSEUDO = {
    "AWS::AccountId": ("the account is that of the deployment", "string"),
    "AWS::NotificationARNs": ("they are given at deployment", "list"),
    "AWS::Partition": ("the partition is that of the deployment", "string"),
    "AWS::Region": ("the region is that of the deployment", "string"),
    "AWS::StackId": (AFTER_DEPLOYMENT, "string"),
    "AWS::StackName": ("the name is given at deployment", "string"),
    "AWS::URLSuffix": ("the partition is that of the deployment", "string"),
}
#: Those that a nested stack has of its own.
_OF_THE_STACK = ("AWS::StackId", "AWS::StackName")


def pseudo(ev: Evaluation, name: str, origin: Located) -> Value:
    """The value of a pseudo parameter; remembered, since each is the same everywhere in a template."""
    if name == "AWS::NoValue":
        return Known(None, origin)
    if name not in _PSEUDO:
        return ev.broken(f"{name} is not one of the pseudo parameters", origin)
    parent = ev.where.parent
    if parent is not None and name not in _OF_THE_STACK:
        value = ref(parent, name, Scope(), origin)
    else:
        value = _of_region(ev, name, origin)
    ev.names[name] = value
    return relocate(value, origin)


def _of_region(ev: Evaluation, name: str, origin: Located) -> Value:
    region = ev.options.region
    if region is not None:
        partition = "aws-cn" if region.startswith("cn-") else "aws-us-gov" if region.startswith("us-gov-") else "aws"
        suffix = "amazonaws.com.cn" if partition == "aws-cn" else "amazonaws.com"
        known = {"AWS::Region": region, "AWS::Partition": partition, "AWS::URLSuffix": suffix}.get(name)
        if known is not None and not region.startswith(("us-iso", "eu-iso")):
            return Known(known)
        if name == "AWS::Region":
            return Known(region)
    reason, kind = _PSEUDO[name]
    variable = name if name not in _OF_THE_STACK else ev.where.prefix + name
    value = ev.undecided(reason, origin, variable, kind=kind)
    return pseudo_choice(name, value, ev.comparisons)


# --- other stacks, zones --------------------------------------------------------------------------------------------


def fn_import_value(ev: Evaluation, argument: Node, scope: Scope, origin: Node) -> Value:
    """Fn::ImportValue: what another stack exports."""

    def imported(row: list[Value]) -> Value:
        name = row[0]
        text = scalar_words(name.value) if isinstance(name, Known) else None
        if isinstance(name, Unknown) and name.variable is not None:
            text = name.variable.name
        if isinstance(name, ListValue | MapValue):
            return ev.broken("expected Fn::ImportValue to have a name", origin)
        variable = f"Fn::ImportValue {text}" if text is not None else None
        return ev.undecided("exported by another stack", origin, variable, references=name.references)

    return lift([ev.value(argument, scope)], imported, origin)


def fn_get_stack_output(ev: Evaluation, argument: Node, scope: Scope, origin: Node) -> Value:
    """Fn::GetStackOutput {StackName, OutputName, Region, RoleArn}: an output of any other stack, read at deployment."""
    names: list[Value] = []
    for key in ("StackName", "OutputName", "Region"):
        node = argument.get(key) if isinstance(argument, Mapping) else None
        if node is not None:
            names.append(ev.value(node, scope))
        elif key != "Region":
            return ev.broken(f"expected Fn::GetStackOutput to have a {key}", origin)

    def output(row: list[Value]) -> Value:
        words = [_words_of(item) for item in row]
        variable = "Fn::GetStackOutput " + ".".join(words) if all(words) else None
        references = joined(item.references for item in row)
        return ev.undecided("an output of another stack", origin, variable, references=references)

    return lift(names, output, origin)


def _words_of(value: Value) -> str:
    if isinstance(value, Known):
        return scalar_words(value.value)
    return value.variable.name if isinstance(value, Unknown) and value.variable is not None else ""


def fn_get_azs(ev: Evaluation, argument: Node, scope: Scope, origin: Node) -> Value:
    """Fn::GetAZs: the zones of a region, which differ from account to account."""

    def zones(row: list[Value]) -> Value:
        region = row[0]
        name = ""
        if isinstance(region, Known):
            name = scalar_words(region.value)
        elif isinstance(region, Unknown) and region.variable is not None:
            name = region.variable.name
        label = f"Fn::GetAZs {name or 'AWS::Region'}"
        return ev.undecided("the zones are those of the account", origin, label, kind="list")

    return lift([ev.value(argument, scope)], zones, origin)
