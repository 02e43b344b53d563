"""What the core stack keeps, hides and gives away."""

import json
from typing import Any

from infra.cdk.tables import TABLES
from infra.tests.conftest import Synthesised


def test_every_table_streams_both_images_expires_items_and_can_be_restored(prod: Synthesised) -> None:
    tables = prod.core.of("AWS::DynamoDB::GlobalTable")
    assert len(tables) == len(TABLES)
    for table in (resource["Properties"] for resource in tables.values()):
        assert [key["AttributeName"] for key in table["KeySchema"]] == ["pk", "sk"]
        assert table["BillingMode"] == "PAY_PER_REQUEST"
        assert table["StreamSpecification"] == {"StreamViewType": "NEW_AND_OLD_IMAGES"}
        assert table["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}
        (replica,) = table["Replicas"]
        assert replica["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"] is True


def test_a_real_stage_keeps_its_data_when_the_stack_is_deleted(prod: Synthesised) -> None:
    for kind in ("DynamoDB::GlobalTable", "S3::Bucket", "Cognito::UserPool", "OpenSearchService::Domain"):
        for resource in prod.core.of(f"AWS::{kind}").values():
            assert resource["DeletionPolicy"] == "Retain", kind


def test_the_local_stage_leaves_nothing_behind(local: Synthesised) -> None:
    for resource in local.core.of("AWS::DynamoDB::GlobalTable").values():
        assert resource["DeletionPolicy"] == "Delete"


def test_buckets_are_private_and_encrypted(prod: Synthesised) -> None:
    buckets = prod.core.of("AWS::S3::Bucket")
    assert len(buckets) == 5
    for bucket in (resource["Properties"] for resource in buckets.values()):
        assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
        assert "BucketEncryption" in bucket


def test_a_signed_in_client_may_put_under_its_own_prefix_and_nothing_else(prod: Synthesised) -> None:
    (policy,) = role(prod, "sts:AssumeRoleWithWebIdentity")["Policies"]
    (statement,) = policy["PolicyDocument"]["Statement"]
    assert statement["Action"] == "s3:PutObject"
    assert json.dumps(statement["Resource"]).count("/uploads/${aws:PrincipalTag/sub}/*") == 1


def test_a_schedule_may_send_to_the_queue_of_its_consumer_or_its_dlq_and_do_nothing_else(
    prod: Synthesised,
) -> None:
    acting = role(prod, "sts:AssumeRole")
    (assumes,) = acting["AssumeRolePolicyDocument"]["Statement"]
    assert assumes["Principal"] == {"Service": "scheduler.amazonaws.com"}
    assert set(assumes["Condition"]["StringEquals"]) == {"aws:SourceAccount", "aws:SourceArn"}
    (policy,) = acting["Policies"]
    (statement,) = policy["PolicyDocument"]["Statement"]
    assert statement["Action"] == "sqs:SendMessage"
    queues = prod.core.of("AWS::SQS::Queue")
    allowed = {queues[one["Fn::GetAtt"][0]]["Properties"]["QueueName"] for one in statement["Resource"]}
    assert allowed == {"hidoki-prod-posts-schedule", "hidoki-prod-posts-schedule-rule-dlq"}
    (group,) = prod.core.of("AWS::Scheduler::ScheduleGroup").values()
    assert group["Properties"]["Name"] == prod.core.parameters()["/hidoki/prod/schedule-group"]


def test_a_real_stage_schedules_a_minute_ahead_at_least(prod: Synthesised, local: Synthesised) -> None:
    name = "schedule-lead-seconds"
    assert prod.core.parameters()[f"/hidoki/prod/{name}"] == "60"
    assert int(local.core.parameters()[f"/hidoki/local/{name}"]) < 60


def test_the_app_client_speaks_srp_and_holds_no_secret(prod: Synthesised) -> None:
    (client,) = prod.core.of("AWS::Cognito::UserPoolClient").values()
    properties = client["Properties"]
    assert {"ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"} == set(
        properties["ExplicitAuthFlows"]
    )
    assert properties["GenerateSecret"] is False
    assert properties["PreventUserExistenceErrors"] == "ENABLED"


def test_the_archive_forgets_within_the_time_that_erasure_has(prod: Synthesised) -> None:
    (archive,) = prod.core.of("AWS::Events::Archive").values()
    assert archive["Properties"]["RetentionDays"] <= 30


def test_only_the_local_stage_is_given_a_search_engine(prod: Synthesised, local: Synthesised) -> None:
    assert len(prod.core.of("AWS::OpenSearchService::Domain")) == 1
    assert not local.core.of("AWS::OpenSearchService::Domain")
    assert local.core.parameters()["/hidoki/local/search/endpoint"] == "http://127.0.0.1:9200"


def test_parameters_are_never_empty_since_parameter_store_takes_none(prod: Synthesised) -> None:
    assert all(prod.core.parameters().values())
    assert prod.core.parameters()["/hidoki/prod/push-sink-url"] == "-"


def test_the_template_stays_within_what_cloudformation_takes(prod: Synthesised) -> None:
    assert len(prod.core.body["Resources"]) <= 500
    assert len(json.dumps(prod.core.body)) <= 1_000_000


def test_what_streams_give_up_on_is_forgotten_within_the_time_that_erasure_has(prod: Synthesised) -> None:
    buckets = (bucket["Properties"] for bucket in prod.core.of("AWS::S3::Bucket").values())
    (failures,) = (one for one in buckets if "stream-failures" in json.dumps(one["BucketName"]))
    (rule,) = failures["LifecycleConfiguration"]["Rules"]
    assert rule["Status"] == "Enabled"
    assert "Prefix" not in rule
    assert 1 < rule["ExpirationInDays"] <= 30


def role(template: Synthesised, action: str) -> dict[str, Any]:
    """Return the one role that is assumed in this way."""
    roles: list[dict[str, Any]] = [one["Properties"] for one in template.core.of("AWS::IAM::Role").values()]
    (found,) = [one for one in roles if action in _listed(one["AssumeRolePolicyDocument"]["Statement"][0])]
    return found


def _listed(statement: dict[str, Any]) -> list[str]:
    actions = statement["Action"]
    return [actions] if isinstance(actions, str) else list(actions)


def test_who_is_erased_is_known_as_long_as_anything_may_be_replayed(prod: Synthesised) -> None:
    buckets = (bucket["Properties"] for bucket in prod.core.of("AWS::S3::Bucket").values())
    (erased,) = (one for one in buckets if "erased" in json.dumps(one["BucketName"]))
    (rule,) = erased["LifecycleConfiguration"]["Rules"]
    (archive,) = prod.core.of("AWS::Events::Archive").values()
    assert rule["ExpirationInDays"] > archive["Properties"]["RetentionDays"]
