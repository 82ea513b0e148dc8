"""GuardDuty detectors: on."""

from stanchion.api import MEDIUM, none_of, resource

# fmt: off
DETECTORS = resource("AWS::GuardDuty::Detector", name="GuardDuty detector", guide="Amazon GuardDuty User Guide")

DETECTORS.must(
    "GOV491", "Enable", none_of(False), MEDIUM, "is suspended",
    "What it would notice, stolen keys and mined coins among it, goes unnoticed.",
    page="Suspending or disabling GuardDuty",
)
# fmt: on
