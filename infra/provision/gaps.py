"""What MiniStack's CloudFormation can't take of the template, and the named step that makes each instead.

Nothing is dropped: a type in `MADE` leaves the template and is made through its API; of a type in
`FINISHED` MiniStack makes the resource and ignores some properties, which are set through its API. A type
that neither knows still fails the stack.
"""

import copy
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from infra.provision.synthesis import Template
from infra.stages import Stage

Properties = Mapping[str, Any]


def archive(stage: Stage, properties: Properties) -> None:
    """Make an event archive."""
    client = stage.client("events")
    wanted = {
        "ArchiveName": properties["ArchiveName"],
        "EventPattern": json.dumps(properties["EventPattern"]),
        "RetentionDays": properties["RetentionDays"],
    }
    if client.list_archives(NamePrefix=properties["ArchiveName"])["Archives"]:
        client.update_archive(**wanted)
    else:
        client.create_archive(EventSourceArn=properties["SourceArn"], **wanted)


def table(stage: Stage, name: str, properties: Properties) -> None:
    """Set a table's TTL attribute and its point-in-time recovery."""
    client = stage.client("dynamodb")
    expiry = properties["TimeToLiveSpecification"]
    if client.describe_time_to_live(TableName=name)["TimeToLiveDescription"]["TimeToLiveStatus"] != "ENABLED":
        client.update_time_to_live(TableName=name, TimeToLiveSpecification=expiry)
    recovery = properties["Replicas"][0]["PointInTimeRecoverySpecification"]
    client.update_continuous_backups(TableName=name, PointInTimeRecoverySpecification=recovery)


def bucket(stage: Stage, name: str, properties: Properties) -> None:
    """Set a bucket's encryption, owner and lifecycle."""
    client = stage.client("s3")
    default = properties["BucketEncryption"]["ServerSideEncryptionConfiguration"][0]
    client.put_bucket_encryption(
        Bucket=name,
        ServerSideEncryptionConfiguration={
            "Rules": [{"ApplyServerSideEncryptionByDefault": default["ServerSideEncryptionByDefault"]}]
        },
    )
    client.put_bucket_ownership_controls(Bucket=name, OwnershipControls=properties["OwnershipControls"])
    rules = [_lifecycle(rule) for rule in properties.get("LifecycleConfiguration", {}).get("Rules", [])]
    if rules:
        client.put_bucket_lifecycle_configuration(Bucket=name, LifecycleConfiguration={"Rules": rules})


MADE: dict[str, Callable[[Stage, Properties], None]] = {"AWS::Events::Archive": archive}
FINISHED: dict[str, Callable[[Stage, str, Properties], None]] = {
    "AWS::DynamoDB::GlobalTable": table,
    "AWS::S3::Bucket": bucket,
}


def without_gaps(template: Template) -> Template:
    """Return the template without what MiniStack can't make, exporting what that refers to."""
    kept = copy.deepcopy(template)
    outputs = kept.setdefault("Outputs", {})
    for name, resource in _of(template, MADE).items():
        del kept["Resources"][name]
        for key, value in resource["Properties"].items():
            if _refers(value):
                outputs[_output(name, key)] = {"Value": value}
    return kept


def fill(stage: Stage, stack: str, template: Template) -> list[str]:
    """Make and finish what the template asks for beyond MiniStack; return a line for each."""
    cloud = stage.client("cloudformation")
    name = stage.called(stack)
    found = cloud.describe_stacks(StackName=name)["Stacks"][0].get("Outputs", [])
    outputs = {output["OutputKey"]: output["OutputValue"] for output in found}
    pages = cloud.get_paginator("list_stack_resources").paginate(StackName=name)
    physical = {
        resource["LogicalResourceId"]: resource["PhysicalResourceId"]
        for page in pages
        for resource in page["StackResourceSummaries"]
    }
    made, finished = _of(template, MADE), _of(template, FINISHED)
    for logical, resource in made.items():
        resolved = {k: outputs.get(_output(logical, k), v) for k, v in resource["Properties"].items()}
        MADE[resource["Type"]](stage, resolved)
    for logical, resource in finished.items():
        FINISHED[resource["Type"]](stage, physical[logical], resource["Properties"])
    return [f"Step {resource['Type']} {logical}" for logical, resource in (made | finished).items()]


def _of(template: Template, types: Mapping[str, object]) -> dict[str, dict[str, Any]]:
    return {name: body for name, body in template["Resources"].items() if body["Type"] in types}


def _refers(value: Any) -> bool:
    return isinstance(value, dict) and next(iter(value), "") in ("Ref", "Fn::GetAtt", "Fn::Join")


def _output(resource: str, key: str) -> str:
    return re.sub(r"\W", "", f"{resource}{key}")


def _lifecycle(rule: Mapping[str, Any]) -> dict[str, Any]:
    """CloudFormation's lifecycle rule as the S3 API wants it."""
    translated: dict[str, Any] = {
        "Status": rule["Status"],
        "Filter": {"Prefix": rule.get("Prefix", "")},
    }
    if "Id" in rule:
        translated["ID"] = rule["Id"]
    if "ExpirationInDays" in rule:
        translated["Expiration"] = {"Days": rule["ExpirationInDays"]}
    for same in ("AbortIncompleteMultipartUpload", "NoncurrentVersionExpiration"):
        if same in rule:
            translated[same] = rule[same]
    return translated
