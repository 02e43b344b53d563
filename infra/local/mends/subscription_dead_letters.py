"""A message that a subscription's queue can't take goes to the dead-letter queue of the subscription.

SNS puts it there as it would have delivered it, when the queue is gone or its policy does not admit the
topic. MiniStack drops it.
"""

import json
from typing import Any

from ministack.core.arn import parse_arn
from ministack.services import sns, sqs

from infra.local.mends.enqueue import enqueue

SNS = "sns.amazonaws.com"


def apply() -> None:
    """Look before delivering to a queue; send what can't be delivered to the dead-letter queue."""
    deliver = sns._deliver_to_sqs

    def deliver_or_park(endpoint: str, envelope: str, raw: bool, message: str, **options: Any) -> None:
        topic = options["topic_arn"]
        dead_letters = None if _admits(endpoint, topic) else _dead_letter_queue(topic, endpoint)
        if dead_letters and _admits(dead_letters, topic):
            attributes = options["message_attributes"] if raw else {}
            enqueue(dead_letters, message if raw else envelope, attributes, SNS)
        else:
            deliver(endpoint, envelope, raw, message, **options)

    sns._deliver_to_sqs = deliver_or_park


def _admits(queue_arn: str, topic: str) -> bool:
    if sqs._queue_by_arn(queue_arn) is None:
        return False
    return bool(sqs.queue_policy_allows(queue_arn, SNS, topic, parse_arn(topic).account_id))


def _dead_letter_queue(topic: str, endpoint: str) -> str | None:
    """Return the dead-letter queue of the one subscription that the endpoint has to the topic."""
    for subscription in (sns._topic_by_arn_any_scope(topic) or {}).get("subscriptions", ()):
        if subscription.get("endpoint") == endpoint:
            policy = json.loads(subscription.get("attributes", {}).get("RedrivePolicy") or "{}")
            found: str | None = policy.get("deadLetterTargetArn")
            return found
    return None
