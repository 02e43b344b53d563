"""A schedule fires at its time, and sends in its role whether or not the queue admits the bus.

MiniStack looks at its schedules every 10 seconds: within what AWS promises, but a story can't wait so long.
What rule_dead_letters makes of a queue's policy is for the bus, whom the queue has to admit. Scheduler acts
in a role. What it can't deliver is in the DLQ of the target: the input, with the reason.
"""

import json
from typing import Any

from ministack.core.arn import parse_arn
from ministack.services import eventbridge, scheduler, sqs

from infra.local.mends.enqueue import enqueue

SWEEP_SECONDS = 0.5
SCHEDULER = "scheduler.amazonaws.com"


def apply() -> None:
    """Sweep often; send what schedules send to queues without a look at their policies."""
    scheduler._SCHEDULE_TICK_INTERVAL = SWEEP_SECONDS
    deliver = eventbridge._invoke_target

    def deliver_scheduled(target: dict[str, Any], event: Any, rule: dict[str, Any], view: Any = None) -> None:
        queue = target.get("Arn", "")
        if ":scheduler:" not in rule.get("Arn", "") or not queue.startswith("arn:aws:sqs:"):
            deliver(target, event, rule, view)
            return
        body = target.get("Input") or json.dumps(event)
        if sqs._queue_by_arn(queue) is not None:
            eventbridge._dispatch_to_sqs(parse_arn(queue), body, target.get("SqsParameters") or {})
        elif dead_letters := (target.get("DeadLetterConfig") or {}).get("Arn"):
            told = {
                "SCHEDULE_ARN": rule["Arn"],
                "TARGET_ARN": queue,
                "ERROR_CODE": "AWS.SimpleQueueService.NonExistentQueue",
                "ERROR_MESSAGE": "The specified queue does not exist.",
                "EXHAUSTED_RETRY_CONDITION": "NonRetryableError",
            }
            attributes = {name: {"DataType": "String", "StringValue": value} for name, value in told.items()}
            enqueue(dead_letters, body, attributes, SCHEDULER)

    eventbridge._invoke_target = deliver_scheduled
