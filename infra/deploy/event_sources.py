"""Options of event-source mappings that Chalice has no words for, set in the request that makes the mapping.

Setting them after the deploy would leave a window in which a batch that failed in part is deleted whole.
"""

import json
from typing import Any

OUTBOX = {"dynamodb": {"NewImage": {"_event": {"S": [{"exists": True}]}}}}
"""What a relay reads of a stream: items that name an event. Projections and removals by TTL do not."""

QUEUE = {"FunctionResponseTypes": ["ReportBatchItemFailures"]}


def stream(failures: str) -> dict[str, Any]:
    """Return the options of a relay's mapping.

    The relay parks what it can't publish, so only an unreachable bus or a broken relay is retried: for
    half the time that the stream keeps its records, then the records themselves go to the bucket `failures`.
    A queue would be told only where in the stream they were, which is forgotten after a day.
    """
    return {
        "FunctionResponseTypes": ["ReportBatchItemFailures"],
        "BisectBatchOnFunctionError": True,
        "MaximumRetryAttempts": 1000,
        "MaximumRecordAgeInSeconds": 12 * 3600,
        "ParallelizationFactor": 4,
        "DestinationConfig": {"OnFailure": {"Destination": f"arn:aws:s3:::{failures}"}},
        "FilterCriteria": {"Filters": [{"Pattern": json.dumps(OUTBOX)}]},
    }


def install(session: Any, failures: str) -> None:
    """Add the options to every request of a botocore session that makes or changes a mapping."""

    def created(params: dict[str, Any], **_: Any) -> None:
        if ":sqs:" in params["EventSourceArn"]:
            params |= QUEUE
        elif ":dynamodb:" in params["EventSourceArn"]:
            # What was written before the mapping came is to be published too.
            params |= stream(failures) | {"StartingPosition": "TRIM_HORIZON"}

    def updated(params: dict[str, Any], **_: Any) -> None:
        mapping = session.create_client("lambda").get_event_source_mapping(UUID=params["UUID"])
        params |= QUEUE if ":sqs:" in mapping["EventSourceArn"] else stream(failures)

    session.register("provide-client-params.lambda.CreateEventSourceMapping", created)
    session.register("provide-client-params.lambda.UpdateEventSourceMapping", updated)
