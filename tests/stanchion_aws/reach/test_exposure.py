"""What a port finding weighs: high where the internet gets there or may, low where it provably does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from stanchion.judging.finding import Finding
from stanchion.policy.policy import Severity
from stanchion.run import RunOptions, run

NETWORK = """
resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}
resource "aws_internet_gateway" "main" {
  vpc_id = aws_vpc.main.id
}
resource "aws_subnet" "front" {
  vpc_id                  = aws_vpc.main.id
  cidr_block              = "10.0.0.0/24"
  map_public_ip_on_launch = true
}
resource "aws_subnet" "back" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.1.0/24"
}
resource "aws_route_table" "front" {
  vpc_id = aws_vpc.main.id
  route {
    cidr_block = "0.0.0.0/0"
    gateway_id = aws_internet_gateway.main.id
  }
}
resource "aws_route_table_association" "front" {
  subnet_id      = aws_subnet.front.id
  route_table_id = aws_route_table.front.id
}
resource "aws_security_group" "ssh" {
  vpc_id = aws_vpc.main.id
  ingress {
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}
"""

HOST = """
resource "aws_instance" "host" {
  ami                    = "ami-0123456789abcdef0"
  instance_type          = "t3.micro"
  subnet_id              = aws_subnet.%s.id
  vpc_security_group_ids = [aws_security_group.ssh.id]
  %s
}
"""

NAT = """
resource "aws_eip" "nat" {
  domain = "vpc"
}
resource "aws_nat_gateway" "nat" {
  allocation_id = aws_eip.nat.id
  subnet_id     = aws_subnet.front.id
}
resource "aws_route_table" "back" {
  vpc_id = aws_vpc.main.id
}
resource "aws_route" "back" {
  route_table_id         = aws_route_table.back.id
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = aws_nat_gateway.nat.id
}
resource "aws_route_table_association" "back" {
  subnet_id      = aws_subnet.back.id
  route_table_id = aws_route_table.back.id
}
"""


def acl(ingress: str, egress: str) -> str:
    return f"""
resource "aws_network_acl" "front" {{
  vpc_id     = aws_vpc.main.id
  subnet_ids = [aws_subnet.front.id]
  {ingress}
  {egress}
}}
"""


def entry(direction: str, number: int, action: str, first: int, last: int, protocol: str = "tcp") -> str:
    return f"""
  {direction} {{
    rule_no    = {number}
    action     = "{action}"
    protocol   = "{protocol}"
    cidr_block = "0.0.0.0/0"
    from_port  = {first}
    to_port    = {last}
  }}
"""


ALL_OUT = entry("egress", 100, "allow", 0, 0, "-1")
ALL_IN = entry("ingress", 100, "allow", 0, 0, "-1")
FRONT = NETWORK + HOST % ("front", "")

BALANCER = """
resource "aws_lb" "front" {
  load_balancer_type = "network"
  subnets            = [aws_subnet.front.id]
  internal           = %s
}
resource "aws_lb_target_group" "ssh" {
  port     = 22
  protocol = "TCP"
  vpc_id   = aws_vpc.main.id
}
resource "aws_lb_listener" "ssh" {
  load_balancer_arn = aws_lb.front.arn
  port              = 22
  protocol          = "TCP"
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.ssh.arn
  }
}
resource "aws_lb_target_group_attachment" "ssh" {
  target_group_arn = aws_lb_target_group.ssh.arn
  target_id        = aws_instance.host.id
}
"""

EIP = """
resource "aws_eip" "host" {
  instance = aws_instance.host.id
}
"""

FAMILY = """
resource "aws_launch_template" "fleet" {
  image_id               = "ami-0123456789abcdef0"
  vpc_security_group_ids = [aws_security_group.ssh.id]
}
resource "aws_autoscaling_group" "fleet" {
  max_size            = 2
  min_size            = 1
  vpc_zone_identifier = [aws_subnet.%s.id]
  launch_template {
    id = aws_launch_template.fleet.id
  }
}
"""

DATABASE = """
resource "aws_db_subnet_group" "data" {
  subnet_ids = [aws_subnet.front.id, aws_subnet.back.id]
}
resource "aws_db_instance" "data" {
  instance_class         = "db.t3.micro"
  db_subnet_group_name   = aws_db_subnet_group.data.name
  vpc_security_group_ids = [aws_security_group.ssh.id]
  publicly_accessible    = %s
}
"""

BLOCKED = """
resource "aws_vpc_block_public_access_options" "here" {
  internet_gateway_block_mode = "block-ingress"
}
"""

UNREACHABLE = {
    "no public address": (NETWORK + HOST % ("front", "associate_public_ip_address = false"), "has no public address"),
    "a private subnet": (NETWORK + HOST % ("back", ""), "has no public address, and aws_subnet.back gives none"),
    "an address without a route": (
        NETWORK + HOST % ("back", "associate_public_ip_address = true"),
        "the main one has no route to the internet",
    ),
    "a route to a NAT gateway": (
        NETWORK + NAT + HOST % ("back", "associate_public_ip_address = true"),
        "aws_subnet.back has no route to an internet gateway in aws_route_table.back",
    ),
    "a network ACL": (FRONT + acl(entry("ingress", 100, "allow", 443, 443), ALL_OUT), "denies it on the way in"),
    "an earlier denial": (
        FRONT + acl(entry("ingress", 50, "deny", 0, 1024) + ALL_IN, ALL_OUT),
        "aws_network_acl.front denies it on the way in to aws_subnet.front",
    ),
    "lost answers": (FRONT + acl(ALL_IN, ""), "lets no answers out of aws_subnet.front"),
    "a fleet in a private subnet": (NETWORK + FAMILY % "back", "aws_subnet.back gives none"),
    "a database that is not public": (NETWORK + DATABASE % "false", "aws_db_instance.data is not publicly accessible"),
    "an internal load balancer": (
        NETWORK + HOST % ("back", "") + BALANCER % "true",
        "has no public address, and aws_subnet.back gives none",
    ),
    "a block for the whole account": (FRONT + BLOCKED, "VPC Block Public Access is on"),
}

REACHED = {
    "a public subnet": FRONT,
    "an Elastic IP": NETWORK + HOST % ("front", "associate_public_ip_address = false") + EIP,
    "an ACL that denies later": FRONT + acl(ALL_IN + entry("ingress", 200, "deny", 22, 22), ALL_OUT),
    "a denial of another port": FRONT + acl(entry("ingress", 50, "deny", 23, 23) + ALL_IN, ALL_OUT),
    "a denial of another protocol": FRONT + acl(entry("ingress", 50, "deny", 0, 65535, "udp") + ALL_IN, ALL_OUT),
    "a fleet in a public subnet": NETWORK + FAMILY % "front",
    "one of two": NETWORK + HOST % ("front", "") + (HOST % ("back", "")).replace('"host"', '"hidden"'),
}

UNKNOWN = {
    "nothing uses it": (NETWORK, "nothing in this code uses aws_security_group.ssh"),
    "a network load balancer before it": (
        NETWORK + HOST % ("back", "") + BALANCER % "false",
        "aws_lb.front leads from the internet to aws_instance.host",
    ),
    "a subnet from elsewhere": (
        NETWORK + (HOST % ("front", "")).replace("aws_subnet.front.id", "var.subnet") + 'variable "subnet" {}\n',
        "the subnet of aws_instance.host is not in this code",
    ),
    "it is given away": (
        NETWORK + HOST % ("back", "") + 'output "group" {\n  value = aws_security_group.ssh.id\n}\n',
        "output.group gives aws_security_group.ssh away",
    ),
    "a firewall before it": (
        (NETWORK + HOST % ("front", "")).replace(
            "gateway_id = aws_internet_gateway.main.id", 'vpc_endpoint_id = "vpce-0123456789abcdef0"'
        ),
        "goes through an appliance first",
    ),
}


def judged(tmp_path: Path, text: str, name: str = "main.tf") -> Finding:
    (tmp_path / name).write_text(text)
    outcome = run([tmp_path], RunOptions(select=("NET101",)))
    assert [problem.message for problem in outcome.problems] == []
    (finding,) = outcome.findings
    return finding


@pytest.mark.parametrize("name", UNREACHABLE)
def test_what_the_internet_does_not_get_to_is_low_and_says_why(tmp_path: Path, name: str) -> None:
    text, reason = UNREACHABLE[name]
    finding = judged(tmp_path, text)
    assert finding.certainty == "definite"
    assert finding.severity == Severity.LOW
    assert "but the internet does not get there: " in finding.message
    assert reason in finding.message


@pytest.mark.parametrize("name", REACHED)
def test_what_it_gets_to_has_the_way_in_as_its_trace(tmp_path: Path, name: str) -> None:
    finding = judged(tmp_path, REACHED[name])
    assert finding.severity == finding.policy.severity
    told = [step.message for step in finding.trace]
    assert any(step.startswith("the route for 0.0.0.0/0 leads to aws_internet_gateway.main") for step in told)
    assert any(step.startswith("it reaches ") for step in told)


@pytest.mark.parametrize("name", UNKNOWN)
def test_what_cannot_be_known_weighs_as_before_and_says_why(tmp_path: Path, name: str) -> None:
    text, reason = UNKNOWN[name]
    finding = judged(tmp_path, text)
    assert finding.severity == finding.policy.severity
    assert any(reason in step.message for step in finding.trace), [step.message for step in finding.trace]


TEMPLATE = """
Resources:
  Network:
    Type: AWS::EC2::VPC
    Properties: {CidrBlock: 10.0.0.0/16}
  Gateway:
    Type: AWS::EC2::InternetGateway
  Attachment:
    Type: AWS::EC2::VPCGatewayAttachment
    Properties: {VpcId: !Ref Network, InternetGatewayId: !Ref Gateway}
  Front:
    Type: AWS::EC2::Subnet
    Properties: {VpcId: !Ref Network, CidrBlock: 10.0.0.0/24, MapPublicIpOnLaunch: true}
  Table:
    Type: AWS::EC2::RouteTable
    Properties: {VpcId: !Ref Network}
  Out:
    Type: AWS::EC2::Route
    Properties: {RouteTableId: !Ref Table, DestinationCidrBlock: 0.0.0.0/0, %s}
  Association:
    Type: AWS::EC2::SubnetRouteTableAssociation
    Properties: {RouteTableId: !Ref Table, SubnetId: !Ref Front}
  Nat:
    Type: AWS::EC2::NatGateway
    Properties: {SubnetId: !Ref Front, ConnectivityType: private}
  Group:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: SSH
      VpcId: !Ref Network
      SecurityGroupIngress:
        - {IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: 0.0.0.0/0}
  Host:
    Type: AWS::EC2::Instance
    Properties:
      ImageId: ami-0123456789abcdef0
      SubnetId: !Ref Front
      SecurityGroupIds: [!GetAtt Group.GroupId]
"""


def test_templates_are_answered_alike(tmp_path: Path) -> None:
    reached = judged(tmp_path, TEMPLATE % "GatewayId: !Ref Gateway", "stack.yaml")
    assert reached.severity == reached.policy.severity
    assert any("leads to Gateway" in step.message for step in reached.trace)
    private = judged(tmp_path, TEMPLATE % "NatGatewayId: !Ref Nat", "stack.yaml")
    assert private.severity == Severity.LOW
    assert "Front has no route to an internet gateway in Table" in private.message


def test_an_answer_that_hangs_on_a_condition_keeps_the_worse(tmp_path: Path) -> None:
    text = (
        NETWORK
        + HOST % ("front", "associate_public_ip_address = var.public")
        + 'variable "public" {\n  type = bool\n}\n'
    )
    finding = judged(tmp_path, text)
    assert finding.severity == finding.policy.severity
