"""What the media table's changes say to the world."""

import json
from typing import Any

import pytest
from chalicelib.model import Reason, Rendition, Verdict
from chalicelib.outbox import outgoing
from chalicelib.store import MediaTable
from contracts.events.media import MediaFailedV1, MediaReadyV1
from contracts.transport.parking import Parking
from contracts.transport.relay import Relay
from tests.fakes import AIKO, NOON, Cloud

DISPLAY = Rendition("display", "media/k3y/display.webp", "image/webp", 1600, 1200, 99_000)


class Bus:
    """A bus that keeps what is put on it."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []

    def put_events(self, *, Entries: Any) -> Any:
        self.events += [json.loads(entry["Detail"]) for entry in Entries]
        return {"Entries": [{} for _ in Entries]}


class Queue:
    """A dead-letter queue that keeps what is sent to it."""

    def __init__(self) -> None:
        self.sent: list[str] = []

    def send_message(self, *, MessageBody: str, **_: Any) -> None:
        self.sent.append(MessageBody)


class OneItemTable:
    """A DynamoDB client that holds one item, and the record that its last change makes in the stream."""

    def __init__(self) -> None:
        self.item: dict[str, Any] = {}
        self.record: dict[str, Any] = {}

    def put_item(self, *, Item: Any, **_: Any) -> None:
        self._change(Item)

    def update_item(
        self,
        *,
        UpdateExpression: str,
        ExpressionAttributeNames: Any,
        ExpressionAttributeValues: Any,
        **_: Any,
    ) -> None:
        assert UpdateExpression.endswith(" REMOVE expires_at")
        changed = {name: ExpressionAttributeValues[f":{name[1:]}"] for name in ExpressionAttributeNames}
        kept = {name: value for name, value in self.item.items() if name != "expires_at"}
        self._change(kept | {name[1:]: value for name, value in changed.items()})

    def _change(self, item: dict[str, Any]) -> None:
        images = {"NewImage": item, "SequenceNumber": "1"} | ({"OldImage": self.item} if self.item else {})
        self.item, self.record = item, {"eventName": "MODIFY", "dynamodb": images}


def published(verdict: Verdict | None) -> tuple[Bus, Queue]:
    """What the relay makes of a session, and of the verdict upon its file."""
    dynamodb, bus, queue = OneItemTable(), Bus(), Queue()
    table = MediaTable(dynamodb, "media")
    relay = Relay("media", outgoing, "bus", bus, Parking(queue, "url", "relay:media"))
    media = Cloud().announced(b"photo")
    assert table.open(media)
    relay([dynamodb.record])
    if verdict:
        table.settle(media, verdict, NOON)
        relay([dynamodb.record])
    return bus, queue


def test_a_session_is_no_event() -> None:
    bus, queue = published(None)
    assert not bus.events
    assert not queue.sent


def test_a_rendition_makes_the_item_ready() -> None:
    bus, queue = published(Verdict(renditions=(DISPLAY,)))
    [event] = bus.events
    assert (event["type"], event["sequence"], event["actor"]) == (MediaReadyV1.TYPE, 2, AIKO)
    assert event["subject"] == f"media/{event['data']['media_id']}"
    data = MediaReadyV1.model_validate(event["data"])
    assert (data.owner, data.alt) == (AIKO, "京都の紅葉")
    [rendition] = data.renditions
    assert rendition.url == "/media/k3y/display.webp"
    assert (rendition.name, rendition.width, rendition.height) == ("display", 1600, 1200)
    assert queue.sent == []


@pytest.mark.parametrize("reason", Reason)
def test_a_refusal_makes_it_failed_with_a_word_and_a_sentence(reason: Reason) -> None:
    bus, _ = published(Verdict(reason=reason, detail="The image moves."))
    [event] = bus.events
    assert (event["type"], event["sequence"]) == (MediaFailedV1.TYPE, 2)
    data = MediaFailedV1.model_validate(event["data"])
    assert (data.owner, data.reason, data.detail) == (AIKO, str(reason), "The image moves.")


def test_an_event_that_is_not_ours_is_refused() -> None:
    with pytest.raises(ValueError, match="publishes no"):
        outgoing({"id": "1", "_event": "post.published.v1"})
