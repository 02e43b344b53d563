"""The examples that notify's consumers rely on: each has its effect, and states just what is taken of it."""

import inspect
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import app
import pytest
from chalicelib.model import Person, Socket
from chalicelib.silence import Silenced
from chalicelib.store import leavings
from consumer_examples import Envelope, Example, completed, relied_on_by
from contracts.events.graph import BlockRemovedV1, MuteRemovedV1
from contracts.events.rtc import ConnectionClosedV1
from example_reliance import Calls, Noted, hand, require_exact
from own_queues import note_own_queues
from tests.fakes import NOON, Notify, anything

BEN = "b7a4f3c2-91de-4c58-8a37-0f5d2e6b9c14"
CONNECTION = "Lq3fXcB1NjMCE9w="

CONSUMERS = {
    "notify-inbox": "inbox_consumer",
    "notify-silence": "silence_consumer",
    "notify-presence": "presence_consumer",
    "notify-people": "people_consumer",
    "notify-push": "push_consumer",
    "notify-erasure": "erasure_consumer",
}

EXAMPLES = pytest.mark.parametrize("example", relied_on_by("notify"), ids=str)

Take = Callable[[Notify, Example, Envelope], Calls]


@pytest.fixture
def take(monkeypatch: pytest.MonkeyPatch) -> Take:
    """Return what lets a consumer, wired as it is deployed, take an event on a notify in memory."""
    monkeypatch.setenv("MAX_RECEIVES", "5")

    def take(notify: Notify, example: Example, envelope: Envelope) -> Calls:
        calls: Calls = []
        monkeypatch.setattr(app, "notification_table", lambda: Noted(notify.inboxes, calls))
        monkeypatch.setattr(app, "reader_table", lambda: Noted(notify.readers, calls))
        monkeypatch.setattr(app, "silence_table", lambda: Noted(notify.silences, calls))
        monkeypatch.setattr(app, "push_service", lambda: Noted(notify.push, calls))
        monkeypatch.setattr(app, "now", notify.clock)
        for once in ("inbox", "pushing"):
            monkeypatch.setattr(app, once, inspect.unwrap(getattr(app, once)))
        note_own_queues(monkeypatch, calls, "notify-erasure")
        monkeypatch.setattr(leavings, "LeavingsTables", lambda *_: Noted(notify.readers, calls))
        hand(inspect.unwrap(getattr(app, CONSUMERS[example.consumer]))(), envelope)
        return calls

    return take


def world(example: Example) -> Notify:
    """Return a notify in memory: Ben has a phone, and had a socket if it is to close."""
    notify = Notify()
    notify.devices.register(BEN, "ios", "bens-phone")
    if example.event_type == BlockRemovedV1.TYPE:
        for user_id, other in ((AIKO.id, BEN), (BEN, AIKO.id)):
            notify.silences.silence(Silenced(user_id, other, BLOCK, 1, lasts=True), NOON)
    if example.event_type == MuteRemovedV1.TYPE:
        notify.silences.silence(Silenced(AIKO.id, BEN, MUTE, 1, lasts=True), NOON)
    if example.event_type == ConnectionClosedV1.TYPE:
        notify.readers.put(Socket(CONNECTION, BEN, NOON + timedelta(hours=1), 1))
        notify.inboxes.add(anything(user_id=BEN), NOON)
    return notify


def told(notify: Notify) -> list[tuple[str, Person, str | None, str]]:
    return [
        (one.kind, one.person, one.post_id or one.channel_id, one.preview) for one in notify.inboxes.all(BEN)
    ]


def silent(notify: Notify) -> list[bool]:
    """Tell whether Aiko hears nothing of Ben, and he nothing of her."""
    return [
        notify.silences.silent(AIKO.id, BEN, notify.clock()),
        notify.silences.silent(BEN, AIKO.id, notify.clock()),
    ]


def pushed(notify: Notify) -> list[tuple[str, str]]:
    return [(message.title, message.body) for _, message in notify.push.sent]


AIKO = Person("5c0e8d1a-3b52-4f0e-9d4e-6a1f0c2b7e91", "aiko", "愛子")
BLOCK = f"block/{AIKO.id}/{BEN}"
MUTE = f"mute/{AIKO.id}/{BEN}"
POST = "XA6NGjtSTw6dTmofDCt-kQGiDW1aAHJlcGx5LTAwMDE"
ASKED = "t6TzwpHeTFiKNw9dLmucFAGiDW1aAHBhcmVudC0wMDE"
CHANNEL = "0cc175b9c0f1b6a831c399e269772661"

EFFECTS: dict[str, tuple[Callable[[Notify], Any], Any]] = {
    "notify-inbox/post.published.v2.mention": (told, [("mention", AIKO, POST, "@ben 京都の紅葉です")]),
    "notify-inbox/post.published.v2.reply": (told, [("reply", AIKO, POST, "@ben 京都の紅葉です")]),
    "notify-inbox/post.published.v2.quote": (told, [("quote", AIKO, POST, "これはいい")]),
    "notify-inbox/post.published.v2.repost": (told, [("repost", AIKO, ASKED, "京都はどう？")]),
    "notify-inbox/follow.created.v1": (told, [("follow", AIKO, None, "")]),
    "notify-inbox/follow.requested.v1": (told, [("request", AIKO, None, "")]),
    "notify-silence/block.created.v1": (silent, [True, True]),
    "notify-silence/block.removed.v1": (silent, [False, False]),
    "notify-silence/mute.created.v1": (silent, [True, False]),
    "notify-silence/mute.removed.v1": (silent, [False, False]),
    "notify-inbox/message.sent.v1": (told, [("message", AIKO, CHANNEL, "元気ですか？")]),
    "notify-inbox/reaction.changed.v1": (told, [("reaction", AIKO, POST, "🍁")]),
    "notify-people/profile.created.v1": (lambda notify: notify.readers.reader(AIKO.id).locale, "en"),
    "notify-people/profile.updated.v1": (lambda notify: notify.readers.reader(AIKO.id).locale, "en"),
    "notify-presence/connection.opened.v1": (
        lambda notify: notify.readers.reader(BEN).open_until,
        (datetime(2026, 11, 24, 14, tzinfo=UTC),),
    ),
    "notify-presence/connection.closed.v1": (
        lambda notify: (notify.readers.reader(BEN).open_until, pushed(notify)),
        ((), [("Benさんからのメンション", "@aiko 0")]),
    ),
    "notify-erasure/account.deleted.v1": (
        lambda notify: (notify.readers.left([AIKO.id]), notify.readers.people[AIKO.id][1]),
        ({AIKO.id}, 3),
    ),
    "notify-push/notification.created.v2.follow": (pushed, [("愛子さんにフォローされました", "@aiko")]),
    "notify-push/notification.created.v2.mention": (
        pushed,
        [("愛子さんからのメンション", "@ben 京都の紅葉です")],
    ),
    "notify-push/notification.created.v2.message": (pushed, [("愛子さんからのメッセージ", "元気ですか？")]),
}


@EXAMPLES
def test_an_example_has_its_effect(example: Example, take: Take) -> None:
    notify = world(example)
    take(notify, example, completed(example.event_type, example.stated))
    look, expected = EFFECTS[str(example)]
    assert look(notify) == expected


@EXAMPLES
def test_an_example_states_what_its_consumer_takes_and_no_more(example: Example, take: Take) -> None:
    require_exact(example, lambda envelope: take(world(example), example, envelope))
