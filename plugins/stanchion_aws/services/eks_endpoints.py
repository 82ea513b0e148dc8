"""EKS clusters: an API server that is kept from the internet, and logged."""

from stanchion.api import HIGH, LOW, MEDIUM, PRESENT, STRICT, none_of, resource

# fmt: off
CONTROL = resource("AWS::EKS::Cluster", name="EKS cluster", guide="Amazon EKS User Guide")

CONTROL.must(
    "NET461", "ResourcesVpcConfig.EndpointPublicAccess", False, MEDIUM, "has an API server on the internet",
    "One stolen token, or one hole in the API server, is enough to run the cluster from anywhere.",
    page="Cluster API server endpoint", profile=STRICT,
)
CONTROL.must(
    "NET462", "ResourcesVpcConfig.PublicAccessCidrs[]", none_of("0.0.0.0/0"), HIGH,
    "has an API server that everybody on the internet may call",
    "One stolen token, or one hole in the API server, is enough to run the cluster from anywhere.",
    page="Cluster API server endpoint", when={"ResourcesVpcConfig.EndpointPublicAccess": none_of(False)},
)
CONTROL.must(
    "LOG462", "Logging.ClusterLogging.EnabledTypes", PRESENT, LOW, "logs nothing of its control plane",
    "Who did what in the cluster cannot be found out afterwards.",
    page="Send control plane logs to CloudWatch Logs", profile=STRICT,
)
# fmt: on
