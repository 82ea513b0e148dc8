"""SageMaker: notebooks that are kept from the internet, keys of one's own."""

from stanchion.api import LOW, MEDIUM, PRESENT, STRICT, resource

# fmt: off
NOTEBOOKS = resource(
    "AWS::SageMaker::NotebookInstance", name="SageMaker notebook instance", guide="Amazon SageMaker AI Developer Guide"
)

NOTEBOOKS.must(
    "NET451", "DirectInternetAccess", "Disabled", MEDIUM, "has direct access to the internet",
    "Whoever works in it, or breaks into it, can copy the data out past everything in the VPC.",
    page="Connect a notebook instance in a VPC to external resources", profile=STRICT,
)
NOTEBOOKS.must(
    "IAM451", "RootAccess", "Disabled", LOW, "lets its users be root",
    "A notebook that somebody shares then has all rights on the instance.",
    page="Control root access to a SageMaker notebook instance", profile=STRICT,
)
NOTEBOOKS.must(
    "ENC451", "KmsKeyId", PRESENT, LOW, "is not encrypted with a customer managed key",
    "With a key of your own you decide who may decrypt, see each use in CloudTrail and can cut off access.",
    page="Protect data at rest using encryption", profile=STRICT,
)
NOTEBOOKS.must(
    "NET452", "SubnetId", PRESENT, LOW, "does not run in a VPC of yours",
    "No group, no ACL and no flow log of yours sees what it connects to.",
    page="Connect a notebook instance in a VPC to external resources", profile=STRICT,
)
# fmt: on
