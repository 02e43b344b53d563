"""An event that a rule can't deliver goes to the DLQ of the target.

EventBridge puts it there with the reason in message attributes when the target queue is gone or its policy
does not admit the rule. MiniStack drops the first, delivers the second and knows no DLQ of a target.
"""

import json
from typing import Any

from ministack.core.arn import parse_arn
from ministack.services import eventbridge, sqs

from infra.local.mends.enqueue import enqueue

EVENTS = "events.amazonaws.com"


def apply() -> None:
    """Look before delivering to a queue; send what can't be delivered to the DLQ."""
    deliver = eventbridge._invoke_target

    def deliver_or_park(target: dict[str, Any], event: Any, rule: dict[str, Any], view: Any = None) -> None:
        reason = _obstacle(target.get("Arn", ""), rule)
        if reason is None:
            deliver(target, event, rule, view)
            return
        dead_letters = (target.get("DeadLetterConfig") or {}).get("Arn")
        if dead_letters and _obstacle(dead_letters, rule) is None:
            view = view or eventbridge._pattern_event_view(event)
            _park(dead_letters, json.dumps(view.event_with_detail()), target, rule, reason)

    eventbridge._invoke_target = deliver_or_park


def _obstacle(queue_arn: str, rule: dict[str, Any]) -> str | None:
    """Return EventBridge's error code for a queue that it can't deliver to."""
    if not queue_arn.startswith("arn:aws:sqs:"):
        return None
    if sqs._queue_by_arn(queue_arn) is None:
        return "NO_RESOURCE"
    account = parse_arn(queue_arn).account_id
    if not sqs.queue_policy_allows(queue_arn, EVENTS, rule.get("Arn", ""), account):
        return "NO_PERMISSIONS"
    return None


def _park(queue_arn: str, body: str, target: dict[str, Any], rule: dict[str, Any], reason: str) -> None:
    told = {
        "RULE_ARN": rule.get("Arn", ""),
        "TARGET_ARN": target.get("Arn", ""),
        "ERROR_CODE": reason,
        "ERROR_MESSAGE": f"The target queue could not take the event: {reason}.",
        "EXHAUSTED_RETRY_CONDITION": "NonRetryableError",
        "RETRY_ATTEMPTS": "0",
    }
    attributes = {name: {"DataType": "String", "StringValue": value} for name, value in told.items()}
    enqueue(queue_arn, body, attributes, EVENTS)
