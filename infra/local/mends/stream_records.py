"""A table's stream outlives a restart, as do the changes in it that nobody has read yet.

MiniStack keeps how far each function has read but not what there was to read: after a restart it would pass
over as many new changes as were read before, and forget those that were not.
"""

from typing import Any

from ministack.core.arn import parse_arn
from ministack.services import dynamodb, lambda_svc

RECORDS = "stream_records"
TRIMMED = "stream_trimmed"


def apply() -> None:
    """Save and restore the streams with their tables."""
    save, restore = dynamodb.get_state, dynamodb.load_persisted_state

    def save_with_streams() -> dict[str, Any]:
        return {**save(), RECORDS: dynamodb._stream_records, TRIMMED: dynamodb._stream_trimmed}

    def restore_with_streams(data: dict[str, Any]) -> None:
        records, trimmed = data.pop(RECORDS, None), data.pop(TRIMMED, None)
        restore(data)
        if records is not None and trimmed is not None:
            dynamodb._stream_trimmed.update(trimmed)
            dynamodb._stream_records.update(records)

    restore_functions = lambda_svc._restore_state

    def restore_functions_after_streams(data: dict[str, Any]) -> None:
        restore_functions(data)
        _hold_back()

    lambda_svc._restore_state = restore_functions_after_streams
    dynamodb.get_state = save_with_streams
    dynamodb.load_persisted_state = restore_with_streams


def _hold_back() -> None:
    """Let nobody have read more than there is: tables are saved a moment before functions."""
    for (account, region, mapping), position in list(lambda_svc._dynamodb_stream_positions._data.items()):
        source = lambda_svc._esms._data.get((account, region, mapping), {}).get("EventSourceArn", "")
        if ":dynamodb:" not in source:
            continue
        table = parse_arn(source).resource.split("/")[1]
        end = dynamodb.stream_end_position(table, account_id=account, region=region)
        lambda_svc._dynamodb_stream_positions._data[account, region, mapping] = min(position, end)
