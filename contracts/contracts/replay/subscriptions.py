"""The way back to the one subscription that could not be delivered to, past the topic and its others."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from contracts.replay.letters import DeadLetter
from contracts.replay.queues import ToQueue


@dataclass(frozen=True)
class Subscription:
    """An SNS subscription that has a dead-letter queue."""

    arn: str
    topic: str
    protocol: str
    endpoint: str


def subscriptions(sns: Any, dlq_arn: str, topics: str) -> list[Subscription]:
    """Return the subscriptions whose dead-letter queue this is.

    Parameters
    ----------
    sns
        A botocore client.
    dlq_arn
        The queue.
    topics
        How the names of the stage's topics begin.
    """
    found = []
    for page in sns.get_paginator("list_subscriptions").paginate():
        for one in page["Subscriptions"]:
            if not one["TopicArn"].rpartition(":")[2].startswith(topics):
                continue
            attributes = sns.get_subscription_attributes(SubscriptionArn=one["SubscriptionArn"])["Attributes"]
            if json.loads(attributes.get("RedrivePolicy") or "{}").get("deadLetterTargetArn") == dlq_arn:
                arn, topic = one["SubscriptionArn"], one["TopicArn"]
                found.append(Subscription(arn, topic, one["Protocol"], one["Endpoint"]))
    return found


@dataclass(frozen=True)
class ToSubscription:
    """Sends letters to the endpoint of the subscription that they were for.

    Parameters
    ----------
    sqs, sns, functions
        botocore clients.
    candidates
        The subscriptions that share the dead-letter queue.
    """

    sqs: Any = field(repr=False)
    sns: Any = field(repr=False)
    functions: Any = field(repr=False)
    candidates: Sequence[Subscription]

    def __call__(self, letters: Sequence[DeadLetter]) -> Mapping[int, str]:
        """Send letters; return why each refused one was refused."""
        refused = {}
        for position, letter in enumerate(letters):
            found = self._of(letter)
            if len(found) != 1:
                refused[position] = f"it may be of {len(found)} subscriptions"
            elif reason := self._send(found[0], letter):
                refused[position] = reason
        return refused

    def _of(self, letter: DeadLetter) -> Sequence[Subscription]:
        """Return the subscriptions that a letter may be of; raw ones name no topic."""
        if len(self.candidates) == 1 or not isinstance(letter.content, dict):
            return self.candidates
        content = letter.content
        own = [one for one in self.candidates if one.arn in str(content.get("UnsubscribeURL", ""))]
        return own or [one for one in self.candidates if one.topic == content.get("TopicArn")]

    def _send(self, to: Subscription, letter: DeadLetter) -> str | None:
        match to.protocol:
            case "sqs":
                name, account = to.endpoint.rpartition(":")[2], to.endpoint.split(":")[4]
                url = self.sqs.get_queue_url(QueueName=name, QueueOwnerAWSAccountId=account)["QueueUrl"]
                return ToQueue(self.sqs, url)([letter]).get(0)
            case "lambda":
                record = {
                    "EventSource": "aws:sns",
                    "EventVersion": "1.0",
                    "EventSubscriptionArn": to.arn,
                    "Sns": letter.content,
                }
                payload = json.dumps({"Records": [record]}).encode()
                self.functions.invoke(FunctionName=to.endpoint, InvocationType="Event", Payload=payload)
            case "application":
                content = letter.content if isinstance(letter.content, dict) else {}
                self.sns.publish(TargetArn=to.endpoint, Message=str(content.get("Message", letter.body)))
            case other:
                return f"an endpoint of protocol {other} can't be reached past its topic"
        return None
