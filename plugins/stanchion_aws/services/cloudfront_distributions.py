"""CloudFront distributions: encrypted, logged, guarded, and without surprises."""

from stanchion.api import AUDIT, INFO, LOW, MEDIUM, PRESENT, STRICT, none_of, one_of, resource

# fmt: off
DISTRIBUTIONS = resource(
    "AWS::CloudFront::Distribution", name="CloudFront distribution", guide="Amazon CloudFront Developer Guide"
)

DISTRIBUTIONS.must(
    "TLS471", "DistributionConfig.DefaultCacheBehavior.ViewerProtocolPolicy",
    one_of("https-only", "redirect-to-https"), MEDIUM, "serves its content without TLS",
    "Whoever is on the way reads and changes what is sent, sessions included.",
    page="Requiring HTTPS for communication between viewers and CloudFront",
)
DISTRIBUTIONS.must(
    "TLS472", "DistributionConfig.CacheBehaviors[].ViewerProtocolPolicy",
    one_of("https-only", "redirect-to-https"), MEDIUM, "serves some of its paths without TLS",
    "Whoever is on the way reads and changes what is sent, sessions included.",
    page="Requiring HTTPS for communication between viewers and CloudFront",
)
DISTRIBUTIONS.must(
    "TLS473", "DistributionConfig.ViewerCertificate.MinimumProtocolVersion",
    one_of("TLSv1.2_2018", "TLSv1.2_2019", "TLSv1.2_2021", "TLSv1.2_2025", "TLSv1.3_2025"), MEDIUM,
    "takes TLS 1.0 or 1.1",
    "Those versions have known attacks, and payment standards forbid them.",
    page="Supported protocols and ciphers between viewers and CloudFront",
    when={"DistributionConfig.ViewerCertificate.CloudFrontDefaultCertificate": none_of(True)},
    profile=STRICT,
)
DISTRIBUTIONS.must(
    "DDS471", "DistributionConfig.WebACLId", PRESENT, LOW, "has no web ACL",
    "Known attacks and floods reach the origin unfiltered.",
    page="Using AWS WAF protections", profile=STRICT,
)
DISTRIBUTIONS.must(
    "LOG471", "DistributionConfig.Logging", PRESENT, LOW, "logs no requests",
    "An attack on what it serves leaves no trace.",
    page="Standard logging (access logs)", profile=STRICT,
)
DISTRIBUTIONS.must(
    "PUB471", "DistributionConfig.DefaultRootObject", PRESENT, LOW, "has no default root object",
    "A request for the root may list what the origin holds.",
    page="Specifying a default root object", profile=AUDIT,
)
DISTRIBUTIONS.must(
    "BAK471", "DistributionConfig.OriginGroups", PRESENT, LOW, "has no origin to fail over to",
    "When its origin fails, so does the site.",
    page="Optimizing high availability with CloudFront origin failover", profile=AUDIT,
)
DISTRIBUTIONS.must(
    "DDS472", "DistributionConfig.Restrictions.GeoRestriction.RestrictionType", one_of("whitelist", "blacklist"), INFO,
    "serves every country",
    "Where nobody is to be served, requests are attacks only.",
    page="Restricting the geographic distribution of your content", profile=AUDIT,
)
DISTRIBUTIONS.must(
    "TLS474", "DistributionConfig.ViewerCertificate.CloudFrontDefaultCertificate", none_of(True), LOW,
    "uses the default certificate, with which viewers may use TLS 1.0",
    "Those versions have known attacks, and payment standards forbid them.",
    page="Supported protocols and ciphers between viewers and CloudFront", profile=AUDIT,
)
# fmt: on
