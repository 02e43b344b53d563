"""Letters go back by the way that they came: to a stream's reader, a function, or the one subscription."""

import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from aws_fakes import FakeSqs, NotFound
from contracts.replay.discovery import ByKind
from contracts.replay.functions import BYTES_PER_INVOCATION, ToFunction, ToRelay
from contracts.replay.letters import DeadLetter, Kind, Told, message_letter
from contracts.replay.objects import BucketPlace
from contracts.replay.replayer import Outcome, Replayer
from contracts.replay.subscriptions import Subscription, ToSubscription
from contracts.transport.items import outbox, to_attributes

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
STREAM = "arn:aws:dynamodb:x:0:table/hidoki-local-posts/stream/1"


class Functions:
    """Lambda: remembers invocations, and answers as it is told to."""

    class exceptions:  # noqa: N801 - boto3's name
        ResourceNotFoundException = NotFound

    def __init__(self) -> None:
        self.invoked: list[tuple[str, str, Any]] = []
        self.answer: Any = {"batchItemFailures": []}
        self.raises = False
        self.readers = {STREAM: "arn:aws:lambda:x:0:function:relay_posts"}

    def list_event_source_mappings(self, *, EventSourceArn: str) -> dict[str, Any]:
        reader = self.readers.get(EventSourceArn)
        return {"EventSourceMappings": [{"FunctionArn": reader}] if reader else []}

    def invoke(self, *, FunctionName: str, Payload: bytes, InvocationType: str = "sync") -> dict[str, Any]:
        if FunctionName == "gone":
            raise NotFound
        self.invoked.append((FunctionName, InvocationType, json.loads(Payload)))
        error = {"FunctionError": "Unhandled"} if self.raises else {}
        return {"Payload": io.BytesIO(json.dumps(self.answer).encode()), **error}

    @property
    def records(self) -> list[dict[str, Any]]:
        return [record for _, _, event in self.invoked for record in event["Records"]]


class Tables:
    """DynamoDB with the one table of posts."""

    class exceptions:  # noqa: N801 - boto3's name
        ResourceNotFoundException = NotFound

    def __init__(self) -> None:
        self.items: dict[str, Any] = {}

    def describe_table(self, *, TableName: str) -> dict[str, Any]:
        if TableName != "hidoki-local-posts":
            raise NotFound
        return {"Table": {"LatestStreamArn": STREAM}}

    def get_item(self, *, TableName: str, Key: Any, ConsistentRead: bool) -> dict[str, Any]:
        assert ConsistentRead
        item = self.items.get(Key["pk"]["S"])
        return {"Item": item} if item else {}


def item(pk: str, sequence: int, **changes: Any) -> dict[str, Any]:
    return to_attributes(
        {"pk": pk, **outbox("post.published.v2", sequence=sequence, actor=pk, at=NOW), **changes}
    )


def letter(
    pk: str, sequence: int = 1, *, attempts: int = 1, table: str = "posts", **changes: Any
) -> DeadLetter:
    record = {
        "eventSourceARN": f"arn:aws:dynamodb:x:0:table/hidoki-local-{table}/stream/0",
        "dynamodb": {
            "Keys": {"pk": {"S": pk}},
            "SequenceNumber": f"n-{pk}",
            "NewImage": item(pk, sequence, **changes),
            "OldImage": item(pk, sequence - 1),
        },
    }
    return DeadLetter(Kind.RELAY, "", NOW, attempts=attempts, tells=(Told(record=record),))


@pytest.fixture
def functions() -> Functions:
    return Functions()


@pytest.fixture
def tables() -> Tables:
    return Tables()


@pytest.fixture
def to_relay(functions: Functions, tables: Tables) -> ToRelay:
    return ToRelay(functions, tables)


def test_parked_records_are_given_to_the_reader_of_their_stream_with_their_attempts(
    to_relay: ToRelay, functions: Functions
) -> None:
    assert to_relay([letter("a"), letter("b", attempts=4)]) == {}
    assert [name for name, _, _ in functions.invoked] == [functions.readers[STREAM]]
    assert [record["attempts"] for record in functions.records] == [2, 5]
    assert functions.records[0]["dynamodb"]["NewImage"] == item("a", 1)


@pytest.mark.parametrize(("now", "taken"), [(1, False), (2, True), (3, True)])
def test_a_record_goes_as_its_item_is_now_unless_the_table_is_behind(
    to_relay: ToRelay, functions: Functions, tables: Tables, now: int, taken: bool
) -> None:
    tables.items["a"] = item("a", now, text="repaired")
    to_relay([letter("a", 2)])
    changed = functions.records[0]["dynamodb"]
    assert changed["NewImage"] == (tables.items["a"] if taken else item("a", 2))
    assert ("OldImage" in changed) != taken, "an old image of the same sequence would publish nothing"


def test_what_the_relay_reports_stays_and_the_rest_goes(to_relay: ToRelay, functions: Functions) -> None:
    functions.answer = {"batchItemFailures": [{"itemIdentifier": "n-b"}]}
    assert to_relay([letter("a"), letter("b"), letter("c")]) == {1: "the bus is away"}


def test_when_the_relay_raises_all_stay_with_its_error(to_relay: ToRelay, functions: Functions) -> None:
    functions.answer, functions.raises = {"errorMessage": "no module"}, True
    assert to_relay([letter("a"), letter("b")]) == dict.fromkeys((0, 1), "relay_posts failed: no module")


def test_records_of_no_known_table_stay_and_hold_up_no_other(to_relay: ToRelay, functions: Functions) -> None:
    nothing = DeadLetter(Kind.RELAY, "", NOW)
    refused = to_relay([letter("a", table="gone"), nothing, letter("b")])
    assert refused == {0: "there is no table hidoki-local-gone", 1: "it holds no record of a stream"}
    assert [record["dynamodb"]["SequenceNumber"] for record in functions.records] == ["n-b"]


def test_records_go_in_invocations_that_lambda_takes(to_relay: ToRelay, functions: Functions) -> None:
    large = "x" * (BYTES_PER_INVOCATION // 3)
    assert to_relay([letter(str(number), text=large) for number in range(5)]) == {}
    assert [len(event["Records"]) for _, _, event in functions.invoked] == [2, 2, 1]


def failed(function: str, payload: Any) -> DeadLetter:
    body = json.dumps({"requestContext": {"functionArn": function}, "requestPayload": payload})
    sent = {"SentTimestamp": "0"}
    return message_letter(Kind.RELAY, {"Body": body, "Attributes": sent})


def test_a_failed_invocation_is_repeated_as_it_was_with_its_attempts(functions: Functions) -> None:
    way = ByKind({Kind.FUNCTION: ToFunction(functions)})
    letters = [
        failed("take_in:$LATEST", {"Records": [], "attempts": 2}),
        failed("gone", {}),
        failed("f", [1]),
    ]
    assert way(letters) == {1: "there is no function gone"}
    assert functions.invoked == [("take_in", "Event", {"Records": [], "attempts": 3}), ("f", "Event", [1])]


def test_a_letter_that_does_not_say_where_it_came_from_stays() -> None:
    pointer = message_letter(
        Kind.RELAY, {"Body": '{"DDBStreamBatchInfo": {}}', "Attributes": {"SentTimestamp": "0"}}
    )
    assert ByKind({})([pointer]) == {0: "it does not say where it came from"}


class Topics:
    """SNS: remembers what was published, and to what."""

    def __init__(self) -> None:
        self.published: list[dict[str, str]] = []

    def publish(self, **request: str) -> None:
        self.published.append(request)


def notified(topic: str = "t", **more: str) -> DeadLetter:
    body = json.dumps({"Type": "Notification", "TopicArn": topic, "Message": "hi", **more})
    return message_letter(Kind.SUBSCRIPTION, {"Body": body, "Attributes": {"SentTimestamp": "0"}})


def test_a_notification_goes_to_its_subscriptions_endpoint_alone(functions: Functions) -> None:
    sqs, topics = FakeSqs("heard", "other"), Topics()
    one = [
        Subscription("s1", "t1", "sqs", "arn:aws:sqs:x:0:heard"),
        Subscription("s2", "t2", "lambda", "arn:aws:lambda:x:0:function:f"),
        Subscription("s3", "t3", "application", "endpoint"),
        Subscription("s4", "t4", "https", "https://example.org"),
        Subscription("s5", "t5", "sqs", "arn:aws:sqs:x:0:other"),
        Subscription("s6", "t5", "sqs", "arn:aws:sqs:x:0:heard"),
    ]
    way = ToSubscription(sqs, topics, functions, one)
    refused = way([*(notified(f"t{n}") for n in range(1, 6)), notified("t5", UnsubscribeURL="…Arn=s5")])
    assert refused == {
        3: "an endpoint of protocol https can't be reached past its topic",
        4: "it may be of 2 subscriptions",
    }
    assert [json.loads(text)["TopicArn"] for text in sqs.bodies("heard")] == ["t1"]
    assert [json.loads(text)["TopicArn"] for text in sqs.bodies("other")] == ["t5"]
    [(_, kind, event)] = functions.invoked
    assert (kind, event["Records"][0]["Sns"]["Message"]) == ("Event", "hi")
    assert topics.published == [{"TargetArn": "endpoint", "Message": "hi"}]


class Bucket:
    """S3: one bucket of what mappings gave up on."""

    class exceptions:  # noqa: N801 - boto3's name
        NoSuchKey = NotFound

    def __init__(self, **objects: str) -> None:
        self.objects = {f"aws/lambda/{key}": text for key, text in objects.items()}
        self.vanished: set[str] = set()

    def get_paginator(self, name: str) -> "Bucket":
        assert name == "list_objects_v2"
        return self

    def paginate(self, *, Bucket: str, Prefix: str) -> Iterator[dict[str, Any]]:
        keys = sorted(key for key in self.objects if key.startswith(Prefix))
        for start in range(0, len(keys), 2):
            yield {"Contents": [{"Key": key} for key in keys[start : start + 2]]}
        yield {}

    def get_object(self, *, Bucket: str, Key: str) -> dict[str, Any]:
        if Key in self.vanished:
            raise NotFound
        return {"Body": io.BytesIO(self.objects[Key].encode()), "LastModified": NOW}

    def delete_objects(self, *, Bucket: str, Delete: dict[str, Any]) -> None:
        for one in Delete["Objects"]:
            del self.objects[one["Key"]]


def given_up(*keys: str) -> str:
    records = [letter(key).tells[0].record for key in keys]
    return json.dumps(
        {
            "requestContext": {"condition": "RetryAttemptsExhausted"},
            "timestamp": "2026-11-25T11:00:00Z",
            "payload": json.dumps({"Records": records}),
        }
    )


def test_batches_in_the_bucket_are_replayed_and_deleted_and_what_is_refused_stays(
    to_relay: ToRelay, functions: Functions
) -> None:
    s3 = Bucket(a=given_up("a", "b"), b="{}", c=given_up("c"), d=given_up("d"), e=given_up("e"))
    s3.vanished = {"aws/lambda/e"}
    functions.answer = {"batchItemFailures": [{"itemIdentifier": "n-c"}]}
    place = BucketPlace(s3, "failures")
    assert place.depth() == 5
    replayer = Replayer(place, ByKind({Kind.STREAM: to_relay}), erased={"b"}, now=NOW.timestamp)
    outcome = Outcome()
    for step in replayer.replay():
        outcome.add(step)
    assert (outcome.sent, outcome.refused.total()) == (2, 2)
    assert {record["dynamodb"]["SequenceNumber"] for record in functions.records} == {"n-a", "n-c", "n-d"}
    assert {key[-1] for key in s3.objects} == {"b", "c", "e"}
