"""Lambda functions: traced, limited, and with failures that are not lost."""

from stanchion.api import AUDIT, LOW, PRESENT, STRICT, at_least, none_of, resource

# fmt: off
FUNCTIONS = resource("AWS::Lambda::Function", name="Lambda function", guide="AWS Lambda Developer Guide")

FUNCTIONS.must(
    "LOG411", "TracingConfig.Mode", "Active", LOW, "is not traced with X-Ray",
    "Without traces nobody sees which call failed or took its time.",
    page="Visualize Lambda function invocations using AWS X-Ray", profile=AUDIT,
)
FUNCTIONS.must(
    "BAK411", "DeadLetterConfig.TargetArn", PRESENT, LOW, "has no dead-letter queue",
    "Events that fail three times are gone, and nobody hears of it.",
    page="Adding a dead-letter queue", profile=AUDIT,
)
FUNCTIONS.must(
    "DDS411", "ReservedConcurrentExecutions", at_least(0), LOW, "has no limit of its own on how many run at once",
    "A flood of events uses up what all functions of the account share, and costs accordingly.",
    page="Configuring reserved concurrency for a function", profile=AUDIT,
)
FUNCTIONS.must(
    "NET411", "VpcConfig.SubnetIds", PRESENT, LOW, "does not run in a VPC",
    "Outside a VPC no group, no ACL and no flow log sees what it connects to.",
    page="Giving Lambda functions access to resources in an Amazon VPC", profile=AUDIT,
)
FUNCTIONS.must(
    "SYS411", "CodeSigningConfigArn", PRESENT, LOW, "runs code whose signature nobody checks",
    "Whoever may update the function may run any code with its role.",
    page="Using code signing to verify code integrity with Lambda",
    when={"PackageType": none_of("Image")},
    profile=AUDIT,
)
FUNCTIONS.must(
    "ENC411", "KmsKeyArn", PRESENT, LOW, "encrypts its environment variables without a customer managed key",
    "With a key of your own you decide who may decrypt, see each use in CloudTrail and can cut off access.",
    page="Securing Lambda environment variables", when={"Environment.Variables": PRESENT}, profile=STRICT,
)
# fmt: on
