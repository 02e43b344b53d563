import json
import uuid
from typing import Any

import pytest

from infra.local.place import ACCOUNT, REGION
from infra.local.tests.conftest import Cloud
from infra.local.tests.functions import until


@pytest.fixture
def bus(cloud: Cloud) -> str:
    name = f"bus-{uuid.uuid4().hex[:8]}"
    cloud.client("events").create_event_bus(Name=name)
    return name


def make_queue(cloud: Cloud, name: str, admits: str | None) -> str:
    policy = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "events.amazonaws.com"},
                "Action": "sqs:SendMessage",
                "Resource": arn(name),
                "Condition": {"ArnEquals": {"aws:SourceArn": admits}},
            }
        ],
    }
    attributes = {"Policy": json.dumps(policy)} if admits else {}
    made = cloud.client("sqs").create_queue(QueueName=name, Attributes=attributes)
    return str(made["QueueUrl"])


def arn(queue: str) -> str:
    return f"arn:aws:sqs:{REGION}:{ACCOUNT}:{queue}"


def make_rule(cloud: Cloud, bus: str, target: str, dead_letters: str) -> None:
    events = cloud.client("events")
    events.put_rule(Name=bus, EventBusName=bus, EventPattern=json.dumps({"source": ["test"]}))
    events.put_targets(
        Rule=bus,
        EventBusName=bus,
        Targets=[{"Id": "1", "Arn": arn(target), "DeadLetterConfig": {"Arn": arn(dead_letters)}}],
    )


def put_event(cloud: Cloud, bus: str) -> None:
    entry = {"Source": "test", "DetailType": "seen", "Detail": '{"n": 1}', "EventBusName": bus}
    assert cloud.client("events").put_events(Entries=[entry])["FailedEntryCount"] == 0


def messages(cloud: Cloud, url: str) -> list[dict[str, Any]]:
    answer = cloud.client("sqs").receive_message(QueueUrl=url, MessageAttributeNames=["All"])
    return list(answer.get("Messages", []))


def rule_arn(bus: str) -> str:
    return f"arn:aws:events:{REGION}:{ACCOUNT}:rule/{bus}/{bus}"


def test_an_event_for_a_queue_that_is_gone_is_in_the_dlq_with_the_reason(cloud: Cloud, bus: str) -> None:
    dead_letters = make_queue(cloud, f"{bus}-dlq", rule_arn(bus))
    make_rule(cloud, bus, f"{bus}-gone", f"{bus}-dlq")
    put_event(cloud, bus)
    (message,) = until(lambda: messages(cloud, dead_letters), seconds=2)
    attributes = {name: value["StringValue"] for name, value in message["MessageAttributes"].items()}
    assert json.loads(message["Body"])["detail"] == {"n": 1}
    assert attributes["ERROR_CODE"] == "NO_RESOURCE"
    assert attributes["RULE_ARN"] == rule_arn(bus)
    assert attributes["TARGET_ARN"] == arn(f"{bus}-gone")


def test_an_event_for_a_queue_that_does_not_admit_the_rule_is_in_the_dlq(cloud: Cloud, bus: str) -> None:
    target = make_queue(cloud, bus, None)
    dead_letters = make_queue(cloud, f"{bus}-dlq", rule_arn(bus))
    make_rule(cloud, bus, bus, f"{bus}-dlq")
    put_event(cloud, bus)
    (message,) = until(lambda: messages(cloud, dead_letters), seconds=2)
    assert message["MessageAttributes"]["ERROR_CODE"]["StringValue"] == "NO_PERMISSIONS"
    assert messages(cloud, target) == []


def test_an_event_for_a_queue_that_admits_the_rule_is_delivered_once(
    mended: Cloud, bus_of_mended: str
) -> None:
    target = make_queue(mended, bus_of_mended, rule_arn(bus_of_mended))
    dead_letters = make_queue(mended, f"{bus_of_mended}-dlq", rule_arn(bus_of_mended))
    make_rule(mended, bus_of_mended, bus_of_mended, f"{bus_of_mended}-dlq")
    put_event(mended, bus_of_mended)
    assert len(until(lambda: messages(mended, target), seconds=2)) == 1
    assert messages(mended, dead_letters) == []


@pytest.fixture
def bus_of_mended(mended: Cloud) -> str:
    name = f"bus-{uuid.uuid4().hex[:8]}"
    mended.client("events").create_event_bus(Name=name)
    return name
