# Pieces of units whose verdicts hang on input variables, divided by lines of dashes; NAME is replaced.
resource "aws_security_group" "NAME" {
  ingress {
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = var.cidrs
  }
}
# ----
resource "aws_security_group" "NAME" {
  ingress {
    from_port   = var.port
    to_port     = var.port
    protocol    = "tcp"
    cidr_blocks = [var.cidr]
  }
}
# ----
resource "aws_security_group" "NAME" {
  count = var.count
  ingress {
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}
# ----
resource "aws_security_group" "NAME" {
  for_each = var.names
  name     = each.key
  ingress {
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = concat(var.cidrs, [var.cidr])
  }
}
# ----
resource "aws_security_group" "NAME" {
  dynamic "ingress" {
    for_each = var.rules
    content {
      from_port   = ingress.value.port
      to_port     = ingress.value.port
      protocol    = "tcp"
      cidr_blocks = [ingress.value.cidr]
    }
  }
}
# ----
resource "aws_security_group" "NAME" {
  dynamic "ingress" {
    for_each = var.flag ? [22, 80] : []
    content {
      from_port   = ingress.value
      to_port     = ingress.value
      protocol    = "tcp"
      cidr_blocks = var.cidrs
    }
  }
}
# ----
resource "aws_security_group" "NAME" {}
resource "aws_security_group_rule" "NAME" {
  type              = var.type
  security_group_id = aws_security_group.NAME.id
  from_port         = 22
  to_port           = 22
  protocol          = "tcp"
  cidr_blocks       = var.cidrs
}
# ----
resource "aws_security_group" "NAME" {}
resource "aws_security_group_rule" "NAME" {
  count             = var.flag ? 1 : 0
  type              = "ingress"
  security_group_id = aws_security_group.NAME.id
  from_port         = var.port
  to_port           = var.port
  protocol          = "tcp"
  cidr_blocks       = ["0.0.0.0/0"]
}
# ----
resource "aws_cloudtrail" "NAME" {
  name                       = "t"
  s3_bucket_name             = "b"
  enable_log_file_validation = var.flag
  is_multi_region_trail      = var.other
}
# ----
resource "aws_cloudtrail" "NAME" {
  count                         = var.count
  name                          = "t"
  s3_bucket_name                = "b"
  enable_logging                = !var.flag
  include_global_service_events = var.flag && var.other
}
# ----
resource "aws_instance" "NAME" {
  ami           = "ami-1"
  instance_type = "t2.micro"
  tenancy       = var.tenancy
  user_data     = var.flag ? "password=${var.cidr}hunter2" : null
}
# ----
resource "aws_vpc" "NAME" {
  cidr_block       = var.cidr
  instance_tenancy = var.tenancy
}
resource "aws_default_security_group" "NAME" {
  count  = var.count
  vpc_id = aws_vpc.NAME.id
}
# ----
resource "aws_ssm_parameter" "NAME" {
  name  = "/db/password"
  type  = var.flag ? "SecureString" : "String"
  value = var.cidr
}
# ----
resource "aws_network_acl" "NAME" {
  vpc_id = "vpc-1"
}
resource "aws_network_acl_rule" "NAME" {
  network_acl_id = aws_network_acl.NAME.id
  rule_number    = 100
  egress         = var.flag
  protocol       = "tcp"
  rule_action    = var.other ? "allow" : "deny"
  cidr_block     = var.cidr
  from_port      = var.port
  to_port        = var.port
}
