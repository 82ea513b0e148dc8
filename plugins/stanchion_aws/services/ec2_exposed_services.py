"""Services that nobody means to serve to the whole internet, and the security groups that do.

Port numbers: IANA, "Service Name and Transport Protocol Port Number Registry", and the services' own documentation.
The list holds what AWS Security Hub EC2.19 ("ports that have high risk") and AWS Config restricted-common-ports name.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from stanchion.policy.policy import Policy, Severity
from stanchion.worlds.fault import Fault
from stanchion.worlds.view import DecidedResource, GraphView
from stanchion_aws.analysis.network import INGRESS, INGRESS_TYPES
from stanchion_aws.analysis.ports import TCP, UDP, Ports
from stanchion_aws.services.ec2_security_groups import DOCS, NARROW, opened

LOGIN = "Passwords and keys of every host on the internet are tried around the clock."
CLEAR = "It sends passwords in clear text and is attacked around the clock."
DATA = "Data stores are made for clients nearby: one weak password or one known hole hands out all the data."
CONTROL = "Whoever may talk to it runs the machines behind it."
WINDOWS = "Worms have spread by it again and again, and it gives away accounts and shares."
INNER = "It is made for a private network and trusts whoever reaches it."
CONSOLE = "Consoles and development servers seldom ask for more than a default password."

HIGH, MEDIUM = Severity.HIGH, Severity.MEDIUM


class Service(NamedTuple):
    """A row of the table: `ports` are numbers and ranges as text, of TCP unless they say "udp"."""

    id: str
    name: str
    ports: str
    severity: Severity
    why: str


SERVICES = (
    Service("NET101", "SSH", "22", HIGH, LOGIN),
    Service("NET102", "RDP", "3389 udp3389", HIGH, LOGIN),
    Service("NET103", "FTP", "20-21", HIGH, CLEAR),
    Service("NET104", "Telnet", "23", HIGH, CLEAR),
    Service("NET105", "VNC", "5500 5800 5900-5903", HIGH, LOGIN),
    Service("NET106", "WinRM", "5985-5986", HIGH, LOGIN),
    Service("NET107", "remote shell and X11", "512-514 6000-6007", HIGH, CLEAR),
    Service("NET110", "SQL Server", "1433-1434 udp1434", HIGH, DATA),
    Service("NET111", "MySQL", "3306 33060", HIGH, DATA),
    Service("NET112", "PostgreSQL", "5432", HIGH, DATA),
    Service("NET113", "Oracle Database", "1521 2483-2484", HIGH, DATA),
    Service("NET114", "MongoDB", "27017-27019", HIGH, DATA),
    Service("NET115", "Redis", "6379-6380", HIGH, DATA),
    Service("NET116", "Memcached", "11211 udp11211", HIGH, DATA),
    Service("NET117", "Elasticsearch and OpenSearch", "5601 9200 9300", HIGH, DATA),
    Service("NET118", "Cassandra", "7000-7001 7199 9042 9160", HIGH, DATA),
    Service("NET119", "Redshift", "5439", HIGH, DATA),
    Service("NET120", "mSQL", "4333", HIGH, DATA),
    Service("NET121", "CouchDB", "5984", HIGH, DATA),
    Service("NET122", "graph databases (Neo4j, Neptune)", "7473-7474 7687 8182", HIGH, DATA),
    Service("NET123", "InfluxDB", "8086", HIGH, DATA),
    Service("NET124", "Db2", "50000-50001", HIGH, DATA),
    Service("NET125", "Kafka and ZooKeeper", "2181 9092-9098", HIGH, INNER),
    Service("NET126", "message brokers (AMQP, RabbitMQ, ActiveMQ)", "5671-5672 8161 15672 61613-61617", HIGH, INNER),
    Service("NET127", "etcd", "2379-2380", HIGH, CONTROL),
    Service("NET130", "SMB and NetBIOS", "139 445 udp137-138", HIGH, WINDOWS),
    Service("NET131", "Windows RPC", "135 593", HIGH, WINDOWS),
    Service("NET132", "LDAP and Kerberos", "88 389 464 636 3268-3269 udp88 udp389 udp464", HIGH, INNER),
    Service("NET133", "NFS and rpcbind", "111 2049 udp111 udp2049", HIGH, INNER),
    Service("NET134", "rsync", "873", HIGH, INNER),
    Service("NET135", "Docker", "2375-2376", HIGH, CONTROL),
    Service("NET136", "Kubernetes", "6443 10250 10255", HIGH, CONTROL),
    Service("NET137", "SNMP and TFTP", "udp69 udp161-162", HIGH, CLEAR),
    Service("NET138", "Consul, Nomad and Vault", "4646-4648 8200 8300-8302 8500", HIGH, CONTROL),
    Service("NET140", "mail", "25 110 143", MEDIUM, CLEAR),
    Service("NET141", "web consoles", "3000 5000 8000 8080 8088 8888 9090", MEDIUM, CONSOLE),
    Service("NET142", "DNS", "53 udp53", MEDIUM, "An open resolver is used to flood others."),
)


def ports_in(text: str) -> tuple[Ports, ...]:
    """The ports of a row."""
    found = []
    for word in text.split():
        protocol, numbers = (UDP, word[3:]) if word.startswith(UDP) else (TCP, word)
        first, _, last = numbers.partition("-")
        found.append(Ports(protocol, int(first), int(last or first)))
    return tuple(found)


def policy_of(service: Service) -> Policy:
    """The policy that a row stands for."""
    ports = ports_in(service.ports)
    numbers = ", ".join(dict.fromkeys(word.removeprefix(UDP) for word in service.ports.split()))

    def asked(opened_ports: Ports) -> bool | None:
        answers = [opened_ports.includes(one) for one in ports]
        return True if True in answers else None if None in answers else False

    def check(group: DecidedResource, graph: GraphView) -> Iterable[Fault]:
        yield from opened(group, INGRESS, asked, service.name, closing=True)

    return Policy(
        service.id,
        f"{service.name[0].upper()}{service.name[1:]} is open to the internet (port {numbers})",
        service.severity,
        INGRESS_TYPES,
        service.why,
        NARROW,
        DOCS,
        check,
        yields_to=("NET100", "NET150"),
        each=INGRESS,
    )


POLICIES = tuple(policy_of(service) for service in SERVICES)

#: The services that a message about a wide range names first.
_WELL_KNOWN = ("NET101", "NET102", "NET111", "NET112", "NET110", "NET115", "NET114", "NET117")


def among(ports: Ports) -> str:
    """The best-known services in a range, in words, or ""."""
    rows = {service.id: service for service in SERVICES}
    names = [
        f"{rows[id_].name} ({first})"
        for id_ in _WELL_KNOWN
        for first in (rows[id_].ports.partition(" ")[0],)
        if any(ports.includes(one) for one in ports_in(rows[id_].ports))
    ]
    return ", ".join(names[:4])
