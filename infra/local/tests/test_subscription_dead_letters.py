import json
import uuid

import pytest

from infra.local.place import ACCOUNT, REGION
from infra.local.tests.conftest import Cloud
from infra.local.tests.functions import until
from infra.local.tests.test_rule_dead_letters import arn, messages


def make_queue(cloud: Cloud, name: str, topic: str | None) -> str:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": arn(name),
        "Condition": {"ArnEquals": {"aws:SourceArn": topic}},
    }
    policy = {"Policy": json.dumps({"Version": "2012-10-17", "Statement": [statement]})}
    made = cloud.client("sqs").create_queue(QueueName=name, Attributes=policy if topic else {})
    return str(made["QueueUrl"])


@pytest.mark.parametrize(("raw", "there"), [("false", True), ("true", True), ("false", False)])
def test_what_a_subscribed_queue_can_not_take_is_in_the_dead_letter_queue_of_the_subscription(
    cloud: Cloud, raw: str, there: bool
) -> None:
    name = f"topic-{uuid.uuid4().hex[:8]}"
    topic = f"arn:aws:sns:{REGION}:{ACCOUNT}:{name}"
    sns = cloud.client("sns")
    assert sns.create_topic(Name=name)["TopicArn"] == topic
    if there:
        make_queue(cloud, name, topic=None)
    dead_letters = make_queue(cloud, f"{name}-dlq", topic)
    redrive = {"RedrivePolicy": json.dumps({"deadLetterTargetArn": arn(f"{name}-dlq")})}
    sns.subscribe(
        TopicArn=topic,
        Protocol="sqs",
        Endpoint=arn(name),
        Attributes={"RawMessageDelivery": raw, **redrive},
    )
    sns.publish(TopicArn=topic, Message="seen")
    [message] = until(lambda: messages(cloud, dead_letters), seconds=2)
    assert message["Body"] == "seen" if raw == "true" else json.loads(message["Body"])["Message"] == "seen"
