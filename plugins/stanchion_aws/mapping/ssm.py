"""Systems Manager.

Sources: "AWS::SSM::Parameter" (AWS CloudFormation User Guide), "Resource: aws_ssm_parameter" (Terraform AWS provider),
"PutParameter" (AWS Systems Manager API Reference). `KeyId` is the API's name; CloudFormation cannot make a
SecureString and has no property for its key.
"""

from stanchion_aws.mapping.rules import both, canonical, document, resource, same

LINES = {
    "aws_ssm_parameter": resource(
        "AWS::SSM::Parameter",
        {
            **same("name", "type", "value", "description", "tier", "data_type", "allowed_pattern", "key_id", "tags"),
            "insecure_value": "Value",
            "value_wo": "ValueWriteOnly",
        },
    ),
    "aws_ssm_document": resource(
        "AWS::SSM::Document", {"content": both(document("Content")), **same("name", "document_type", "document_format")}
    ),
    "AWS::SSM::Parameter": canonical(
        {"Tier": "Standard", "DataType": "text"}, name="Name", extensions=("KeyId", "ValueWriteOnly")
    ),
    "AWS::SSM::Document": canonical({"DocumentFormat": "JSON", "DocumentType": "Command"}, name="Name"),
}
