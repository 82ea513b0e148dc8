"""cfn-lint's rules as policies, for CloudFormation: asked for with `--with cfn-lint`."""
