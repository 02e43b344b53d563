"""Schedules on the cloud: each is made once, and removed or not there."""

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import boto3
import pytest
from chalicelib.scheduling import Firing
from chalicelib.store.schedules import FiringQueue, SchedulerSchedules, receiving
from contracts.transport.own_queue import SqsOwnQueue
from ulid import ULID

pytestmark = pytest.mark.cloud

AT = datetime(2027, 1, 1, tzinfo=UTC)
FIRING = Firing(str(uuid4()), str(ULID()), 10**15)


@pytest.fixture(scope="module")
def scheduler() -> Any:
    return boto3.client("scheduler")


@pytest.fixture
def schedules(scheduler: Any) -> Iterator[SchedulerSchedules]:
    made = SchedulerSchedules(
        scheduler,
        os.environ["SCHEDULE_GROUP"],
        os.environ["SCHEDULE_ROLE_ARN"],
        os.environ["QUEUE_POSTS_SCHEDULE_ARN"],
        os.environ["RULE_DLQ_POSTS_SCHEDULE_ARN"],
    )
    yield made
    made.cancel(FIRING)


def mine(scheduler: Any) -> list[dict[str, Any]]:
    group = os.environ["SCHEDULE_GROUP"]
    names = [one["Name"] for one in scheduler.list_schedules(GroupName=group)["Schedules"]]
    found = [scheduler.get_schedule(GroupName=group, Name=name) for name in names]
    return [one for one in found if FIRING.author in one["Target"]["Input"]]


def test_a_schedule_is_there_once_and_says_when_and_what(
    scheduler: Any, schedules: SchedulerSchedules
) -> None:
    for _ in range(2):
        schedules.set(FIRING, AT)
    (made,) = mine(scheduler)
    assert made["ScheduleExpression"] == "at(2027-01-01T00:00:00)"
    assert made["ActionAfterCompletion"] == "DELETE"
    assert made["FlexibleTimeWindow"] == {"Mode": "OFF"}
    assert made["Target"]["Arn"] == os.environ["QUEUE_POSTS_SCHEDULE_ARN"]
    assert made["Target"]["RoleArn"] == os.environ["SCHEDULE_ROLE_ARN"]
    fired: list[Firing] = []
    receiving(fired.append)(json.loads(made["Target"]["Input"])["detail"])
    assert fired == [FIRING]


def test_each_version_has_a_schedule_of_its_own_that_is_removed_alone(
    scheduler: Any, schedules: SchedulerSchedules
) -> None:
    other = replace(FIRING, schedule=2)
    schedules.set(FIRING, AT)
    schedules.set(other, AT)
    for _ in range(2):
        schedules.cancel(other)
    assert len(mine(scheduler)) == 1


@pytest.mark.parametrize(
    ("wait", "delayed"),
    [
        (-timedelta(hours=1), 0),
        (timedelta(milliseconds=1), 1),
        (timedelta(minutes=15), 1),
        (timedelta(days=1), 1),
    ],
)
def test_a_firing_waits_in_the_queue_as_long_as_sqs_lets_it(wait: timedelta, delayed: int) -> None:
    sqs = boto3.client("sqs")
    url = sqs.create_queue(QueueName=f"q-{uuid4().hex[:8]}")["QueueUrl"]
    try:
        FiringQueue(SqsOwnQueue(sqs, url)).send(FIRING, wait)
        told = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        assert int(told["ApproximateNumberOfMessagesDelayed"]) == delayed
    finally:
        sqs.delete_queue(QueueUrl=url)
