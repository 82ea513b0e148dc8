"""The table of CloudFormation's functions."""

from __future__ import annotations

from stanchion.evaluation.cloudformation.intrinsics.conditions import fn_condition, fn_if
from stanchion.evaluation.cloudformation.intrinsics.expression import Function
from stanchion.evaluation.cloudformation.intrinsics.json_text import fn_to_json_string
from stanchion.evaluation.cloudformation.intrinsics.lookups import (
    fn_cidr,
    fn_find_in_map,
    fn_length,
    fn_ref_all,
    fn_select,
    fn_value_of,
)
from stanchion.evaluation.cloudformation.intrinsics.references import (
    fn_get_att,
    fn_get_azs,
    fn_get_stack_output,
    fn_import_value,
    fn_ref,
)
from stanchion.evaluation.cloudformation.intrinsics.strings import fn_base64, fn_join, fn_split, fn_sub
from stanchion.evaluation.cloudformation.template.transforms import fn_transform

FUNCTIONS: dict[str, Function] = {
    "Condition": fn_condition,
    "Fn::And": fn_condition,
    "Fn::Base64": fn_base64,
    "Fn::Cidr": fn_cidr,
    "Fn::Contains": fn_condition,
    "Fn::EachMemberEquals": fn_condition,
    "Fn::EachMemberIn": fn_condition,
    "Fn::Equals": fn_condition,
    "Fn::FindInMap": fn_find_in_map,
    "Fn::GetAZs": fn_get_azs,
    "Fn::GetAtt": fn_get_att,
    "Fn::GetStackOutput": fn_get_stack_output,
    "Fn::If": fn_if,
    "Fn::ImportValue": fn_import_value,
    "Fn::Join": fn_join,
    "Fn::Length": fn_length,
    "Fn::Not": fn_condition,
    "Fn::Or": fn_condition,
    "Fn::RefAll": fn_ref_all,
    "Fn::Select": fn_select,
    "Fn::Split": fn_split,
    "Fn::Sub": fn_sub,
    "Fn::ToJsonString": fn_to_json_string,
    "Fn::Transform": fn_transform,
    "Fn::ValueOf": fn_value_of,
    "Fn::ValueOfAll": fn_value_of,
    "Ref": fn_ref,
}
