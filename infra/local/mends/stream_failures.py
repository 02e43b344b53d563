"""A stream's mapping retries as its settings say, and what it gives up on lies whole in S3.

Lambda goes on from the record that a function reports as failed, halves a batch that raised, gives up after
MaximumRetryAttempts or MaximumRecordAgeInSeconds, and writes the batch to the failure destination.
MiniStack takes a batch that failed in part for done, retries one that raised for ever, and writes nothing
to S3.
"""

import json
import time
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ministack.core.arn import ArnParseError, parse_arn
from ministack.services import dynamodb, lambda_svc, s3

type Mapping = dict[str, Any]
type Records = list[dict[str, Any]]

SHARD = "shardId-00000000000000000000-00000000"
BACKOFF_SECONDS = 0.5


@dataclass
class _Retry:
    """The batch of a mapping that failed last: from which position, how large, how often."""

    position: int
    size: int
    attempts: int = 0


@dataclass(frozen=True)
class _Failure:
    """From which record of a batch on it failed, and how Lambda tells of it."""

    first: int
    error: str | None


_retries: dict[str, _Retry] = {}


def apply() -> None:
    """Read streams with Lambda's rules of failure."""
    lambda_svc._poll_dynamodb_streams = _poll


def _poll() -> bool:
    """Read a batch for every mapping; tell whether one got on."""
    advanced = False
    for account, region, mapping in lambda_svc._iter_all_esms():
        account_token = lambda_svc._request_account_id.set(account)
        region_token = lambda_svc._request_region.set(region)
        try:
            advanced |= _read(mapping)
        finally:
            lambda_svc._request_account_id.reset(account_token)
            lambda_svc._request_region.reset(region_token)
    return advanced


def _read(mapping: Mapping) -> bool:
    table = _table(mapping)
    function, _ = lambda_svc._get_func_record_for_qualifier(mapping["FunctionName"], mapping.get("Qualifier"))
    if table is None or function is None or lambda_svc._esm_backoff_until.get(_id(mapping), 0) > time.time():
        return False
    position = _position(mapping, table)
    last = _retries.get(_id(mapping))
    retry = last if last and last.position == position else _Retry(position, mapping.get("BatchSize", 100))
    batch: Records = dynamodb.stream_records_since(table, position, retry.size)
    if not batch:
        return False
    wanted: Records = lambda_svc._apply_filter_criteria(batch, mapping)
    answer = lambda_svc._execute_function(function, {"Records": wanted}) if wanted else {}
    failure = _failure(mapping, wanted, answer)
    if failure and not _give_up(mapping, function, wanted[failure.first :], failure, retry):
        _try_again(mapping, batch.index(wanted[failure.first]), len(batch), failure, retry)
        return False
    _go_on(mapping, position + len(batch))
    return True


def _give_up(
    mapping: Mapping, function: dict[str, Any], failed: Records, failure: _Failure, retry: _Retry
) -> bool:
    """Write what failed to the failure destination if it failed often or long enough."""
    splits = failure.error and mapping.get("BisectBatchOnFunctionError") and len(failed) > 1
    retries, age = (mapping.get(name, -1) for name in ("MaximumRetryAttempts", "MaximumRecordAgeInSeconds"))
    oldest = min(float(record["dynamodb"]["ApproximateCreationDateTime"]) for record in failed)
    tried = retry.attempts if failure.first == 0 else 0
    if 0 < age < time.time() - oldest:
        _keep(mapping, function, failed, failure, "MaxRecordAgeExceeded", tried + 1)
    elif 0 <= retries <= tried and not splits:
        _keep(mapping, function, failed, failure, "RetryAttemptsExhausted", tried + 1)
    else:
        return False
    return True


def _try_again(mapping: Mapping, done: int, size: int, failure: _Failure, retry: _Retry) -> None:
    """Read from the first record that failed; after one that raised, half as many."""
    mapping["LastProcessingResult"] = "FAILED"
    position = retry.position + done
    if failure.error and mapping.get("BisectBatchOnFunctionError") and size > 1:
        _retries[_id(mapping)] = _Retry(position, (size + 1) // 2, retry.attempts)
    else:
        attempts = 0 if done else retry.attempts
        _retries[_id(mapping)] = _Retry(position, retry.size, attempts + 1)
    with lambda_svc._dynamodb_stream_positions_lock:
        lambda_svc._dynamodb_stream_positions[_id(mapping)] = position
    lambda_svc._esm_backoff_until[_id(mapping)] = time.time() + BACKOFF_SECONDS


def _id(mapping: Mapping) -> str:
    return str(mapping["UUID"])


def _table(mapping: Mapping) -> str | None:
    """Return the table whose stream a mapping reads; None if it is to read none."""
    source = mapping.get("EventSourceArn", "")
    try:
        spec = parse_arn(source)
    except ArnParseError:
        return None
    if not mapping.get("Enabled", True) or spec.service != "dynamodb":
        return None
    found = lambda_svc._dynamodb_stream_table_from_arn_spec(spec)
    table = dynamodb._tables.get(found[0]) if found else None
    return found[0] if table and table.get("LatestStreamArn") == source else None


def _position(mapping: Mapping, table: str) -> int:
    horizon: int = dynamodb.stream_start_position(table)
    with lambda_svc._dynamodb_stream_positions_lock:
        read = lambda_svc._dynamodb_stream_positions.get(_id(mapping))
        if read is None:
            from_start = mapping.get("StartingPosition") == "TRIM_HORIZON"
            read = horizon if from_start else dynamodb.stream_end_position(table)
        position = max(int(read), horizon)
        lambda_svc._dynamodb_stream_positions[_id(mapping)] = position
    return position


def _go_on(mapping: Mapping, position: int) -> None:
    _retries.pop(_id(mapping), None)
    lambda_svc._esm_backoff_until.pop(_id(mapping), None)
    with lambda_svc._dynamodb_stream_positions_lock:
        lambda_svc._dynamodb_stream_positions[_id(mapping)] = position


def _failure(mapping: Mapping, records: Records, result: dict[str, Any]) -> _Failure | None:
    """Read what a function answered: did it raise, or report some of its records?"""
    if result.get("error"):
        return _Failure(0, str(result.get("function_error") or "Unhandled"))
    if "ReportBatchItemFailures" not in mapping.get("FunctionResponseTypes", ()):
        return None
    body = result.get("body")
    answer = json.loads(body) if isinstance(body, str | bytes) and body else body
    reported = {one["itemIdentifier"] for one in (answer or {}).get("batchItemFailures") or ()}
    if not reported:
        return None
    numbers = [record["dynamodb"]["SequenceNumber"] for record in records]
    # A number that is not of the batch means all of it, as on AWS.
    return _Failure(min(numbers.index(one) if one in numbers else 0 for one in reported), None)


def _keep(
    mapping: Mapping,
    function: dict[str, Any],
    records: Records,
    failure: _Failure,
    condition: str,
    invokes: int,
) -> None:
    """Write a batch that was given up on to the failure destination."""
    destination = (mapping.get("DestinationConfig") or {}).get("OnFailure", {}).get("Destination", "")
    if not destination.startswith("arn:aws:s3:::"):
        result = {"function_error": failure.error}
        source = mapping["EventSourceArn"]
        lambda_svc._send_ddb_stream_failure_record(mapping, function, records, source, result, condition)
        return
    now = datetime.now(UTC)
    first, last = records[0]["dynamodb"], records[-1]["dynamodb"]
    error = {"functionError": failure.error} if failure.error else {}
    told = {
        "requestContext": {
            "requestId": str(uuid.uuid4()),
            "functionArn": (function.get("config") or function).get("FunctionArn", ""),
            "condition": condition,
            "approximateInvokeCount": invokes,
        },
        "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", **error},
        "version": "1.0",
        "timestamp": now.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "DDBStreamBatchInfo": {
            "shardId": SHARD,
            "startSequenceNumber": first["SequenceNumber"],
            "endSequenceNumber": last["SequenceNumber"],
            "batchSize": len(records),
            "streamArn": mapping["EventSourceArn"],
        },
        "payload": json.dumps({"Records": records}),
    }
    key = f"aws/lambda/{_id(mapping)}/{SHARD}/{now:%Y/%m/%d}/{now:%Y-%m-%dT%H.%M.%S}-{uuid.uuid4()}"
    status, *_ = s3._put_object(destination.removeprefix("arn:aws:s3:::"), key, json.dumps(told).encode(), {})
    assert status == 200, f"could not keep a batch of {mapping['FunctionName']}: {status}"
