"""Reindexing: every item of the tables is said again as its relay said it, and the index has taken it all."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from contracts.events import registry
from contracts.events.consumers import CONSUMERS
from contracts.events.envelope import Event
from contracts.events.posts import PostDeletedV1
from contracts.transport.consume import QueueConsumer
from contracts.transport.items import Item, outbox, to_attributes
from contracts.transport.relay import Outgoing
from rich.progress import Progress

from infra.local.place import REPOSITORY
from infra.reindex import depth, drained
from infra.republish import Queue, Told, republish

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
TYPES = CONSUMERS["search"].types


def deleted(number: int, event_type: str = "post.deleted.v1") -> Item:
    """Return the tombstone of a post."""
    written = outbox(event_type, sequence=number + 2, actor="aiko", at=NOON)
    return {"pk": "aiko", "sk": f"P#{number}", **written}


def event_of(item: Item) -> Outgoing:
    """Make the event of an item, as a service's outbox does."""
    if "broken" in item:
        raise KeyError("text")
    return Outgoing(f"post/{item['sk']}", PostDeletedV1(post_id=item["sk"], author=item["pk"]))


@dataclass
class MemoryTable:
    """A table in memory, scanned page by page."""

    pages: Sequence[Sequence[Item]]
    asked: dict[str, Any] = field(default_factory=dict)

    def get_paginator(self, _operation: str) -> "MemoryTable":
        return self

    def paginate(self, **request: Any) -> Iterator[dict[str, Any]]:
        self.asked = request
        wanted = tuple(value["S"] for value in request["ExpressionAttributeValues"].values())
        for page in self.pages:
            found = [to_attributes(item) for item in page if item.get("_event", "").startswith(wanted)]
            yield {"Items": found, "ScannedCount": len(page)}


@dataclass
class MemoryQueue:
    """A queue in memory that refuses some bodies."""

    refused: str = "nothing"
    bodies: list[str] = field(default_factory=list)
    batches: list[int] = field(default_factory=list)

    def send_message_batch(self, *, QueueUrl: str, Entries: Sequence[Mapping[str, str]]) -> dict[str, Any]:
        self.batches.append(len(Entries))
        failed = [entry["Id"] for entry in Entries if self.refused in entry["MessageBody"]]
        self.bodies += [entry["MessageBody"] for entry in Entries if entry["Id"] not in failed]
        return {"Failed": [{"Id": number, "Code": "InternalError"} for number in failed]}


@dataclass
class DrainingQueue:
    """A queue that is a little emptier at each look."""

    depths: list[int]

    def get_queue_attributes(self, *, QueueUrl: str, AttributeNames: Sequence[str]) -> dict[str, Any]:
        left = self.depths.pop(0) if len(self.depths) > 1 else self.depths[0]
        waiting, handled = left - left // 2, left // 2
        return {
            "Attributes": {
                "ApproximateNumberOfMessages": str(waiting),
                "ApproximateNumberOfMessagesNotVisible": str(handled),
                "ApproximateNumberOfMessagesDelayed": "0",
            }
        }


def told(table: MemoryTable, queue: MemoryQueue) -> list[Told]:
    """Republish a table to a queue."""
    return list(republish(table, "posts", event_of, Queue(queue, "url", TYPES)))


def test_what_is_said_again_is_what_a_consumer_understands() -> None:
    queue, taken = MemoryQueue(), list[Event[Any]]()

    def take(events: Sequence[Event[Any]]) -> dict[str, str]:
        taken.extend(events)
        return {}

    assert told(MemoryTable([[deleted(1)]]), queue) == [Told(read=1, sent=1)]
    consumer = QueueConsumer("search", take, lambda _body, reason, _attempts: pytest.fail(reason))
    record = {"messageId": "m", "body": queue.bodies[0], "attributes": {"ApproximateReceiveCount": "1"}}
    assert consumer({"Records": [record]}) == {"batchItemFailures": []}
    (event,) = taken
    assert (event.type, event.subject, event.sequence) == ("post.deleted.v1", "post/P#1", 3)
    assert (event.source, event.actor, event.time) == ("hidoki.posts", "aiko", NOON)
    assert json.loads(queue.bodies[0])["source"] == "hidoki.posts"


@pytest.mark.parametrize(("items", "batches"), [(0, []), (1, [1]), (10, [10]), (11, [10, 1])])
def test_events_go_in_batches_of_ten(items: int, batches: list[int]) -> None:
    queue = MemoryQueue()
    told(MemoryTable([[deleted(number) for number in range(items)]]), queue)
    assert queue.batches == batches


def test_items_that_say_nothing_to_search_are_left_where_they_are() -> None:
    items = [{"pk": "aiko", "sk": "M#1"}, deleted(1, "follow.created.v1"), deleted(2)]
    queue = MemoryQueue()
    assert told(MemoryTable([items, []]), queue) == [Told(read=3, sent=1), Told(read=0, sent=0)]


def test_an_item_of_an_older_version_is_said_in_the_version_that_is_understood() -> None:
    queue = MemoryQueue()
    told(MemoryTable([[deleted(1, "post.deleted.v0"), deleted(2)]]), queue)
    assert [json.loads(body)["detail-type"] for body in queue.bodies] == ["post.deleted.v1"] * 2


class PostDeletedV2(PostDeletedV1):
    """The next version of a deletion."""

    TYPE = "post.deleted.v2"


def test_of_several_versions_only_the_one_that_is_understood_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(registry._PUBLISHER, "post.deleted.v2", "posts")

    def both(item: Item) -> Outgoing:
        old = event_of(item)
        return replace(old, beside=(PostDeletedV2.model_validate(old.data.model_dump()),))

    queue = MemoryQueue()
    pages = republish(MemoryTable([[deleted(1), deleted(2)]]), "posts", both, Queue(queue, "url", TYPES))
    assert list(pages) == [Told(read=2, sent=2)]
    assert [json.loads(body)["detail-type"] for body in queue.bodies] == ["post.deleted.v1"] * 2


def test_an_item_that_makes_no_event_is_told_and_the_others_are_sent() -> None:
    queue = MemoryQueue()
    (page,) = told(MemoryTable([[deleted(1), {**deleted(2), "broken": True}, deleted(3)]]), queue)
    assert page == Told(read=3, sent=2, unsaid=("KeyError: 'text'",))
    assert len(queue.bodies) == 2


def test_what_the_queue_goes_on_refusing_is_counted() -> None:
    queue = MemoryQueue(refused="P#2")
    (page,) = told(MemoryTable([[deleted(1), deleted(2)]]), queue)
    assert (page.sent, page.failed) == (1, 1)
    assert len(queue.bodies) == 1


def test_waiting_ends_when_the_queue_is_empty() -> None:
    with Progress(disable=True) as progress:
        assert drained(DrainingQueue([7, 3, 0]), "url", 10, progress) == 0


def test_waiting_ends_at_the_deadline_and_says_how_many_are_left() -> None:
    with Progress(disable=True) as progress:
        assert drained(DrainingQueue([7]), "url", 0.2, progress) == 7


def test_what_is_being_handled_counts_as_waiting() -> None:
    assert depth(DrainingQueue([7]), "url") == 7


def test_the_child_finds_the_outbox_of_posts() -> None:
    code = "import infra.republish, chalicelib.outbox as outbox; outbox.post_event, outbox.profile_event"
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    folder = REPOSITORY / "services" / "posts"
    found = subprocess.run([sys.executable, "-c", code], cwd=folder, env=environment, check=False)
    assert found.returncode == 0
