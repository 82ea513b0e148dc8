"""ECS clusters: watched by Container Insights."""

from stanchion.api import AUDIT, LOW, PRESENT, one_of, resource

# fmt: off
INSIGHTS = resource("AWS::ECS::Cluster", name="ECS cluster", guide="Amazon ECS Developer Guide")

INSIGHTS.must(
    "LOG421", "ClusterSettings[].Value", one_of("enabled", "enhanced"), LOW, "has Container Insights off",
    "Nobody sees which task fails or takes its memory.",
    page="Monitor Amazon ECS containers using Container Insights",
    when={"ClusterSettings[].Name": "containerInsights"},
    profile=AUDIT,
)
INSIGHTS.must(
    "LOG422", "ClusterSettings", PRESENT, LOW, "does not switch Container Insights on",
    "Nobody sees which task fails or takes its memory.",
    page="Monitor Amazon ECS containers using Container Insights", profile=AUDIT,
)
# fmt: on
