"""Limits: what is dearer than it may be is named."""

import json
from base64 import b64encode
from dataclasses import replace
from typing import Any

import pytest

from infra.bench.expected import EXPECTED, batches, chunks, worse, worse_fan_out
from infra.bench.ledger import CHUNK, Ledger, Run
from infra.bench.outcomes import Action, FanOut

POST = "post, the shortest"


def write(units: float = 1.0, operation: str = "PutItem", **params: Any) -> dict[str, Any]:
    body = b64encode(json.dumps({"ConsumedCapacity": {"CapacityUnits": units}}).encode()).decode()
    return {"service": "dynamodb", "operation": operation, "params": params, "status": 200, "body": body}


def post(*calls: dict[str, Any]) -> Action:
    return Action(POST, Ledger([Run("posts", "api_handler", {}, calls)]))


def test_an_action_within_its_limits_is_not_worse() -> None:
    assert list(worse([post(write())])) == []


def test_a_second_write_of_a_post_is_told() -> None:
    assert list(worse([post(write(), write())])) == [
        f"{POST}: 2 write units of the request, 1 allowed",
        f"{POST}: 2 calls of the request, 1 allowed",
    ]


def test_one_run_more_than_allowed_is_told() -> None:
    allowed = EXPECTED[POST].runs
    ledger = Ledger([Run("posts", "relay_posts", {}, ())] * (allowed + 1))
    told = list(worse([Action(POST, ledger)]))
    assert told == [f"{POST}: {allowed + 1} function runs, {allowed} allowed"]


def test_an_action_without_a_price_is_told() -> None:
    assert list(worse([replace(post(), name="something new")])) == ["something new is not in EXPECTED"]


def fan_out(readers: int, items: int, chunk_runs: int) -> FanOut:
    batch = write(operation="BatchWriteItem", RequestItems={"t": [{}] * items})
    planner = Run("posts", "fan_out", {}, [batch])
    chunk = Run("posts", "fan_out", {"Records": [{"body": f'{{"detail-type": "{CHUNK}"}}'}]}, ())
    return FanOut(readers, Ledger([planner, *[chunk] * chunk_runs]))


def test_a_fan_out_of_more_items_or_runs_than_readers_call_for_is_told() -> None:
    assert list(worse_fan_out(fan_out(10, items=11, chunk_runs=1))) == []
    assert list(worse_fan_out(fan_out(10, items=12, chunk_runs=2))) == [
        "fan-out to 10: 12 items, 11 allowed",
        "fan-out to 10: 2 runs for chunks, 1 allowed",
    ]


@pytest.mark.parametrize(
    ("readers", "parts", "calls"),
    [(1, 1, 1), (24, 1, 1), (25, 1, 2), (100, 1, 5), (2_500, 1, 101), (2_501, 2, 102), (5_000, 2, 202)],
)
def test_chunks_and_batches_of_readers(readers: int, parts: int, calls: int) -> None:
    assert (chunks(readers), batches(readers)) == (parts, calls)
