"""CloudWatch alarms: on."""

from stanchion.api import LOW, SAFE, STRICT, none_of, resource

# fmt: off
ALARMS = resource("AWS::CloudWatch::Alarm", name="alarm", guide="Amazon CloudWatch User Guide")

ALARMS.must(
    "LOG143", "ActionsEnabled", none_of(False), LOW, "does nothing when it goes off",
    "Nobody hears of what it watches.",
    page="Using Amazon CloudWatch alarms", fix=SAFE, profile=STRICT,
)
# fmt: on
