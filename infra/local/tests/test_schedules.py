import json
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from infra.local.place import ACCOUNT, REGION
from infra.local.tests.conftest import Cloud
from infra.local.tests.functions import until
from infra.local.tests.test_rule_dead_letters import arn, messages


def schedule(cloud: Cloud, queue: str, at: datetime, **target: Any) -> None:
    create(cloud.client("scheduler"), "default", queue, at, **target)


def create(scheduler: Any, group: str, queue: str, at: datetime, **target: Any) -> None:
    scheduler.create_schedule(
        GroupName=group,
        Name=f"{queue}-{at:%H%M%S}",
        ScheduleExpression=f"at({at:%Y-%m-%dT%H:%M:%S})",
        FlexibleTimeWindow={"Mode": "OFF"},
        ActionAfterCompletion="DELETE",
        Target={
            "Arn": arn(queue),
            "RoleArn": f"arn:aws:iam::{ACCOUNT}:role/scheduler",
            "Input": json.dumps({"at": at.timestamp()}),
            **target,
        },
    )


def seconds_from_now(seconds: int) -> datetime:
    return datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=seconds)


def test_a_schedule_fires_when_its_time_comes_and_is_gone(cloud: Cloud) -> None:
    """Two that are 4 seconds apart: a look each 10 seconds would be too late for one of them."""
    sqs, queue = cloud.client("sqs"), f"q-{uuid.uuid4().hex[:8]}"
    url = sqs.create_queue(QueueName=queue)["QueueUrl"]
    for seconds in (2, 6):
        schedule(cloud, queue, seconds_from_now(seconds))
    came: list[tuple[float, float]] = []

    def both() -> bool:
        answer = sqs.receive_message(QueueUrl=url, AttributeNames=["SentTimestamp"], MaxNumberOfMessages=10)
        for message in answer.get("Messages", []):
            due = json.loads(message["Body"])["at"]
            came.append((due, int(message["Attributes"]["SentTimestamp"]) / 1000))
        return len(came) == 2

    until(both, seconds=25)
    assert all(0 <= sent - due < 2 for due, sent in came)
    names = [one["Name"] for one in cloud.client("scheduler").list_schedules()["Schedules"]]
    assert not [name for name in names if name.startswith(queue)]


def test_what_a_schedule_can_not_deliver_is_in_its_dlq_with_the_reason(cloud: Cloud) -> None:
    queue = f"q-{uuid.uuid4().hex[:8]}"
    dead_letters = cloud.client("sqs").create_queue(QueueName=f"{queue}-dlq")["QueueUrl"]
    at = seconds_from_now(1)
    schedule(cloud, queue, at, DeadLetterConfig={"Arn": arn(f"{queue}-dlq")})
    (message,) = until(lambda: messages(cloud, dead_letters), seconds=12)
    assert json.loads(message["Body"]) == {"at": at.timestamp()}
    attributes = {name: value["StringValue"] for name, value in message["MessageAttributes"].items()}
    assert attributes["ERROR_CODE"] == "AWS.SimpleQueueService.NonExistentQueue"
    assert attributes["SCHEDULE_ARN"].startswith(
        f"arn:aws:scheduler:{REGION}:{ACCOUNT}:schedule/default/{queue}"
    )


def test_a_policy_admits_to_the_group_that_it_names_and_to_no_other(cloud: Cloud) -> None:
    iam, group = cloud.client("iam"), f"g-{uuid.uuid4().hex[:8]}"
    for name in (group, f"{group}-other"):
        cloud.client("scheduler").create_schedule_group(Name=name)
    iam.create_user(UserName=group)
    allowed = {
        "Effect": "Allow",
        "Action": ["scheduler:CreateSchedule", "scheduler:DeleteSchedule", "iam:PassRole"],
        "Resource": [
            f"arn:aws:scheduler:{REGION}:{ACCOUNT}:schedule/{group}/*",
            f"arn:aws:iam::{ACCOUNT}:role/scheduler",
        ],
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
    iam.put_user_policy(UserName=group, PolicyName="schedules", PolicyDocument=policy)
    key = iam.create_access_key(UserName=group)["AccessKey"]
    scheduler = boto3.client(
        "scheduler",
        endpoint_url=cloud.endpoint,
        region_name=REGION,
        aws_access_key_id=key["AccessKeyId"],
        aws_secret_access_key=key["SecretAccessKey"],
    )
    at = seconds_from_now(3_600)
    create(scheduler, group, group, at)
    scheduler.delete_schedule(GroupName=group, Name=f"{group}-{at:%H%M%S}")
    with pytest.raises(ClientError, match="AccessDenied"):
        create(scheduler, f"{group}-other", group, at)
