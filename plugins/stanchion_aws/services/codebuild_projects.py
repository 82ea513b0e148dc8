"""CodeBuild projects: builds without the rights of root, artifacts that are encrypted."""

from stanchion.api import LOW, MEDIUM, PRESENT, SAFE, STRICT, none_of, resource

# fmt: off
BUILDS = resource("AWS::CodeBuild::Project", name="CodeBuild project", guide="AWS CodeBuild User Guide")

BUILDS.must(
    "SYS441", "Environment.PrivilegedMode", none_of(True), MEDIUM, "builds with the rights of root on its host",
    "Whoever may change the build, by a pull request for one, may change the host that builds.",
    page="Docker in custom image sample for CodeBuild", profile=STRICT,
)
BUILDS.must(
    "ENC441", "EncryptionKey", PRESENT, LOW, "is not encrypted with a customer managed key",
    "With a key of your own you decide who may decrypt, see each use in CloudTrail and can cut off access.",
    page="Encrypt build outputs using a customer managed key", profile=STRICT,
)
BUILDS.must(
    "ENC442", "Artifacts.EncryptionDisabled", none_of(True), MEDIUM, "writes its artifacts unencrypted",
    "Whoever gets at the bucket reads what is built, secrets that a build left in it included.",
    page="Create a build project: Artifacts", when={"Artifacts.Type": none_of("NO_ARTIFACTS")}, fix=SAFE,
)
BUILDS.must(
    "ENC443", "SecondaryArtifacts[].EncryptionDisabled", none_of(True), MEDIUM,
    "writes secondary artifacts unencrypted",
    "Whoever gets at the bucket reads what is built, secrets that a build left in it included.",
    page="Create a build project: Artifacts", fix=SAFE,
)
# fmt: on
