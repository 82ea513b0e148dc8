"""API Gateway, CloudFront, AppSync, WAF.

Sources: "AWS::ApiGateway::Stage", "AWS::ApiGateway::Method", "AWS::ApiGatewayV2::Stage",
"AWS::CloudFront::Distribution" and "AWS::WAFv2::WebACL" (AWS CloudFormation User Guide), the pages of the same
resources (Terraform AWS provider).

`aws_api_gateway_method_settings` is one of its stage's MethodSettings; its path ("*/*", "users/GET") stays whole as
`MethodPath`, a property that only this graph has.
"""

from stanchion_aws.mapping.rules import Rules, canonical, document, fold, many, one, resource, same, tags

_STAGE = "AWS::ApiGateway::Stage"
_BEHAVIOR: Rules = {
    **same("allowed_methods", "cached_methods", "cache_policy_id", "compress", "field_level_encryption_id"),
    **same("origin_request_policy_id", "realtime_log_config_arn", "response_headers_policy_id"),
    **same("smooth_streaming", "target_origin_id", "trusted_key_groups", "trusted_signers", "viewer_protocol_policy"),
    "default_ttl": "DefaultTTL",
    "min_ttl": "MinTTL",
    "max_ttl": "MaxTTL",
    "forwarded_values": one(
        "ForwardedValues",
        {
            "query_string": "QueryString",
            "query_string_cache_keys": "QueryStringCacheKeys",
            "headers": "Headers",
            "cookies": one("Cookies", {"forward": "Forward", "whitelisted_names": "WhitelistedNames"}),
        },
    ),
    "function_association": many("FunctionAssociations", {"event_type": "EventType", "function_arn": "FunctionARN"}),
    "lambda_function_association": many(
        "LambdaFunctionAssociations",
        {"event_type": "EventType", "include_body": "IncludeBody", "lambda_arn": "LambdaFunctionARN"},
    ),
}
_ORIGIN: Rules = {
    "domain_name": "DomainName",
    "origin_id": "Id",
    "origin_path": "OriginPath",
    "connection_attempts": "ConnectionAttempts",
    "connection_timeout": "ConnectionTimeout",
    "origin_access_control_id": "OriginAccessControlId",
    "custom_header": many("OriginCustomHeaders", {"name": "HeaderName", "value": "HeaderValue"}),
    "custom_origin_config": one(
        "CustomOriginConfig",
        {
            "http_port": "HTTPPort",
            "https_port": "HTTPSPort",
            "origin_protocol_policy": "OriginProtocolPolicy",
            "origin_ssl_protocols": "OriginSSLProtocols",
            "origin_keepalive_timeout": "OriginKeepaliveTimeout",
            "origin_read_timeout": "OriginReadTimeout",
        },
    ),
    "s3_origin_config": one("S3OriginConfig", same("origin_access_identity")),
    "origin_shield": one("OriginShield", {"enabled": "Enabled", "origin_shield_region": "OriginShieldRegion"}),
}
_DISTRIBUTION: Rules = {
    "aliases": "Aliases",
    "comment": "Comment",
    "default_root_object": "DefaultRootObject",
    "enabled": "Enabled",
    "http_version": "HttpVersion",
    "is_ipv6_enabled": "IPV6Enabled",
    "price_class": "PriceClass",
    "web_acl_id": "WebACLId",
}
_METHOD_SETTINGS = {
    "cache_data_encrypted": "CacheDataEncrypted",
    "cache_ttl_in_seconds": "CacheTtlInSeconds",
    "caching_enabled": "CachingEnabled",
    "data_trace_enabled": "DataTraceEnabled",
    "logging_level": "LoggingLevel",
    "metrics_enabled": "MetricsEnabled",
    "throttling_burst_limit": "ThrottlingBurstLimit",
    "throttling_rate_limit": "ThrottlingRateLimit",
}
_ROUTE_SETTINGS = {
    **same("data_trace_enabled", "detailed_metrics_enabled", "logging_level", "throttling_burst_limit"),
    **same("throttling_rate_limit"),
}
_STATEMENT: Rules = {
    "rate_based_statement": one("RateBasedStatement", same("limit", "aggregate_key_type")),
    "ip_set_reference_statement": one("IPSetReferenceStatement", same("arn")),
    "geo_match_statement": one("GeoMatchStatement", same("country_codes")),
}
_ACL_STATEMENT: Rules = {
    **_STATEMENT,
    "rule_group_reference_statement": one("RuleGroupReferenceStatement", same("arn")),
    "managed_rule_group_statement": one(
        "ManagedRuleGroupStatement",
        {
            **same("name", "vendor_name", "version"),
            "excluded_rule": many("ExcludedRules", same("name")),
            "rule_action_override": many(
                "RuleActionOverrides",
                {
                    "name": "Name",
                    "action_to_use": one(
                        "ActionToUse",
                        {
                            name: one(path, {})
                            for name, path in (("allow", "Allow"), ("block", "Block"), ("count", "Count"))
                        },
                    ),
                },
            ),
        },
    ),
}

LINES = {
    "aws_api_gateway_stage": resource(
        _STAGE,
        {
            **same("rest_api_id", "stage_name", "deployment_id", "cache_cluster_enabled", "cache_cluster_size"),
            **same("client_certificate_id", "variables"),
            "access_log_settings": one("AccessLogSetting", same("destination_arn", "format")),
            "xray_tracing_enabled": "TracingEnabled",
            "tags": tags(),
        },
    ),
    "aws_api_gateway_method_settings": resource(
        "aws_api_gateway_method_settings",
        {
            "rest_api_id": "RestApiId",
            "stage_name": "StageName",
            "method_path": "MethodPath",
            "settings": one("", _METHOD_SETTINGS),
        },
        fold=fold(_STAGE, "stage_name", item="MethodSettings"),
        alone=True,
    ),
    "aws_api_gateway_method": resource(
        "AWS::ApiGateway::Method",
        {
            **same("authorizer_id", "api_key_required", "http_method", "resource_id", "rest_api_id"),
            "authorization": "AuthorizationType",
        },
    ),
    "aws_api_gateway_rest_api": resource(
        "AWS::ApiGateway::RestApi",
        {
            "policy": document("Policy"),
            "endpoint_configuration": one(
                "EndpointConfiguration", same("types", "vpc_endpoint_ids", "ip_address_type")
            ),
        },
    ),
    "aws_api_gateway_rest_api_policy": resource(
        "aws_api_gateway_rest_api_policy",
        {"rest_api_id": "RestApiId", "policy": document("Policy")},
        fold=fold("AWS::ApiGateway::RestApi", "rest_api_id", take=("Policy",)),
        alone=True,
    ),
    "aws_apigatewayv2_stage": resource(
        "AWS::ApiGatewayV2::Stage",
        {
            "name": "StageName",
            "access_log_settings": one("AccessLogSettings", same("destination_arn", "format")),
            "default_route_settings": one("DefaultRouteSettings", _ROUTE_SETTINGS),
        },
    ),
    "aws_cloudfront_distribution": resource(
        "AWS::CloudFront::Distribution",
        {
            **{name: f"DistributionConfig.{path}" for name, path in _DISTRIBUTION.items()},
            "default_cache_behavior": one("DistributionConfig.DefaultCacheBehavior", _BEHAVIOR),
            "ordered_cache_behavior": many(
                "DistributionConfig.CacheBehaviors", {**_BEHAVIOR, "path_pattern": "PathPattern"}
            ),
            "logging_config": one(
                "DistributionConfig.Logging",
                {"bucket": "Bucket", "include_cookies": "IncludeCookies", "prefix": "Prefix"},
            ),
            "origin": many("DistributionConfig.Origins", _ORIGIN),
            "origin_group": many(
                "DistributionConfig.OriginGroups.Items",
                {
                    "origin_id": "Id",
                    "failover_criteria": one("FailoverCriteria", {"status_codes": "StatusCodes.Items"}),
                    "member": many("Members.Items", {"origin_id": "OriginId"}),
                },
            ),
            "custom_error_response": many(
                "DistributionConfig.CustomErrorResponses",
                {
                    "error_code": "ErrorCode",
                    "response_code": "ResponseCode",
                    "response_page_path": "ResponsePagePath",
                    "error_caching_min_ttl": "ErrorCachingMinTTL",
                },
            ),
            "restrictions": one(
                "DistributionConfig.Restrictions",
                {
                    "geo_restriction": one(
                        "GeoRestriction", {"restriction_type": "RestrictionType", "locations": "Locations"}
                    )
                },
            ),
            "viewer_certificate": one(
                "DistributionConfig.ViewerCertificate",
                {
                    "acm_certificate_arn": "AcmCertificateArn",
                    "cloudfront_default_certificate": "CloudFrontDefaultCertificate",
                    "iam_certificate_id": "IamCertificateId",
                    "minimum_protocol_version": "MinimumProtocolVersion",
                    "ssl_support_method": "SslSupportMethod",
                },
            ),
            "tags": tags(),
        },
        alone=True,
    ),
    "aws_wafv2_web_acl": resource(
        "AWS::WAFv2::WebACL", {"rule": many("Rules", {"statement": one("Statement", _ACL_STATEMENT)})}
    ),
    "aws_wafv2_rule_group": resource(
        "AWS::WAFv2::RuleGroup", {"rule": many("Rules", {"statement": one("Statement", _STATEMENT)})}
    ),
    "aws_wafv2_web_acl_association": resource(
        "AWS::WAFv2::WebACLAssociation", {"resource_arn": "ResourceArn", "web_acl_arn": "WebACLArn"}, alone=True
    ),
    "aws_wafregional_web_acl_association": resource(
        "AWS::WAFRegional::WebACLAssociation", {"resource_arn": "ResourceArn", "web_acl_id": "WebACLId"}, alone=True
    ),
    "aws_wafv2_web_acl_logging_configuration": resource(
        "AWS::WAFv2::LoggingConfiguration",
        {"resource_arn": "ResourceArn", "log_destination_configs": "LogDestinationConfigs"},
        alone=True,
    ),
    _STAGE: canonical(name="StageName", extensions=("MethodSettings.MethodPath",)),
    "AWS::CloudFront::Distribution": canonical(
        {"DistributionConfig": {"ViewerCertificate": {"MinimumProtocolVersion": "TLSv1"}}}
    ),
    "AWS::ApiGateway::Method": canonical({"AuthorizationType": "NONE", "ApiKeyRequired": False}),
}
