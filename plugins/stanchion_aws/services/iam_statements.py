"""IAM identity policies: statements that allow more than anybody can have meant.

IAM User Guide, "Grant least privilege", "IAM JSON policy elements: NotAction" and "NotResource". A document that a data
source makes is judged where it is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from stanchion.policy.policy import Profile, Severity, policy
from stanchion.worlds.decided import Decided
from stanchion.worlds.fault import Fault
from stanchion.worlds.view import DecidedResource, GraphView
from stanchion_aws.analysis.documents import DOCUMENT, documents

HOLDERS = (
    *("AWS::IAM::ManagedPolicy", "AWS::IAM::Policy", "AWS::IAM::Role", "AWS::IAM::User", "AWS::IAM::Group"),
    *("AWS::IAM::RolePolicy", "AWS::IAM::UserPolicy", "AWS::IAM::GroupPolicy"),
    *("AWS::SSO::PermissionSet", "aws_ssoadmin_permission_set_inline_policy", DOCUMENT),
)
DOCS = "IAM User Guide: Grant least privilege"
LEAST = "Name the actions that are used in Action and what they are used on in Resource."


@policy(
    "IAM511",
    "Policy allows everything",
    types=HOLDERS,
    severity=Severity.HIGH,
    why="Whoever gets hold of this identity has the whole account, and no mistake is held back.",
    mend=LEAST,
    docs=DOCS,
)
def every_action_on_everything(holder: DecidedResource, graph: GraphView) -> Iterable[Fault]:
    """Allow, every action, every resource."""
    for statement in _allowing(holder):
        action = _first(statement["Action"], _everything)
        if action is not None and _first(statement["Resource"], _everything) is not None:
            yield holder.finding(f"{holder.address} allows every action on every resource", at=action)


@policy(
    "IAM512",
    "Policy allows every action",
    types=HOLDERS,
    yields_to=("IAM511",),
    severity=Severity.MEDIUM,
    profile=Profile.STRICT,
    why="Actions that AWS adds later, and those that change who may use the resource, are allowed too.",
    mend=LEAST,
    docs=DOCS,
)
def every_action(holder: DecidedResource, graph: GraphView) -> Iterable[Fault]:
    """Allow, every action, whatever the resource."""
    for statement in _allowing(holder):
        action = _first(statement["Action"], _everything)
        if action is not None:
            yield holder.finding(f"{holder.address} allows every action", at=action)


@policy(
    "IAM513",
    "Policy allows all actions but some",
    types=HOLDERS,
    severity=Severity.MEDIUM,
    profile=Profile.STRICT,
    why="All that is not named is allowed, in services of which nobody thought.",
    mend="List what is allowed in Action; to take something away, add a statement with Effect Deny.",
    docs="IAM User Guide: IAM JSON policy elements: NotAction",
)
def all_but_some_actions(holder: DecidedResource, graph: GraphView) -> Iterable[Fault]:
    """Allow with NotAction."""
    for statement in _allowing(holder):
        if _given(statement["NotAction"]):
            yield holder.finding(
                f"{holder.address} allows all actions but those in NotAction", at=statement["NotAction"]
            )


@policy(
    "IAM514",
    "Policy allows its actions on all resources but some",
    types=HOLDERS,
    severity=Severity.MEDIUM,
    profile=Profile.STRICT,
    why="All that is not named is open, resources made later included.",
    mend="List the resources in Resource; to take some away, add a statement with Effect Deny.",
    docs="IAM User Guide: IAM JSON policy elements: NotResource",
)
def all_but_some_resources(holder: DecidedResource, graph: GraphView) -> Iterable[Fault]:
    """Allow with NotResource."""
    for statement in _allowing(holder):
        value = statement["NotResource"]
        if _given(value):
            yield holder.finding(
                f"{holder.address} allows its actions on all resources but those in NotResource", at=value
            )


@policy(
    "IAM515",
    "Policy allows everything in IAM",
    types=HOLDERS,
    yields_to=("IAM511",),
    severity=Severity.HIGH,
    why="Whoever may do everything in IAM can give every other right to any identity.",
    mend=LEAST,
    docs=DOCS,
)
def all_of_iam(holder: DecidedResource, graph: GraphView) -> Iterable[Fault]:
    """Allow, every action of IAM, every resource."""
    for statement in _allowing(holder):
        action = _first(statement["Action"], lambda text: text.lower() == "iam:*" or _everything(text))
        if action is not None and _first(statement["Resource"], _everything) is not None:
            yield holder.finding(f"{holder.address} allows every action of IAM on every resource", at=action)


@policy(
    "IAM516",
    "Policy allows its actions on every resource",
    types=HOLDERS,
    yields_to=("IAM511", "IAM515"),
    severity=Severity.LOW,
    profile=Profile.AUDIT,
    why="What is meant for one resource works on all of them, those of other teams included.",
    mend=LEAST,
    docs=DOCS,
)
def every_resource(holder: DecidedResource, graph: GraphView) -> Iterable[Fault]:
    """Allow, whatever the action, every resource."""
    for statement in _allowing(holder):
        value = _first(statement["Resource"], _everything)
        if value is not None:
            yield holder.finding(f"{holder.address} allows its actions on every resource", at=value)


def _allowing(holder: DecidedResource) -> Iterator[Decided]:
    """The statements that allow, each once; those of an identity that is in the code are judged there."""
    if _with_its_identity(holder):
        return
    seen: set[tuple[str, int, int]] = set()
    for document in documents(holder):
        statements = document["Statement"]
        for statement in () if statements.unknown else statements:
            if statement.unknown:
                continue
            effect, place = statement["Effect"], statement.place
            key = (place.source.path, place.start, place.end)
            own = key not in seen and not _given(statement["Principal"]) and not _given(statement["NotPrincipal"])
            if own and not effect.unknown and effect.text == "Allow":
                yield statement
            seen.add(key)


#: What an inline policy that stands for itself says of its identities.
_INLINE = {
    "AWS::IAM::RolePolicy": ("RoleName",),
    "AWS::IAM::UserPolicy": ("UserName",),
    "AWS::IAM::GroupPolicy": ("GroupName",),
    "AWS::IAM::Policy": ("Roles", "Users", "Groups"),
}


def _with_its_identity(holder: DecidedResource) -> bool:
    return any(
        holder.graph.named_by(value)
        for name in _INLINE.get(holder.type, ())
        for value in ((holder[name],) if holder[name].unknown else holder[name])
    )


def _everything(text: str) -> bool:
    return text in ("*", "*:*")


def _given(value: Decided) -> bool:
    return value.unknown or value.present


def _first(value: Decided, asked: Callable[[str], bool]) -> Decided | None:
    """The first known element that is asked for."""
    for element in () if value.unknown else value:
        if not element.unknown and asked(element.text):
            return element
    return None
