"""API Gateway: logged, traced, authorised."""

from stanchion.api import AUDIT, INFO, LOW, MEDIUM, PRESENT, SAFE, STRICT, none_of, resource

# fmt: off
STAGES = resource("AWS::ApiGateway::Stage", name="API Gateway stage", guide="Amazon API Gateway Developer Guide")
V2STAGES = resource("AWS::ApiGatewayV2::Stage", name="API Gateway stage", guide="Amazon API Gateway Developer Guide")
METHODS = resource("AWS::ApiGateway::Method", name="API Gateway method", guide="Amazon API Gateway Developer Guide")

STAGES.must(
    "LOG481", "AccessLogSetting.DestinationArn", PRESENT, LOW, "logs no requests",
    "An attack on the API leaves no trace.",
    page="Set up logging for REST APIs in API Gateway", profile=STRICT,
)
V2STAGES.must(
    "LOG482", "AccessLogSettings.DestinationArn", PRESENT, LOW, "logs no requests",
    "An attack on the API leaves no trace.",
    page="Configure logging for HTTP APIs in API Gateway", profile=STRICT,
)
STAGES.must(
    "LOG483", "TracingEnabled", True, LOW, "is not traced with X-Ray",
    "Without traces nobody sees which call failed or took its time.",
    page="Trace user requests to REST APIs using X-Ray", fix=SAFE, profile=AUDIT,
)
STAGES.must(
    "DDS481", "CacheClusterEnabled", True, INFO, "caches no answers",
    "Each request is an invocation that the backend pays for.",
    page="Cache settings for REST APIs in API Gateway", fix=SAFE, profile=AUDIT,
)
STAGES.must(
    "TLS481", "ClientCertificateId", PRESENT, LOW, "calls its backend without a client certificate",
    "The backend cannot tell API Gateway from anybody else who finds its address.",
    page="Generate and configure an SSL certificate for backend authentication", profile=AUDIT,
)
METHODS.must(
    "IAM481", "AuthorizationType", none_of("NONE"), MEDIUM, "can be called by everybody",
    "Whoever finds the address uses what is behind it, and the account pays.",
    page="Control and manage access to REST APIs in API Gateway",
    when={"HttpMethod": none_of("OPTIONS"), "ApiKeyRequired": none_of(True)},
    profile=STRICT,
)
METHODS.must(
    "IAM482", "AuthorizationType", none_of("NONE"), LOW, "names no authorization",
    "An API key tells who is counted, and not who may call.",
    page="Control and manage access to REST APIs in API Gateway",
    when={"HttpMethod": none_of("OPTIONS")},
    profile=AUDIT,
)
# fmt: on
