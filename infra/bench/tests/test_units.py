"""Units: what AWS documents, and what is not guessed."""

import json
from base64 import b64encode
from typing import Any

import pytest

from infra.bench.units import Units, disagreement, size, spent

EVENTUAL, CONSISTENT = {"ConsistentRead": False}, {"ConsistentRead": True}


def item(size: int) -> dict[str, Any]:
    return {"pk": {"S": "x" * (size - 2)}}


def call(operation: str, params: Any, answer: Any) -> dict[str, Any]:
    body = b64encode(json.dumps(answer).encode()).decode()
    return {"operation": operation, "params": params, "status": 200, "body": body}


def query(items: list[Any], **params: Any) -> dict[str, Any]:
    counted = {"Items": items, "Count": len(items), "ScannedCount": len(items)}
    return call("Query", params, counted)


def test_an_item_counts_its_names_and_values() -> None:
    assert size({"pk": {"S": "é"}, "flag": {"BOOL": True}}) == 2 + 2 + 4 + 1
    assert size({"n": {"N": "-120"}}) == 1 + 3
    assert size({"b": {"B": b64encode(b"12345").decode()}}) == 1 + 5
    assert size({"m": {"M": {"a": {"S": "bc"}}}}) == 1 + 3 + 1 + 1 + 2
    assert size({"l": {"L": [{"S": "a"}, {"NULL": True}]}}) == 1 + 3 + 2 + 2


@pytest.mark.parametrize(("length", "units"), [(4_096, 0.5), (4_097, 1.0)])
def test_a_read_costs_half_a_unit_for_each_4_kb_and_twice_that_if_consistent(
    length: int, units: float
) -> None:
    assert spent(call("GetItem", EVENTUAL, {"Item": item(length)})) == Units(read=units)
    assert spent(call("GetItem", CONSISTENT, {"Item": item(length)})) == Units(read=2 * units)


def test_a_look_for_what_is_not_there_costs_as_much_as_a_small_item() -> None:
    assert spent(call("GetItem", CONSISTENT, {})) == Units(read=1.0)


def test_a_query_counts_the_sum_of_its_items_and_a_batch_each_alone() -> None:
    assert spent(query([item(400)] * 20)) == Units(read=1.0)
    wanted: dict[str, Any] = {"RequestItems": {"t": {"Keys": [{}] * 4}}}
    assert spent(call("BatchGetItem", wanted, {"Responses": {"t": [item(400)] * 3}})) == Units(read=2.0)


def test_a_query_that_read_more_than_it_shows_is_not_guessed() -> None:
    filtered = call("Query", {}, {"Items": [], "Count": 0, "ScannedCount": 3})
    with pytest.raises(ValueError, match="more than it shows"):
        spent(filtered)


def test_a_write_costs_what_the_cloud_tells_and_one_that_tells_nothing_is_not_guessed() -> None:
    told = {"ConsumedCapacity": [{"CapacityUnits": 2.0}, {"CapacityUnits": 1.0}]}
    assert spent(call("TransactWriteItems", {}, told)) == Units(write=3.0)
    with pytest.raises(ValueError, match="nothing tells"):
        spent(call("PutItem", {"Item": item(10)}, {}))


@pytest.mark.parametrize(("length", "right", "wrong"), [(1_024, 1.0, 2.0), (1_025, 2.0, 1.0)])
def test_the_clouds_word_on_a_put_is_held_against_the_rule(length: int, right: float, wrong: float) -> None:
    def put(units: float) -> dict[str, Any]:
        return call("PutItem", {"Item": item(length)}, {"ConsumedCapacity": {"CapacityUnits": units}})

    assert disagreement(put(right)) is None
    assert disagreement(put(wrong)) == f"PutItem: told {wrong:g}, by the rule {right:g}"


def test_a_batch_of_puts_is_judged_item_by_item_one_with_deletes_is_not() -> None:
    requests: list[Any] = [{"PutRequest": {"Item": item(10)}}] * 3
    told = {"ConsumedCapacity": [{"CapacityUnits": 1.0}]}
    assert disagreement(call("BatchWriteItem", {"RequestItems": {"t": requests}}, told))
    requests = [*requests, {"DeleteRequest": {"Key": {}}}]
    assert disagreement(call("BatchWriteItem", {"RequestItems": {"t": requests}}, told)) is None
