"""The consumer of the search queue: what of a batch comes again, and what is parked with which reason."""

import json
from collections.abc import Sequence
from functools import partial
from typing import Any

import pytest
from chalicelib.indexing import index
from contracts.events.envelope import Event, detail
from contracts.events.posts import Audience
from contracts.transport.consume import QueueConsumer
from tests.fakes import MemoryEngine, published, removed


def batch(events: Sequence[Event[Any] | str], receives: int = 1) -> dict[str, Any]:
    """Return the Lambda event of an SQS batch; a string is a body as it is."""
    return {
        "Records": [
            {
                "messageId": f"m{number}",
                "body": body(event),
                "attributes": {"ApproximateReceiveCount": str(receives)},
            }
            for number, event in enumerate(events)
        ]
    }


def body(event: Event[Any] | str) -> str:
    """Return the message that the bus makes of an event."""
    if isinstance(event, str):
        return event
    return json.dumps(
        {"detail-type": event.type, "source": event.source, "detail": json.loads(detail(event))}
    )


def consumer(engine: MemoryEngine, parked: list[str]) -> QueueConsumer:
    """Return the consumer on an engine, and note the reasons of what it parks."""
    return QueueConsumer(
        "search",
        partial(index, engine),
        lambda _body, reason, _attempts: parked.append(reason),
        max_receives=2,
    )


def test_poison_is_parked_and_its_neighbours_are_indexed() -> None:
    engine, parked = MemoryEngine(), list[str]()
    future = json.dumps({"detail-type": "post.published.v9", "detail": {}})
    answer = consumer(engine, parked)(batch([published("a", "x"), "{", future, removed("b")]))
    assert answer == {"batchItemFailures": []}
    assert set(engine.entries) == {("posts", "a"), ("posts", "b")}
    assert parked[0].startswith("not an event")
    assert parked[1] == "unknown event type or version 'post.published.v9'"


def test_while_the_engine_is_down_all_come_again_and_at_last_are_parked_with_the_reason() -> None:
    engine, parked = MemoryEngine(down=True), list[str]()
    events = [published("a", "x"), published("b", "y")]
    again = {"batchItemFailures": [{"itemIdentifier": "m0"}, {"itemIdentifier": "m1"}]}
    assert consumer(engine, parked)(batch(events)) == again
    assert parked == []
    assert consumer(engine, parked)(batch(events, receives=2)) == {"batchItemFailures": []}
    assert parked == ["ConnectionTimeout: it is paused"] * 2


def test_the_same_event_twice_in_a_batch_is_one_post() -> None:
    engine = MemoryEngine()
    assert consumer(engine, [])(batch([published("a", "x")] * 2)) == {"batchItemFailures": []}
    assert len(engine.shown()) == 1


@pytest.mark.parametrize("audience", ["followers", "mentioned", "list"])
def test_a_post_that_is_not_public_is_never_in_the_index(audience: Audience) -> None:
    engine = MemoryEngine()
    secret = published("a", "x", audience=audience)
    assert consumer(engine, [])(batch([secret])) == {"batchItemFailures": []}
    assert not engine.requests
    assert consumer(engine, [])(batch([published("b", "y"), secret, removed("a")])) == {
        "batchItemFailures": []
    }
    assert set(engine.shown()) == {("posts", "b")}


def test_a_post_without_words_of_its_own_is_not_in_the_index() -> None:
    engine = MemoryEngine()
    assert consumer(engine, [])(batch([published("a", "")])) == {"batchItemFailures": []}
    assert not engine.requests
