"""Who gets a push, and what it says."""

from datetime import timedelta

import pytest
from chalicelib.model import Notification, Person
from chalicelib.pushing import CATCH_UP
from chalicelib.wording import worded
from contracts.transport import trace
from tests.events import closed, created, opened, profile
from tests.fakes import AIKO, BEN, NOON, Notify, anything
from xray_daemon import listening


@pytest.fixture
def phone(notify: Notify) -> str:
    """Return the token of Aiko's phone."""
    return notify.devices.register(AIKO.id, "ios", "aikos-phone").token


def test_who_is_offline_gets_a_push_in_their_language(notify: Notify, phone: str) -> None:
    notify.pushing.created(created(anything(1)))
    ((token, message),) = notify.push.sent
    assert token == phone
    assert (message.title, message.body) == ("Benさんからのメンション", "@aiko 1")
    assert message.data == {"notification_id": anything(1).id, "kind": "mention", "post_id": "a-post"}
    assert message.collapse_key == anything(1).id


def test_the_push_to_each_device_is_a_segment_below_its_consumers(notify: Notify, phone: str) -> None:
    notify.devices.register(AIKO.id, "web", "aikos-browser")
    notify.push.dead.add("aikos-browser")
    root, parent = "1-67891233-abcdef012345678912345678", "53995c3f42cd8ad8"
    with listening() as daemon, trace.carrying(f"Root={root};Parent={parent};Sampled=1"):
        notify.pushing.created(created(anything(1)))
        reached, gone = daemon.segment(), daemon.segment()
    for segment in (reached, gone):
        assert (segment["name"], segment["trace_id"], segment["parent_id"]) == ("notify:device", root, parent)
    assert "fault" not in reached
    assert gone["annotations"]["reason"].startswith("DeviceGone")


def test_who_has_a_socket_open_gets_none(notify: Notify, phone: str) -> None:
    notify.presence.opened(opened("a"))
    notify.pushing.created(created(anything(1)))
    assert not notify.push.sent


def test_a_socket_that_has_expired_keeps_no_push_back(notify: Notify, phone: str) -> None:
    notify.presence.opened(opened("a", until=NOON))
    notify.pushing.created(created(anything(1)))
    assert notify.push.titles(phone)


def test_every_device_gets_the_push(notify: Notify, phone: str) -> None:
    notify.devices.register(AIKO.id, "web", "aikos-browser")
    notify.devices.register(BEN.id, "android", "bens-phone")
    notify.pushing.created(created(anything(1)))
    assert [token for token, _ in notify.push.sent] == [phone, "aikos-browser"]


def test_a_device_that_takes_no_more_pushes_is_forgotten_and_the_others_get_theirs(
    notify: Notify, phone: str
) -> None:
    notify.devices.register(AIKO.id, "web", "aikos-browser")
    notify.push.dead.add(phone)
    notify.pushing.created(created(anything(1)))
    assert notify.push.titles("aikos-browser")
    assert [device.token for device in notify.readers.oldest_first(AIKO.id)] == ["aikos-browser"]
    assert notify.push.known == {"aikos-browser"}


def test_a_device_that_can_not_be_reached_fails_the_event_after_the_others_got_theirs(
    notify: Notify, phone: str
) -> None:
    notify.devices.register(AIKO.id, "web", "aikos-browser")
    notify.push.failing.add(phone)
    with pytest.raises(ExceptionGroup, match="does not answer"):
        notify.pushing.created(created(anything(1)))
    assert notify.push.titles("aikos-browser")
    assert len(notify.readers.oldest_first(AIKO.id)) == 2


def test_a_push_delivered_twice_has_the_same_collapse_key(notify: Notify, phone: str) -> None:
    for _ in range(2):
        notify.pushing.created(created(anything(1)))
    assert len({message.collapse_key for _, message in notify.push.sent}) == 1


def test_what_came_since_the_last_sign_of_life_is_pushed_when_the_socket_is_gone(
    notify: Notify, phone: str
) -> None:
    notify.presence.opened(opened("a"))
    for second in range(3):
        notify.inboxes.add(anything(second), NOON + timedelta(seconds=second))
        notify.pushing.created(created(anything(second)))
    assert not notify.push.sent
    notify.presence.closed(closed("a", alive=NOON + timedelta(seconds=1)))
    assert [message.collapse_key for _, message in notify.push.sent] == [anything(1).id, anything(2).id]


def test_nothing_is_caught_up_while_another_socket_is_open(notify: Notify, phone: str) -> None:
    notify.presence.opened(opened("a"))
    notify.presence.opened(opened("b"))
    notify.inboxes.add(anything(1), NOON + timedelta(seconds=1))
    notify.presence.closed(closed("a"))
    assert not notify.push.sent
    notify.presence.closed(closed("b"))
    assert len(notify.push.titles(phone)) == 1


def test_only_the_newest_twenty_are_caught_up(notify: Notify, phone: str) -> None:
    for number in range(CATCH_UP + 1):
        notify.inboxes.add(anything(number), NOON)
    notify.presence.closed(closed("a"))
    assert [message.collapse_key for _, message in notify.push.sent] == [
        anything(number).id for number in range(1, CATCH_UP + 1)
    ]


@pytest.mark.parametrize(
    ("kind", "locale", "title", "body"),
    [
        ("follow", "ja", "Benさんにフォローされました", "@ben"),
        ("follow", "en", "Ben followed you", "@ben"),
        ("mention", "ja-JP", "Benさんからのメンション", "hi"),
        ("mention", "en-GB", "Ben mentioned you", "hi"),
        ("reply", "JA", "Benさんからの返信", "hi"),
        ("reply", "fr", "Ben replied to you", "hi"),
        ("message", "ja", "Benさんからのメッセージ", "hi"),
        ("message", "en", "Ben sent you a message", "hi"),
    ],
)
def test_a_push_says_who_did_what_in_the_readers_language(
    kind: str, locale: str, title: str, body: str
) -> None:
    person = Person(BEN.id, BEN.handle, BEN.name)
    told = Notification("n", AIKO.id, kind, person, NOON, preview="hi")  # type: ignore[arg-type]
    assert worded(told, locale) == (title, body)


@pytest.mark.parametrize(("locale", "body"), [("ja", "（テキストなし）"), ("en", "(no text)")])
def test_a_post_without_text_is_said_to_have_none(locale: str, body: str) -> None:
    told = Notification("n", AIKO.id, "reply", Person("x", "x", "x"), NOON)
    assert worded(told, locale)[1] == body


def test_the_newest_language_of_a_person_is_theirs_in_any_order(notify: Notify) -> None:
    for sequence, locale in ((2, "fr"), (3, "en"), (1, "ja"), (2, "fr")):
        notify.people.learn(profile(sequence, locale))
    assert notify.readers.reader(AIKO.id).locale == "en"
