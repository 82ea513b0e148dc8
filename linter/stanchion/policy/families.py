"""The families of the built-in policies: the concern that a person filters by, and the letters of an id."""

from __future__ import annotations

import enum


class Family(enum.Enum):
    """What belongs where, by the letters of the ids.

    A fault in the audit record itself (who may read, change or forge it, with which key it is kept) is in LOG.
    """

    NET = "network exposure: security groups, network ACLs, routes, endpoints"
    PUB = "data and functions open to the public or to other accounts"
    IAM = "identities and what they may do"
    ENC = "encryption at rest, and secrets"
    TLS = "encryption in transit"
    KEY = "keys, certificates and their rotation"
    LOG = "logging, audit, and the audit record itself"
    GOV = "governance and detection: Config, GuardDuty, Inspector, Security Hub, tags, account settings"
    DDS = "the edge, and denial of service"
    SYS = "Systems Manager, patching, runtimes, upgrades"
    BAK = "backup, recovery, deletion protection, availability"
    TEN = "tenancy and hardware"

    @property
    def says(self) -> str:
        """What belongs there, as a sentence."""
        return f"{self.value[0].upper()}{self.value[1:]}."
