"""Glue: jobs and crawlers with a security configuration."""

from stanchion.api import LOW, PRESENT, STRICT, resource

# fmt: off
CRAWLERS = resource("AWS::Glue::Crawler", name="Glue crawler", guide="AWS Glue Developer Guide")
JOBS = resource("AWS::Glue::Job", name="Glue job", guide="AWS Glue Developer Guide")

CRAWLERS.must(
    "ENC781", "CrawlerSecurityConfiguration", PRESENT, LOW, "has no security configuration",
    "Logs, bookmarks and results are written unencrypted then.",
    page="Working with security configurations on the AWS Glue console", profile=STRICT,
)
JOBS.must(
    "ENC782", "SecurityConfiguration", PRESENT, LOW, "has no security configuration",
    "Logs, bookmarks and results are written unencrypted then.",
    page="Working with security configurations on the AWS Glue console", profile=STRICT,
)
# fmt: on
