"""The consumer hands each event to its handler; what can't be handled costs itself and no other."""

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from aws_fakes import FakeSqs
from contracts.events import registry
from contracts.events.chat import MemberJoinedV1
from contracts.events.envelope import Event, EventData, detail, event
from contracts.events.media import MediaDeletedV1, MediaFailedV1, MediaReadyV1
from contracts.events.registry import UnknownEventType, publisher
from contracts.transport import trace
from contracts.transport.consume import QueueConsumer, work_body
from contracts.transport.parking import REASON_LIMIT, Parking

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def body(channel: str, user: str = "ben", header: str | None = None) -> str:
    joined = event(
        MemberJoinedV1(channel_id=channel, user_id=user),
        source="hidoki.chat",
        subject=f"member/{channel}/{user}",
        sequence=1,
        time=NOW,
        trace=header,
    )
    return work_body("member.joined.v1", json.loads(detail(joined)))


def batch(*bodies: str, receives: int = 1) -> dict[str, Any]:
    return {
        "Records": [
            {"messageId": str(n), "body": text, "attributes": {"ApproximateReceiveCount": str(receives)}}
            for n, text in enumerate(bodies)
        ]
    }


class Handled:
    """Remembers what it was given, and fails where told."""

    def __init__(self, *fails_on: str) -> None:
        self.channels: list[str] = []
        self.traces: list[str | None] = []
        self.fails_on = fails_on

    def __call__(self, joined: Event[MemberJoinedV1]) -> None:
        if joined.data.channel_id in self.fails_on:
            raise ConnectionError("the table is away")
        self.channels.append(joined.data.channel_id)
        self.traces.append(trace.current())


@pytest.fixture
def dlq() -> FakeSqs:
    return FakeSqs("dlq")


def consumer(handled: Any, dlq: FakeSqs, **options: Any) -> QueueConsumer:
    handlers = handled if options.pop("batched", False) else {MemberJoinedV1: handled}
    return QueueConsumer("rtc-members", handlers, Parking(dlq, "dlq", "consumer:rtc-members"), **options)


def reason(dlq: FakeSqs) -> str:
    text: str = dlq.queues["dlq"][0]["MessageAttributes"]["reason"]["StringValue"]
    return text


def test_each_event_reaches_its_handler_typed(dlq: FakeSqs) -> None:
    handled = Handled()
    assert consumer(handled, dlq)(batch(body("c1"), body("c2"))) == {"batchItemFailures": []}
    assert handled.channels == ["c1", "c2"]


def test_a_failing_event_alone_is_delivered_again(dlq: FakeSqs) -> None:
    handled = Handled("c2")
    answer = consumer(handled, dlq)(batch(body("c1"), body("c2"), body("c3")))
    assert answer == {"batchItemFailures": [{"itemIdentifier": "1"}]}
    assert handled.channels == ["c1", "c3"]
    assert not dlq.bodies("dlq")


@pytest.mark.parametrize(("receives", "parked"), [(4, 0), (5, 1)])
def test_at_its_last_delivery_a_failing_event_is_parked_with_its_reason(
    dlq: FakeSqs, receives: int, parked: int
) -> None:
    answer = consumer(Handled("c1"), dlq, max_receives=5)(batch(body("c1"), receives=receives))
    assert len(dlq.bodies("dlq")) == parked
    assert len(answer["batchItemFailures"]) == 1 - parked
    if parked:
        assert reason(dlq) == "ConnectionError: the table is away"
        assert dlq.bodies("dlq") == [body("c1")]


@pytest.mark.parametrize(
    ("poison", "why"),
    [
        ("{", "not an event"),
        ("[]", "not an event"),
        ('{"detail-type": "member.joined.v1"}', "not an event"),
        (
            '{"detail-type": "member.joined.v9", "detail": {}}',
            "unknown event type or version 'member.joined.v9'",
        ),
        ('{"detail-type": "media.ready.v1", "detail": {}}', "unknown event type or version"),
        ('{"detail-type": "member.joined.v1", "detail": {}}', "breaks the contract of member.joined.v1"),
        ('{"detail-type": ["x"], "detail": {}}', "not an event"),
    ],
)
def test_poison_is_parked_at_once_with_its_reason_and_harms_no_other(
    dlq: FakeSqs, poison: str, why: str
) -> None:
    handled = Handled()
    assert consumer(handled, dlq)(batch(body("c1"), poison, body("c2"))) == {"batchItemFailures": []}
    assert handled.channels == ["c1", "c2"]
    assert dlq.bodies("dlq") == [poison]
    assert why in reason(dlq)


def test_an_event_of_a_retired_type_is_parked_with_what_became_of_it(
    dlq: FakeSqs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(registry.RETIRED, "chat", ("member.left.v1",))
    consumer(Handled(), dlq)(batch(work_body("member.left.v1", {})))
    assert reason(dlq) == "member.left.v1 is retired: chat publishes nothing in its place"


@pytest.mark.parametrize("replayed", ["{", body("c1")])
def test_what_is_parked_anew_after_a_replay_carries_its_attempts(dlq: FakeSqs, replayed: str) -> None:
    again = batch(replayed, receives=5)
    again["Records"][0]["messageAttributes"] = {"attempts": {"stringValue": "3", "dataType": "Number"}}
    consumer(Handled("c1"), dlq)(again)
    consumer(Handled("c1"), dlq)(batch(replayed, receives=5))
    parked = [message["MessageAttributes"]["attempts"]["StringValue"] for message in dlq.queues["dlq"]]
    assert parked == ["3", "1"]


def test_unknown_fields_are_ignored(dlq: FakeSqs) -> None:
    handled = Handled()
    grown = json.loads(body("c1"))
    grown["detail"]["data"]["role"] = "owner"
    grown["detail"]["newattribute"] = 1
    consumer(handled, dlq)(batch(json.dumps(grown)))
    assert handled.channels == ["c1"]


def test_a_batch_handler_says_which_events_failed(dlq: FakeSqs) -> None:
    def handle(events: Sequence[Event[Any]]) -> Mapping[str, str]:
        return {one.id: "the engine is away" for one in events if one.data.channel_id == "c2"}

    answer = consumer(handle, dlq, batched=True)(batch(body("c1"), body("c2")))
    assert answer == {"batchItemFailures": [{"itemIdentifier": "1"}]}
    consumer(handle, dlq, batched=True)(batch(body("c2"), receives=5))
    assert reason(dlq) == "the engine is away"


def test_a_batch_handler_that_raises_leaves_the_whole_batch_to_be_delivered_again(dlq: FakeSqs) -> None:
    def handle(events: Sequence[Event[Any]]) -> Mapping[str, str]:
        raise ConnectionError("the engine is away")

    answer = consumer(handle, dlq, batched=True)(batch(body("c1"), body("c2")))
    assert [one["itemIdentifier"] for one in answer["batchItemFailures"]] == ["0", "1"]


def test_a_service_does_the_work_it_sent_to_its_own_queue(dlq: FakeSqs) -> None:
    done: list[Mapping[str, Any]] = []
    consumer(Handled(), dlq, work={"chunk": done.append})(batch(work_body("chunk", {"n": 1}), body("c1")))
    assert done == [{"n": 1}]


def test_the_trace_of_an_event_goes_on_in_its_handler(dlq: FakeSqs) -> None:
    handled = Handled()
    header = "Root=1-67891233-abcdef012345678912345678;Parent=53995c3f42cd8ad8;Sampled=0"
    consumer(handled, dlq)(batch(body("c1", header=header)))
    assert handled.traces == [header]
    assert trace.current() != header


def test_the_trace_goes_on_in_the_work_that_a_service_sent_to_its_own_queue(dlq: FakeSqs) -> None:
    header = "Root=1-67891233-abcdef012345678912345678;Parent=53995c3f42cd8ad8;Sampled=0"
    with trace.carrying(header):
        sent = work_body("chunk", {"n": 1})
    traces: list[str | None] = []

    def serve(_: Mapping[str, Any]) -> None:
        traces.append(trace.current())

    consumer(Handled(), dlq, work={"chunk": serve})(batch(sent))
    assert traces == [header]


def test_work_that_was_sent_before_traces_went_with_it_is_done(dlq: FakeSqs) -> None:
    done: list[Mapping[str, Any]] = []
    sent = json.dumps({"detail-type": "chunk", "detail": {"n": 1}})
    assert consumer(Handled(), dlq, work={"chunk": done.append})(batch(sent)) == {"batchItemFailures": []}
    assert done == [{"n": 1}]


def test_what_is_logged_of_a_failure_names_the_trace_of_its_event(
    dlq: FakeSqs, caplog: pytest.LogCaptureFixture
) -> None:
    said: list[tuple[str, tuple[str, ...]]] = []

    def note(record: logging.LogRecord) -> bool:
        said.append((record.getMessage(), trace.ids()))
        return True

    caplog.handler.addFilter(note)
    first, second = (f"Root=1-0000000{n}-abcdef012345678912345678" for n in (1, 2))
    with caplog.at_level("INFO", "hidoki.rtc"):
        consumer(Handled("c2"), dlq)(batch(body("c1", header=first), body("c2", header=second)))
    roots = tuple(header.removeprefix("Root=") for header in (first, second))
    assert said == [("rtc-members failed on message 1", roots[1:]), ("consumed", roots)]


def test_a_consumer_handles_just_what_it_declares(dlq: FakeSqs) -> None:
    with pytest.raises(ValueError, match="posts-media declares"):
        QueueConsumer("posts-media", {MediaReadyV1: print}, Parking(dlq, "dlq", "x"))
    every: dict[type[EventData], Callable[..., None]] = {
        MediaReadyV1: print,
        MediaFailedV1: print,
        MediaDeletedV1: print,
    }
    QueueConsumer("posts-media", every, Parking(dlq, "dlq", "x"))


def test_a_reason_is_cut_and_cleaned_to_what_the_queue_accepts(dlq: FakeSqs) -> None:
    Parking(dlq, "dlq", "x")("body", "a\x00b" + "é" * REASON_LIMIT)
    assert reason(dlq) == "a\ufffdb" + "é" * (REASON_LIMIT - 3)


def test_an_event_that_nobody_publishes_is_unknown() -> None:
    with pytest.raises(UnknownEventType, match=r"post\.published\.v9"):
        publisher("post.published.v9")
