"""The relay publishes what changed, sends again only what the bus refused, and parks what is no event."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from aws_fakes import FakeBus, FakeSqs
from contracts.events import registry
from contracts.events.envelope import event_id
from contracts.events.graph import FollowRemovedV1
from contracts.events.posts import PersonRef, PostDeletedV1
from contracts.transport.items import Item, outbox, to_attributes
from contracts.transport.parking import Parking
from contracts.transport.relay import ATTEMPTS, BYTES_PER_REQUEST, Outgoing, Relay
from hypothesis import given
from hypothesis import strategies as st
from xray_daemon import listening

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def to_event(item: Item) -> Outgoing:
    return Outgoing(f"post/{item['id']}", PostDeletedV1(post_id=item["id"], author=item["author"]))


class PostDeletedV2(PostDeletedV1):
    TYPE = "post.deleted.v2"


def to_both(item: Item) -> Outgoing:
    """Say a deletion in its new version, and in the old one that somebody still needs."""
    said = {"post_id": item["id"], "author": item["author"]}
    return Outgoing(f"post/{item['id']}", PostDeletedV2(**said), beside=(PostDeletedV1(**said),))


def record(post_id: str, *, sequence: int = 1, old: int | None = None, **changes: Any) -> dict[str, Any]:
    item = {
        "id": post_id,
        "author": "aiko",
        **outbox("post.deleted.v1", sequence=sequence, actor="aiko", at=NOW),
    }
    images: dict[str, Any] = {
        "SequenceNumber": f"n-{post_id}",
        "NewImage": to_attributes({**item, **changes}),
    }
    if old is not None:
        images["OldImage"] = to_attributes({"id": post_id, "sequence": old})
    return {"eventName": "MODIFY" if old else "INSERT", "dynamodb": images}


@pytest.fixture
def bus() -> FakeBus:
    return FakeBus()


@pytest.fixture
def sqs() -> FakeSqs:
    return FakeSqs("relay-dlq")


@pytest.fixture
def relay(bus: FakeBus, sqs: FakeSqs) -> Relay:
    return Relay(
        "posts", to_event, "hidoki", bus, Parking(sqs, "relay-dlq", "relay:posts"), pause=lambda _: None
    )


@pytest.fixture
def both(bus: FakeBus, sqs: FakeSqs, monkeypatch: pytest.MonkeyPatch) -> Relay:
    """Return the relay of a service that publishes a second version beside the first."""
    monkeypatch.setitem(registry._PUBLISHER, "post.deleted.v2", "posts")
    return Relay(
        "posts", to_both, "hidoki", bus, Parking(sqs, "relay-dlq", "relay:posts"), pause=lambda _: None
    )


def posts_of(bus: FakeBus) -> list[str]:
    return [json.loads(entry["Detail"])["data"]["post_id"] for entry in bus.accepted]


def test_a_changed_item_becomes_an_event_with_its_envelope(relay: Relay, bus: FakeBus) -> None:
    assert relay([record("a", sequence=3, old=2)]) == {"batchItemFailures": []}
    [entry] = bus.accepted
    assert (entry["Source"], entry["DetailType"], entry["EventBusName"]) == (
        "hidoki.posts",
        "post.deleted.v1",
        "hidoki",
    )
    event = json.loads(entry["Detail"])
    assert (event["subject"], event["sequence"], event["actor"]) == ("post/a", 3, "aiko")
    assert event["time"] == "2026-11-24T12:00:00Z"


def test_a_record_delivered_twice_is_the_same_event(relay: Relay, bus: FakeBus) -> None:
    relay([record("a")])
    relay([record("a")])
    assert len({json.loads(entry["Detail"])["id"] for entry in bus.accepted}) == 1


def test_the_trace_of_the_command_goes_on_in_the_event(relay: Relay, bus: FakeBus) -> None:
    header = "Root=1-67891233-abcdef012345678912345678;Parent=53995c3f42cd8ad8;Sampled=0"
    relay([record("a", _trace=header)])
    [entry] = bus.accepted
    assert json.loads(entry["Detail"])["trace"] == header
    assert "TraceHeader" not in entry


def test_of_a_sampled_trace_the_relay_is_the_parent_of_what_follows(relay: Relay, bus: FakeBus) -> None:
    root, parent = "1-67891233-abcdef012345678912345678", "53995c3f42cd8ad8"
    good, poison = (record(name, _trace=f"Root={root};Parent={parent};Sampled=1") for name in "ab")
    del poison["dynamodb"]["NewImage"]["author"]
    with listening() as daemon:
        relay([good, poison])
        parked, relayed = daemon.segment(), daemon.segment()

    [entry] = bus.accepted
    assert json.loads(entry["Detail"])["trace"] == f"Root={root};Parent={relayed['id']};Sampled=1"
    assert entry["TraceHeader"] == f"Root={root};Parent={relayed['id']};Sampled=1"
    assert (relayed["name"], relayed["trace_id"], relayed["parent_id"]) == ("relay:posts", root, parent)
    assert relayed["annotations"] == {"event": "post.deleted.v1"}
    assert parked["fault"] is True
    assert parked["annotations"]["reason"].startswith("KeyError")


def test_a_segment_tells_that_the_bus_refused_its_event(relay: Relay, bus: FakeBus) -> None:
    bus.away = ATTEMPTS
    with listening() as daemon:
        relay([record("a", _trace="Root=1-67891233-abcdef012345678912345678;Sampled=1")])
        assert daemon.segment()["annotations"]["reason"] == "the bus refused it"


def test_what_did_not_move_its_sequence_publishes_nothing(relay: Relay, bus: FakeBus) -> None:
    removed_by_ttl = {"eventName": "REMOVE", "dynamodb": {"SequenceNumber": "1", "OldImage": {}}}
    projection = {
        "eventName": "INSERT",
        "dynamodb": {"SequenceNumber": "1", "NewImage": to_attributes({"pk": "x"})},
    }
    relay([record("a", sequence=2, old=2), removed_by_ttl, projection])
    assert bus.requests == []


def test_a_record_that_is_no_event_is_parked_whole_and_the_rest_goes_on(
    relay: Relay, bus: FakeBus, sqs: FakeSqs
) -> None:
    poison = record("bad", author=7)
    assert relay([record("a"), poison, record("b")]) == {"batchItemFailures": []}
    assert posts_of(bus) == ["a", "b"]
    [parked] = sqs.queues["relay-dlq"]
    assert json.loads(parked["Body"]) == poison
    assert "author" in parked["MessageAttributes"]["reason"]["StringValue"]


def test_a_record_that_a_replay_gave_back_is_parked_anew_with_its_attempts(
    relay: Relay, sqs: FakeSqs
) -> None:
    relay([{**record("bad", author=7), "attempts": 2}, record("worse", author=8)])
    parked = [message["MessageAttributes"]["attempts"]["StringValue"] for message in sqs.queues["relay-dlq"]]
    assert parked == ["2", "1"]


def test_an_event_of_another_service_is_parked(bus: FakeBus, sqs: FakeSqs) -> None:
    relay = Relay("chat", to_event, "hidoki", bus, Parking(sqs, "relay-dlq", "relay:chat"))
    relay([record("a")])
    assert "chat may not publish post.deleted.v1" in str(sqs.queues["relay-dlq"])
    assert not bus.accepted


@pytest.mark.parametrize(("size", "parked"), [(0, 0), (1, 1)])
def test_an_event_at_the_byte_limit_goes_and_one_byte_more_is_parked(
    relay: Relay, bus: FakeBus, sqs: FakeSqs, size: int, parked: int
) -> None:
    relay([record("a", author="")])
    overhead = len(bus.accepted[0]["Detail"].encode())
    relay([record("a", author="x" * (BYTES_PER_REQUEST - overhead + size))])
    assert len(sqs.queues["relay-dlq"]) == parked
    assert len(bus.accepted) == 2 - parked


def test_only_what_the_bus_refused_is_sent_again(relay: Relay, bus: FakeBus) -> None:
    relay([record("b")])
    bus.refuse = {bus.accepted[0]["Detail"]: 1}
    assert relay([record("a"), record("b"), record("c")]) == {"batchItemFailures": []}
    assert [len(request) for request in bus.requests] == [1, 3, 1]
    assert posts_of(bus) == ["b", "a", "c", "b"]


def test_what_the_bus_goes_on_refusing_is_reported_to_the_stream(relay: Relay, bus: FakeBus) -> None:
    relay([record("b")])
    bus.refuse = {bus.accepted[0]["Detail"]: 99}
    assert relay([record("a"), record("b")]) == {"batchItemFailures": [{"itemIdentifier": "n-b"}]}


def test_a_bus_that_comes_back_in_time_loses_nothing(relay: Relay, bus: FakeBus) -> None:
    bus.away = ATTEMPTS - 1
    assert relay([record("a")]) == {"batchItemFailures": []}
    bus.away = ATTEMPTS
    assert relay([record("b")]) == {"batchItemFailures": [{"itemIdentifier": "n-b"}]}


def types_of(bus: FakeBus) -> list[str]:
    return [entry["DetailType"] for entry in bus.accepted]


def test_a_change_goes_out_in_every_version_each_an_event_of_its_own(both: Relay, bus: FakeBus) -> None:
    assert both([record("a", sequence=3, old=2)]) == {"batchItemFailures": []}
    events = [json.loads(entry["Detail"]) for entry in bus.accepted]
    assert types_of(bus) == ["post.deleted.v2", "post.deleted.v1"]
    assert [event["type"] for event in events] == types_of(bus)
    assert {(event["subject"], event["sequence"], event["actor"]) for event in events} == {
        ("post/a", 3, "aiko")
    }
    assert [event["id"] for event in events] == [event_id(told, "post/a", 3) for told in types_of(bus)]


def test_of_a_change_only_the_version_that_the_bus_refused_is_sent_again(both: Relay, bus: FakeBus) -> None:
    both([record("a")])
    bus.refuse = {bus.accepted[1]["Detail"]: 1}
    assert both([record("a")]) == {"batchItemFailures": []}
    assert [[entry["DetailType"] for entry in request] for request in bus.requests[1:]] == [
        ["post.deleted.v2", "post.deleted.v1"],
        ["post.deleted.v1"],
    ]


@pytest.mark.parametrize("refused", [(0,), (1,), (0, 1)])
def test_a_change_has_failed_once_if_any_of_its_versions_has(
    both: Relay, bus: FakeBus, refused: tuple[int, ...]
) -> None:
    both([record("b")])
    bus.refuse = {bus.accepted[number]["Detail"]: 99 for number in refused}
    failed = both([record("a"), record("b"), record("c")])
    assert failed == {"batchItemFailures": [{"itemIdentifier": "n-b"}]}
    bus.refuse = {}
    both([record("b")])
    told = {json.loads(entry["Detail"])["id"] for entry in bus.accepted if "post/b" in entry["Detail"]}
    assert len(told) == 2, "delivered again, it is the same two events"


def test_a_change_that_can_not_be_told_in_every_version_is_parked_and_told_in_none(
    bus: FakeBus, sqs: FakeSqs
) -> None:
    relay = Relay("posts", to_both, "hidoki", bus, Parking(sqs, "relay-dlq", "relay:posts"))
    relay([record("a")])
    assert "no service publishes 'post.deleted.v2'" in str(sqs.queues["relay-dlq"])
    assert not bus.accepted


def test_one_change_is_one_fact_and_once_in_each_version() -> None:
    gone = PostDeletedV1(post_id="a", author="aiko")
    unfollowed = FollowRemovedV1(follower=PersonRef(id="a", handle="a", name="a"), followee="b")
    for other in (gone, unfollowed):
        with pytest.raises(ValueError, match="one change is one fact"):
            Outgoing("post/a", gone, beside=(other,))


def test_a_retired_event_is_parked_with_what_became_of_it(
    relay: Relay, sqs: FakeSqs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(registry.RETIRED, "posts", ("post.deleted.v1",))
    monkeypatch.setitem(registry.PUBLISHED, "posts", ("post.deleted.v2",))
    monkeypatch.delitem(registry._PUBLISHER, "post.deleted.v1")
    relay([record("a")])
    assert "post.deleted.v1 is retired: posts publishes post.deleted.v2 in its place" in str(
        sqs.queues["relay-dlq"]
    )


@given(st.lists(st.integers(min_value=0, max_value=90_000), max_size=40))
def test_every_request_keeps_the_limits_of_put_events_and_no_event_is_left_out(sizes: list[int]) -> None:
    bus = FakeBus()
    relay = Relay("posts", to_event, "hidoki", bus, Parking(FakeSqs("relay-dlq"), "relay-dlq", "relay:posts"))
    relay([record(str(number), author="x" * size) for number, size in enumerate(sizes)])
    assert posts_of(bus) == [str(number) for number in range(len(sizes))]
    for request in bus.requests:
        assert len(request) <= 10
        assert sum(len(entry["Detail"].encode()) for entry in request) <= BYTES_PER_REQUEST
