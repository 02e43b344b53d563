"""The examples that rtc's consumers rely on: each has its effect, and states just what is taken of it."""

import inspect
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import app
import pytest
from consumer_examples import Envelope, Example, completed, relied_on_by
from contracts.events.envelope import event_id
from example_reliance import Calls, Noted, hand, require_exact
from own_queues import note_own_queues
from tests.fakes import NOW, FakeSender, socket
from tests.memory_leavings import MemoryLeavings

EXAMPLES = pytest.mark.parametrize("example", relied_on_by("rtc"), ids=str)

CONSUMERS = {
    "rtc-delivery": "_delivery",
    "rtc-members": "_members",
    "rtc-accounts": "_accounts",
    "rtc-erasure": "_erasure",
}

AIKO = {"id": "5c0e8d1a-3b52-4f0e-9d4e-6a1f0c2b7e91", "handle": "aiko", "name": "愛子"}
BEN = {"id": "b7a4f3c2-91de-4c58-8a37-0f5d2e6b9c14", "handle": "ben", "name": "Ben"}
BENS = socket("bens", BEN["id"])
POST = "XA6NGjtSTw6dTmofDCt-kQGiDW1aAHJlcGx5LTAwMDE"
CHANNEL = "0cc175b9c0f1b6a831c399e269772661"


@dataclass
class World:
    """An rtc in memory, on which Ben has a socket open."""

    sockets: MemoryLeavings = field(default_factory=MemoryLeavings)
    sender: FakeSender = field(default_factory=lambda: FakeSender(BENS.connection_id))

    def __post_init__(self) -> None:
        self.sockets.people = {AIKO["id"]: [socket("aikos", AIKO["id"])], BEN["id"]: [BENS]}

    def heard(self) -> Any:
        """Return the only frame that was sent, to Ben."""
        ((connection, frame),) = self.sender.sent
        assert connection == BENS.connection_id
        said = json.loads(frame)
        return said["type"], said["id"], said["data"]


Take = Callable[[World, Example, Envelope], Calls]


@pytest.fixture
def take(monkeypatch: pytest.MonkeyPatch) -> Take:
    """Return what lets a consumer, wired as it is deployed, take an event on an rtc in memory."""
    monkeypatch.setenv("MAX_RECEIVES", "5")

    def take(world: World, example: Example, envelope: Envelope) -> Calls:
        calls: Calls = []
        monkeypatch.setattr(app, "_sockets", lambda: Noted(world.sockets, calls))
        monkeypatch.setattr(app, "GatewaySender", lambda: Noted(world.sender, calls))
        monkeypatch.setattr(app, "_closing", inspect.unwrap(app._closing))
        monkeypatch.setattr(app, "_now", lambda: NOW)
        note_own_queues(monkeypatch, calls, "rtc-erasure")
        monkeypatch.setattr(app, "LeavingsTable", lambda: Noted(world.sockets, calls))
        hand(inspect.unwrap(getattr(app, CONSUMERS[example.consumer]))(), envelope)
        return calls

    return take


DELIVERED = event_id("timeline.delivered.v1", f"chunk/{POST}/1/6b86b273ff34fce1", 1)
SENT = event_id("message.sent.v1", "message/01M86PTPG0DNJQ6WV1CWPK0C1H", 1)
NOTIFIED = event_id("notification.created.v1", "notification/01M86PTPG0DSQQ8TB6D4PK0C1H", 1)
AT = "2026-11-24T12:00:00Z"
PHOTO = {
    "id": "01M86PTPG0DNJP8TB15MR30C1H",
    "url": "/media/Q2hhbmdlTWVQbGVhc2U/display.webp",
    "content_type": "image/webp",
    "width": 1600,
    "height": 1200,
    "alt": "紅葉の写真",
}
PARENT = "t6TzwpHeTFiKNw9dLmucFAGiDW1aAHBhcmVudC0wMDE"
QUOTED = {"id": PARENT, "created_at": AT}
SHOWN = {
    "id": POST,
    "author": AIKO,
    "text": "@ben #京都 の紅葉です",
    "media": [PHOTO],
    "mentions": [BEN],
    "in_reply_to": PARENT,
    "created_at": AT,
    "warning": "紅葉",
    "language": "ja",
    "labels": ["sensitive"],
    "tags": ["京都"],
    "audience": "followers",
    "replies": "followers",
    "edited_at": AT,
    "poll": {"options": ["嵐山", "高雄"], "multiple": True, "ends_at": "2026-11-25T12:00:00Z"},
    "root": PARENT,
    "quotes": "followers",
    "quote": QUOTED,
}
REPOST = {
    "id": POST,
    "author": AIKO,
    "text": "",
    "media": [],
    "mentions": [],
    "created_at": AT,
    "repost_of": QUOTED,
}
MESSAGE = {
    "id": "01M86PTPG0DNJQ6WV1CWPK0C1H",
    "channel_id": CHANNEL,
    "author": AIKO,
    "text": "元気ですか？",
    "sent_at": AT,
}
NOTIFICATION = {"id": "01M86PTPG0DSQQ8TB6D4PK0C1H", "actor": AIKO, "created_at": AT}
MENTION = {"kind": "mention", "post_id": POST, "preview": "@ben 京都の紅葉です"}
TOLD = {"kind": "message", "channel_id": CHANNEL, "preview": "元気ですか？"}

EFFECTS: dict[str, tuple[Callable[[World], Any], Any]] = {
    "rtc-delivery/timeline.delivered.v1.post": (World.heard, ("timeline.post", DELIVERED, {"post": SHOWN})),
    "rtc-delivery/timeline.delivered.v1.repost": (
        World.heard,
        ("timeline.post", DELIVERED, {"post": REPOST}),
    ),
    "rtc-delivery/timeline.delivered.v1.removal": (
        World.heard,
        ("timeline.removed", DELIVERED, {"post_id": POST}),
    ),
    "rtc-delivery/message.sent.v1": (World.heard, ("message", SENT, {"message": MESSAGE})),
    "rtc-delivery/notification.created.v2.mention": (
        World.heard,
        ("notification", NOTIFIED, {"notification": NOTIFICATION | MENTION}),
    ),
    "rtc-delivery/notification.created.v2.message": (
        World.heard,
        ("notification", NOTIFIED, {"notification": NOTIFICATION | TOLD}),
    ),
    "rtc-accounts/account.suspended.v1": (
        lambda world: (world.sockets.suspensions, world.sender.hung_up, world.sockets.people),
        ({AIKO["id"]: (True, 2)}, ["aikos"], {AIKO["id"]: [], BEN["id"]: [BENS]}),
    ),
    "rtc-accounts/account.reinstated.v1": (
        lambda world: (world.sockets.suspensions, world.sender.hung_up),
        ({AIKO["id"]: (False, 3)}, []),
    ),
    "rtc-erasure/account.deleted.v1": (lambda world: world.sockets.leavers, {AIKO["id"]}),
    "rtc-members/member.joined.v1": (
        lambda world: (world.sockets.topics, world.sockets.members),
        ({CHANNEL: [BENS]}, {BEN["id"]: {CHANNEL: 1}}),
    ),
}


@EXAMPLES
def test_an_example_has_its_effect(example: Example, take: Take) -> None:
    world = World()
    take(world, example, completed(example.event_type, example.stated))
    look, expected = EFFECTS[str(example)]
    assert look(world) == expected


@EXAMPLES
def test_an_example_states_what_its_consumer_takes_and_no_more(example: Example, take: Take) -> None:
    require_exact(example, lambda envelope: take(World(), example, envelope))
