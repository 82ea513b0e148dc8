"""RDS Performance Insights: on, and under a key of one's own."""

from stanchion.api import AUDIT, LOW, PRESENT, SAFE, STRICT, resource

# fmt: off
DBS = resource("AWS::RDS::DBInstance", name="RDS instance", guide="Amazon RDS User Guide")

DBS.must(
    "LOG704", "EnablePerformanceInsights", True, LOW, "has no Performance Insights",
    "Nobody sees which statement takes its time, or who reads a whole table.",
    page="Monitoring DB load with Performance Insights", fix=SAFE, profile=AUDIT,
)
DBS.must(
    "ENC703", "PerformanceInsightsKMSKeyId", PRESENT, LOW,
    "keeps its Performance Insights without a customer managed key",
    "With a key of your own you decide who may decrypt, see each use in CloudTrail and can cut off access.",
    page="Performance Insights policy: KMS keys", when={"EnablePerformanceInsights": True}, profile=STRICT,
)
# fmt: on
