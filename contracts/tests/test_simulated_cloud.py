"""The simulated cloud keeps what the real one promises, and no more: a proof is as good as its cloud."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from contracts.events.consumers import CONSUMERS
from contracts.events.envelope import event
from contracts.events.graph import FollowCreatedV1
from contracts.events.posts import PersonRef, PostPublishedV2, PostSnapshot
from contracts.transport.items import to_attributes
from delivery_proof import SCHEDULES
from event_patterns import matches
from memory_dynamodb import MemoryDynamo
from moments import Crash, Moments, Refused, crash, refuse
from simulated_cloud import Cloud
from simulated_queue import MAX_RECEIVES, STREAM_TRIES
from table_expressions import condition, update

AIKO = PersonRef(id="aiko", handle="aiko", name="愛子")
ITEM = to_attributes({"pk": "a", "sk": "M#1", "n": 2, "owner": "me"})


class Consumer:
    """Says of each message whether it failed, as told."""

    def __init__(self, *fails: str) -> None:
        self.fails = fails
        self.got: list[str] = []

    def __call__(self, event: Mapping[str, Any]) -> Mapping[str, Any]:
        bodies = {record["messageId"]: record["body"] for record in event["Records"]}
        self.got += bodies.values()
        return {
            "batchItemFailures": [
                {"itemIdentifier": key}
                for key, body in bodies.items()
                if any(fail in body for fail in self.fails)
            ]
        }


def follow(number: int) -> Any:
    data = FollowCreatedV1(follower=AIKO, followee=f"user-{number}")
    subject, now = f"follow/aiko/user-{number}", Cloud().clock()
    return event(data, source="hidoki.posts", subject=subject, sequence=1, time=now)


def with_queue(consumer: Consumer) -> Cloud:
    cloud = Cloud()
    cloud.connect("notify-inbox", consumer)
    return cloud


def table() -> tuple[MemoryDynamo, Moments, list[Mapping[str, Any]]]:
    moments, records = Moments(), list[Mapping[str, Any]]()
    return MemoryDynamo(moments, lambda _table, record: records.append(record)), moments, records


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("attribute_not_exists(pk)", False),
        ("attribute_exists(#n)", True),
        ("attribute_not_exists(pk) OR #n < :three", True),
        ("attribute_not_exists(pk) OR #n < :two", False),
        ("#n <= :two", True),
        ("owner = :me", True),
        ("absent = :me", False),
        ("#n = :me", False),
        ("pk = :a AND begins_with(sk, :prefix)", True),
        ("pk = :me AND begins_with(sk, :prefix)", False),
        ("pk = :a AND sk BETWEEN :prefix AND :last", True),
        ("pk = :a AND sk BETWEEN :last AND :last", False),
    ],
)
def test_conditions_hold_as_dynamodb_says(text: str, holds: bool) -> None:
    values = to_attributes({":two": 2, ":three": 3, ":me": "me", ":a": "a", ":prefix": "M#", ":last": "M#~"})
    assert condition(text)(ITEM, {"#n": "n"}, values) is holds


def test_a_condition_of_a_form_that_no_service_writes_is_refused() -> None:
    with pytest.raises(NotImplementedError, match="size"):
        condition("size(pk) > :two")


def test_an_update_sets_and_removes() -> None:
    values = to_attributes({":x": 3, ":y": "new"})
    changed = update("SET #n = :x, other = :y REMOVE owner, absent", ITEM, {"#n": "n"}, values)
    assert changed == to_attributes({"pk": "a", "sk": "M#1", "n": 3, "other": "new"})


def test_an_update_goes_on_counting_or_begins_to() -> None:
    text, values = "SET #n = if_not_exists(#n, :x) + :y", {":x": {"N": "40"}, ":y": {"N": "2"}}
    assert update(text, {}, {"#n": "n"}, values) == {"n": {"N": "42"}}
    assert update(text, {"n": {"N": "1"}}, {"#n": "n"}, values) == {"n": {"N": "3"}}


def test_a_conditional_write_that_is_refused_changes_nothing_and_says_what_is_there() -> None:
    dynamodb, _, records = table()
    dynamodb.put_item(TableName="t", Item=ITEM)
    with pytest.raises(dynamodb.exceptions.ConditionalCheckFailedException) as refused:
        dynamodb.put_item(
            TableName="t", Item={**ITEM, "n": {"N": "9"}}, ConditionExpression="attribute_not_exists(pk)"
        )
    assert refused.value.response == {"Item": ITEM}
    assert len(records) == len(dynamodb.writes) == 1


def test_a_transaction_is_done_whole_or_not_at_all() -> None:
    dynamodb, _, _ = table()
    other = to_attributes({"pk": "b", "sk": "x"})
    fails = {"TableName": "t", "Key": ITEM, "ConditionExpression": "attribute_exists(pk)"}
    with pytest.raises(dynamodb.exceptions.TransactionCanceledException) as refused:
        dynamodb.transact_write_items(
            TransactItems=[{"Put": {"TableName": "t", "Item": other}}, {"ConditionCheck": fails}]
        )
    codes = [reason["Code"] for reason in refused.value.response["CancellationReasons"]]
    assert codes == ["None", "ConditionalCheckFailed"]
    assert not dynamodb.items("t")


def test_a_stream_tells_each_change_in_json_with_both_images_and_no_change_not_at_all() -> None:
    dynamodb, _, records = table()
    packed = to_attributes({"pk": "a", "sk": "x", "packed": b"\x00\xff"})
    dynamodb.put_item(TableName="t", Item=packed)
    dynamodb.put_item(TableName="t", Item=packed)
    dynamodb.delete_item(TableName="t", Key=packed)
    assert [record["eventName"] for record in records] == ["INSERT", "REMOVE"]
    assert records[0]["dynamodb"]["NewImage"]["packed"] == {"B": "AP8="}
    assert "NewImage" not in records[1]["dynamodb"]


def test_a_batch_that_is_throttled_half_way_leaves_the_rest_undone() -> None:
    dynamodb, moments, _ = table()
    puts = [{"PutRequest": {"Item": to_attributes({"pk": str(n), "sk": "x"})}} for n in range(4)]
    moments.plan(4, refuse)
    answer = dynamodb.batch_write_item(RequestItems={"t": puts})
    assert answer == {"UnprocessedItems": {"t": puts[2:]}}
    assert len(dynamodb.items("t")) == 2


@pytest.mark.parametrize(("ahead", "done"), [(1, 0), (2, 1)])
def test_a_process_dies_before_a_call_is_done_or_before_it_hears_of_it(ahead: int, done: int) -> None:
    dynamodb, moments, _ = table()
    moments.plan(ahead, crash)
    with pytest.raises(Crash):
        dynamodb.put_item(TableName="t", Item=ITEM)
    assert len(dynamodb.items("t")) == done


def test_the_bus_refuses_an_event_alone() -> None:
    cloud = with_queue(Consumer())
    entries = [
        {"Source": "hidoki.posts", "DetailType": one.type, "Detail": one.model_dump_json(exclude_none=True)}
        for one in (follow(1), follow(2), follow(3))
    ]
    cloud.moments.plan(3, refuse)
    answer = cloud.put_events(Entries=entries)
    assert answer["FailedEntryCount"] == 1
    assert "ErrorCode" in answer["Entries"][1]
    assert len(cloud.queues["notify-inbox"].waiting) == 2


@pytest.mark.parametrize(
    ("mentions", "answered", "let_in"), [((), None, False), ((AIKO,), None, True), ((), "ben", True)]
)
def test_a_rule_lets_in_what_its_pattern_says(
    mentions: Sequence[PersonRef], answered: str | None, let_in: bool
) -> None:
    snapshot = PostSnapshot(
        id="p", author=AIKO, text="x", mentions=tuple(mentions), created_at=Cloud().clock()
    )
    data = PostPublishedV2(post=snapshot, audience="public", in_reply_to_author=answered).model_dump(
        mode="json", exclude_none=True
    )
    told = {"source": "hidoki.posts", "detail-type": "post.published.v2", "detail": {"data": data}}
    assert matches(CONSUMERS["notify-inbox"].pattern(), told) is let_in
    assert matches(CONSUMERS["search"].pattern(), told)
    assert not matches(CONSUMERS["chat-people"].pattern(), told)


def test_what_failed_comes_again_and_then_is_a_dead_letter_that_replay_brings_back() -> None:
    consumer = Consumer("user-1")
    cloud = with_queue(consumer)
    cloud.emit(follow(1), follow(2))
    queue = cloud.queues["notify-inbox"]
    for _ in range(MAX_RECEIVES + 1):
        cloud.deliver("notify-inbox", range(10))
    assert len(consumer.got) == MAX_RECEIVES + 1
    assert [one.reason for one in queue.parked] == [None]
    consumer.fails = ()
    cloud.settle()
    assert len(cloud.applied["notify-inbox"]) == 2


def test_a_batch_whose_function_died_comes_again_whole() -> None:
    cloud = with_queue(Consumer())

    def die(_event: Mapping[str, Any]) -> Mapping[str, Any]:
        raise Crash

    cloud.functions["notify-inbox"] = die
    cloud.emit(follow(1), follow(2))
    cloud.deliver("notify-inbox", [0, 0])
    assert len(cloud.queues["notify-inbox"].waiting) == 2
    assert not cloud.applied["notify-inbox"]


def test_a_message_whose_visibility_ran_out_is_handled_again_while_it_is_still_worked_on() -> None:
    cloud, consumer = Cloud(), Consumer()

    def slow(event: Mapping[str, Any]) -> Mapping[str, Any]:
        queue = cloud.queues["notify-inbox"]
        if queue.held:
            queue.run_out()
            cloud.deliver("notify-inbox", [0])
        return consumer(event)

    cloud.connect("notify-inbox", slow)
    cloud.emit(follow(1))
    cloud.deliver("notify-inbox", [0])
    assert len(consumer.got) >= 2
    assert not cloud.queues["notify-inbox"].waiting


def test_a_message_that_no_delivery_applies_does_not_go_unnoticed() -> None:
    cloud = with_queue(Consumer("user-1"))
    cloud.emit(follow(1))
    with pytest.raises(AssertionError, match="never applied"):
        cloud.settle()


def test_changes_of_one_item_keep_their_order_and_a_failed_batch_goes_on_where_it_failed() -> None:
    cloud = Cloud()
    seen: list[list[str]] = []
    failing = ["3"]

    def relay(records: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
        numbers = [record["dynamodb"]["SequenceNumber"] for record in records]
        seen.append(numbers)
        return {"batchItemFailures": [{"itemIdentifier": one} for one in numbers if one in failing]}

    cloud.relay("t", relay)
    for pk, sequence in (("a", 1), ("a", 2), ("b", 1)):
        item = to_attributes({"pk": pk, "sk": "x", "sequence": sequence, "_event": "x.y.v1"})
        cloud.dynamodb.put_item(TableName="t", Item=item)
    cloud.relay_batch("t", [1, 1, 0])
    assert seen == [["1", "3", "2"]]
    assert [one["dynamodb"]["SequenceNumber"] for one in cloud.streams["t"].records] == ["2", "3"]
    for _ in range(STREAM_TRIES - 1):
        cloud.relay_batch("t", [0, 0])
    failing.clear()
    cloud.settle()
    assert not cloud.streams["t"].records


def test_a_refused_call_fails_and_a_planned_thing_happens_once() -> None:
    moments = Moments()
    moments.plan(2, refuse)
    with pytest.raises(Refused):
        moments.around(lambda: None)
    moments.around(lambda: None)
    assert (moments.passed, moments.happened) == (4, 1)


def test_all_services_that_consume_run_at_least_five_thousand_schedules_together() -> None:
    several = {consumer.service for consumer in CONSUMERS.values()}
    assert set(SCHEDULES) == several - {"media"}, "what media hears has an outage at each step (test_erasure)"
    assert sum(SCHEDULES.values()) >= 5_000
