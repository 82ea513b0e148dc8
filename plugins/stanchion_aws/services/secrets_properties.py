"""Properties that take a secret: how does the template come by it?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from stanchion.analysis.secrets import SAFE, Means, means_of
from stanchion.policy.policy import Policy, Profile, Severity
from stanchion.worlds.decided import Decided
from stanchion.worlds.fault import Fault
from stanchion.worlds.view import DecidedResource, GraphView

DYNAMIC_REFERENCES = (
    "AWS CloudFormation User Guide: Get values stored in other services using dynamic references; "
    "Terraform: Manage sensitive data in your configuration"
)


class SecretProperty(NamedTuple):
    """A property of a type that takes a secret. `[]` in the path stands for every element of a list.

    `required`: AWS takes the structure around it only with the secret. `unless`: AWS takes the resource without it
    only when one of these properties is set; empty where it may simply be left out.
    """

    type: str
    path: str
    required: bool = False
    unless: tuple[str, ...] = ()


#: What makes a database do without a log-in of its own: it is a copy, or AWS keeps the password.
_COPIES = (
    "ManageMasterUserPassword",
    "DBSnapshotIdentifier",
    "SnapshotIdentifier",
    "SourceDBInstanceIdentifier",
    "SourceDBClusterIdentifier",
    "DBClusterIdentifier",
    "GlobalClusterIdentifier",
    "ReplicationSourceIdentifier",
    "MasterUserSecret",
    "RestoreType",
)


PASSWORDS = (
    SecretProperty("AWS::RDS::DBInstance", "MasterUserPassword", unless=_COPIES),
    SecretProperty("AWS::RDS::DBInstance", "TdeCredentialPassword"),
    SecretProperty("AWS::RDS::DBCluster", "MasterUserPassword", unless=_COPIES),
    SecretProperty("AWS::DocDB::DBCluster", "MasterUserPassword"),
    SecretProperty("AWS::DocDBElastic::Cluster", "AdminUserPassword"),
    SecretProperty("AWS::Redshift::Cluster", "MasterUserPassword", unless=_COPIES),
    SecretProperty("AWS::RedshiftServerless::Namespace", "AdminUserPassword"),
    SecretProperty("AWS::Lightsail::Database", "MasterUserPassword", required=True),
    SecretProperty("AWS::DMS::Endpoint", "Password"),
    SecretProperty("AWS::DMS::Endpoint", "MongoDbSettings.Password"),
    SecretProperty("AWS::DMS::Endpoint", "RedisSettings.AuthPassword"),
    SecretProperty("AWS::DirectoryService::SimpleAD", "Password"),
    SecretProperty("AWS::DirectoryService::MicrosoftAD", "Password", required=True),
    SecretProperty("AWS::AmazonMQ::Broker", "Users[].Password", required=True),
    SecretProperty("AWS::IAM::User", "LoginProfile.Password", required=True),
    SecretProperty("AWS::IAM::ServerCertificate", "PrivateKey"),
    SecretProperty("AWS::ElastiCache::ReplicationGroup", "AuthToken"),
    SecretProperty("AWS::ElastiCache::User", "Passwords[]"),
    SecretProperty("AWS::MemoryDB::User", "AuthenticationMode.Passwords[]"),
    SecretProperty("AWS::OpenSearchService::Domain", "AdvancedSecurityOptions.MasterUserOptions.MasterUserPassword"),
    SecretProperty("AWS::Elasticsearch::Domain", "AdvancedSecurityOptions.MasterUserOptions.MasterUserPassword"),
    SecretProperty("AWS::KinesisFirehose::DeliveryStream", "RedshiftDestinationConfiguration.Password", required=True),
    SecretProperty("AWS::KinesisFirehose::DeliveryStream", "SplunkDestinationConfiguration.HECToken", required=True),
    SecretProperty("AWS::KinesisFirehose::DeliveryStream", "HttpEndpointDestinationConfiguration.AccessKey"),
    SecretProperty("AWS::CodePipeline::Webhook", "AuthenticationConfiguration.SecretToken"),
    SecretProperty("AWS::CodeBuild::SourceCredential", "Token", required=True),
    SecretProperty("AWS::Lambda::Permission", "EventSourceToken"),
    SecretProperty("AWS::Amplify::App", "AccessToken"),
    SecretProperty("AWS::Amplify::App", "OauthToken"),
    SecretProperty("AWS::Amplify::App", "BasicAuthConfig.Password"),
    SecretProperty("AWS::Amplify::Branch", "BasicAuthConfig.Password"),
    SecretProperty("AWS::AppStream::DirectoryConfig", "ServiceAccountCredentials.AccountPassword"),
    SecretProperty("AWS::EMR::Cluster", "KerberosAttributes.ADDomainJoinPassword"),
    SecretProperty("AWS::EMR::Cluster", "KerberosAttributes.CrossRealmTrustPrincipalPassword"),
    SecretProperty("AWS::EMR::Cluster", "KerberosAttributes.KdcAdminPassword"),
    SecretProperty("AWS::OpsWorks::Stack", "RdsDbInstances[].DbPassword"),
    SecretProperty("AWS::OpsWorks::Stack", "CustomCookbooksSource.Password"),
    SecretProperty("AWS::OpsWorks::App", "SslConfiguration.PrivateKey"),
    SecretProperty("AWS::OpsWorks::App", "AppSource.Password"),
    SecretProperty(
        "AWS::ManagedBlockchain::Member",
        "MemberConfiguration.MemberFrameworkConfiguration.MemberFabricConfiguration.AdminPassword",
    ),
    SecretProperty("AWS::Pinpoint::APNSChannel", "PrivateKey"),
    SecretProperty("AWS::Pinpoint::APNSChannel", "TokenKey"),
    SecretProperty("AWS::Pinpoint::APNSSandboxChannel", "PrivateKey"),
    SecretProperty("AWS::Pinpoint::APNSSandboxChannel", "TokenKey"),
    SecretProperty("AWS::Pinpoint::APNSVoipChannel", "PrivateKey"),
    SecretProperty("AWS::Pinpoint::APNSVoipChannel", "TokenKey"),
    SecretProperty("AWS::Pinpoint::APNSVoipSandboxChannel", "PrivateKey"),
    SecretProperty("AWS::Pinpoint::APNSVoipSandboxChannel", "TokenKey"),
    SecretProperty("Alexa::ASK::Skill", "AuthenticationConfiguration.ClientSecret"),
    SecretProperty("Alexa::ASK::Skill", "AuthenticationConfiguration.RefreshToken"),
    SecretProperty("AWS::Cognito::UserPoolIdentityProvider", "ProviderDetails.client_secret"),
    SecretProperty("AWS::ElasticLoadBalancingV2::Listener", "DefaultActions[].AuthenticateOidcConfig.ClientSecret"),
    SecretProperty("AWS::ElasticLoadBalancingV2::ListenerRule", "Actions[].AuthenticateOidcConfig.ClientSecret"),
    SecretProperty("AWS::FSx::FileSystem", "WindowsConfiguration.SelfManagedActiveDirectoryConfiguration.Password"),
    SecretProperty("AWS::Glue::Connection", "ConnectionInput.ConnectionProperties.PASSWORD"),
    SecretProperty("AWS::EC2::VPNConnection", "VpnTunnelOptionsSpecifications[].PreSharedKey"),
    SecretProperty("AWS::SecretsManager::Secret", "SecretString"),
)
USER_NAMES = (SecretProperty("AWS::RDS::DBInstance", "MasterUsername", unless=_COPIES),)

#: Means that a stricter rule allows.
FROM_A_SERVICE = frozenset({Means.ABSENT, Means.SERVICE, Means.ELSEWHERE})
FROM_A_PARAMETER = frozenset({Means.ABSENT, Means.HIDDEN_PARAMETER})

#: Words of a property's name as a message says them, where the name alone does not read well.
_SPOKEN = {
    "MasterUserPassword": "the master password",
    "MasterUsername": "the master user name",
    "HECToken": "the Splunk token",
    "SecretString": "the secret's value",
    "PreSharedKey": "the pre-shared key",
}


def values_at(resource: DecidedResource, path: str) -> Iterator[tuple[Decided, Decided | None]]:
    """Every value at a path, each with the structure around it (None at the top)."""
    keys = path.split(".")
    first = keys[0]
    heads: list[tuple[Decided, Decided | None]] = []
    top = resource[first.removesuffix("[]")]
    if first.endswith("[]"):
        heads.extend((element, top) for element in top)
        if not heads:
            heads = [(top, None)]
    else:
        heads = [(top, None)]
    for key in keys[1:]:
        name = key.removesuffix("[]")
        following: list[tuple[Decided, Decided | None]] = []
        for head, _ in heads:
            value = head[name]
            following.extend(((element, head) for element in value) if key.endswith("[]") else [(value, head)])
        heads = following
    yield from heads


def _spoken(secret: SecretProperty) -> str:
    leaf = secret.path.rpartition(".")[2].removesuffix("[]")
    return _SPOKEN.get(leaf, leaf)


def _asked_for(
    secret: SecretProperty, around: Decided | None, resource: DecidedResource, allowed: frozenset[Means]
) -> bool:
    """Whether AWS takes the configuration only with this secret in it."""
    if secret.unless and allowed is FROM_A_PARAMETER:
        return not any(resource[name] for name in secret.unless)
    if not secret.required:
        return False
    return around is None or around.present or secret.path.partition(".")[0].endswith("[]")


def _faults(
    secrets: tuple[SecretProperty, ...], resource: DecidedResource, graph: GraphView, allowed: frozenset[Means]
) -> Iterable[Fault]:
    for secret in secrets:
        if secret.type != resource.type:
            continue
        for value, around in values_at(resource, secret.path):
            means = means_of(value, graph)
            if means is Means.ABSENT and _asked_for(secret, around, resource, allowed):
                message = f"{resource.address} needs {_spoken(secret)}, and nothing says where it comes from"
                yield resource.finding(message, at=value, subject=secret.path)
            elif means not in allowed:
                yield _fault(secret, resource, value, means)


def _fault(secret: SecretProperty, resource: DecidedResource, value: Decided, means: Means) -> Fault:
    message = f"{_spoken(secret)} of {resource.address} is {means.value}"
    if means in (Means.PLAIN, Means.DEFAULT):
        message += ", for everyone who can read this file"
    return resource.finding(message, at=value, subject=value.path)


def _policy(
    id_: str,
    title: str,
    secrets: tuple[SecretProperty, ...],
    allowed: frozenset[Means],
    severity: Severity,
    why: str,
) -> Policy:
    def check(resource: DecidedResource, graph: GraphView) -> Iterable[Fault]:
        return _faults(secrets, resource, graph, allowed)

    mend = (
        "CloudFormation: '{{resolve:secretsmanager:app/db:SecretString:password}}'. "
        "Terraform: data.aws_secretsmanager_secret_version.db.secret_string, or let AWS keep it "
        "(manage_master_user_password = true)"
    )
    types = tuple(dict.fromkeys(secret.type for secret in secrets))
    profile = Profile.AUDIT if severity is Severity.INFO else Profile.DEFAULT
    return Policy(id_, title, severity, types, why, mend, DYNAMIC_REFERENCES, check, profile=profile)


POLICIES = (
    _policy(
        "ENC301",
        "Password or key in plain text",
        PASSWORDS,
        SAFE,
        Severity.HIGH,
        "Who can read the repository, the stack or its change sets knows the secret. It stays in the history for good.",
    ),
    _policy(
        "ENC302",
        "Password does not come from a secrets service",
        PASSWORDS,
        FROM_A_SERVICE,
        Severity.INFO,
        "A secret handed in by a person is known to that person. A service can make it, keep it and change it.",
    ),
    _policy(
        "ENC303",
        "Password does not come from a NoEcho parameter",
        PASSWORDS,
        FROM_A_PARAMETER,
        Severity.INFO,
        "For teams whose rule is that every secret is handed in at deployment and looked up nowhere.",
    ),
    _policy(
        "ENC304",
        "Database user name in plain text",
        USER_NAMES,
        SAFE,
        Severity.INFO,
        "A known user name is half of a guess at the log-in.",
    ),
    _policy(
        "ENC305",
        "Database user name does not come from a secrets service",
        USER_NAMES,
        FROM_A_SERVICE,
        Severity.INFO,
        "Kept with the password in one secret, name and password are changed together.",
    ),
    _policy(
        "ENC306",
        "Database user name does not come from a NoEcho parameter",
        USER_NAMES,
        FROM_A_PARAMETER,
        Severity.INFO,
        "For teams whose rule is that log-ins are handed in at deployment and looked up nowhere.",
    ),
)
