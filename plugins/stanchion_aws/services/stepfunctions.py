"""Step Functions: logged and traced."""

from stanchion.api import AUDIT, LOW, SAFE, STRICT, none_of, resource

# fmt: off
MACHINES = resource(
    "AWS::StepFunctions::StateMachine", name="state machine", guide="AWS Step Functions Developer Guide"
)

MACHINES.must(
    "LOG491", "LoggingConfiguration.Level", none_of("OFF"), LOW, "logs no executions",
    "What an execution did, and with what, cannot be found out afterwards.",
    page="Using CloudWatch Logs to log execution history in Step Functions", profile=STRICT,
)
MACHINES.must(
    "LOG492", "TracingConfiguration.Enabled", True, LOW, "is not traced with X-Ray",
    "Without traces nobody sees which call failed or took its time.",
    page="Trace Step Functions request data in AWS X-Ray", fix=SAFE, profile=AUDIT,
)
# fmt: on
