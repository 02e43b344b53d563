"""Sending messages once, to members only, within bounds; reading them back."""

from dataclasses import replace
from datetime import timedelta

import pytest
from chalicelib.model import (
    TEXT_BYTES,
    TEXT_GRAPHEMES,
    ChannelUnknown,
    KeyReused,
    ProfileRequired,
    Suspended,
    TextRefused,
    message_text,
)
from contracts.http.idempotency import FRESHNESS, Idempotency
from tests.fakes import AIKO, BEN, CHIE, NOON, Chat
from ulid import ULID

FAMILY = "👨‍👩‍👧‍👦"


def key(value: str | None = None) -> Idempotency:
    return Idempotency(value, "")


def ulid_at(offset: timedelta) -> str:
    return str(ULID.from_datetime(NOON + offset))


def test_a_message_goes_to_all_members_under_the_name_its_author_has(chat: Chat) -> None:
    channel = chat.between(AIKO, BEN)
    message = chat.messages.send(AIKO.id, channel, " こんにちは\n", key())
    assert (message.author, message.text, message.sent_at) == (AIKO, "こんにちは", NOON)
    assert set(message.audience) == {AIKO.id, BEN.id}


def test_who_is_no_member_finds_no_channel(chat: Chat) -> None:
    channel = chat.between(AIKO, BEN)
    with pytest.raises(ChannelUnknown):
        chat.messages.send(CHIE.id, channel, "こんにちは", key())
    with pytest.raises(ChannelUnknown):
        chat.messages.read(CHIE.id, channel, None, 20)
    assert not chat.store.messages


def test_a_channel_that_is_not_there_looks_the_same(chat: Chat) -> None:
    with pytest.raises(ChannelUnknown):
        chat.messages.send(AIKO.id, "0" * 32, "こんにちは", key())


def test_who_has_no_profile_sends_nothing(chat: Chat) -> None:
    channel = chat.between(AIKO, BEN)
    del chat.table.known[AIKO.id]
    with pytest.raises(ProfileRequired):
        chat.messages.send(AIKO.id, channel, "hello", key())


def test_who_is_suspended_sends_nothing_until_they_are_reinstated_and_reads_on(chat: Chat) -> None:
    channel = chat.between(AIKO, BEN)
    chat.table.learn(replace(AIKO, suspended=True), 2)
    with pytest.raises(Suspended):
        chat.messages.send(AIKO.id, channel, "hello", key())
    assert chat.messages.read(AIKO.id, channel, None, 20) == ([], None)
    chat.table.learn(AIKO, 3)
    assert chat.messages.send(AIKO.id, channel, "hello", key()).text == "hello"


def test_a_fresh_ulid_key_becomes_the_id_and_sends_once(chat: Chat) -> None:
    channel, once = chat.between(AIKO, BEN), ulid_at(timedelta(minutes=-1))
    first = chat.messages.send(AIKO.id, channel, "one", key(once))
    chat.clock.advance(timedelta(minutes=1))
    again = chat.messages.send(AIKO.id, channel, "one", key(once))
    assert first == again
    assert first.id == once
    assert not chat.store.claims


@pytest.mark.parametrize("offset", [FRESHNESS, -FRESHNESS])
def test_a_ulid_key_five_minutes_off_is_still_fresh(chat: Chat, offset: timedelta) -> None:
    chat.clock.time = NOON.replace(microsecond=0)
    once = str(ULID.from_datetime(chat.clock.time + offset))
    assert chat.messages.send(AIKO.id, chat.between(AIKO, BEN), "one", key(once)).id == once


@pytest.mark.parametrize("offset", [FRESHNESS, -FRESHNESS])
def test_a_ulid_key_further_off_is_a_key_like_any_other(chat: Chat, offset: timedelta) -> None:
    once = ulid_at(offset * 1.01)
    channel = chat.between(AIKO, BEN)
    message = chat.messages.send(AIKO.id, channel, "one", key(once))
    assert message.id != once
    assert chat.messages.send(AIKO.id, channel, "one", key(once)) == message


def test_a_fresh_ulid_key_repeated_when_it_is_stale_sends_once(chat: Chat) -> None:
    channel, once = chat.between(AIKO, BEN), ulid_at(timedelta())
    first = chat.messages.send(AIKO.id, channel, "one", key(once))
    chat.clock.advance(timedelta(hours=1))
    assert chat.messages.send(AIKO.id, channel, "one", key(once)) == first
    assert len(chat.store.messages) == 1


def test_any_other_key_sends_once_too(chat: Chat) -> None:
    channel = chat.between(AIKO, BEN)
    first = chat.messages.send(AIKO.id, channel, "one", key("my-key"))
    chat.clock.advance(timedelta(minutes=1))
    assert chat.messages.send(AIKO.id, channel, "one", key("my-key")) == first
    assert len(chat.store.messages) == 1


def test_another_persons_key_is_another_key(chat: Chat) -> None:
    channel = chat.between(AIKO, BEN)
    chat.messages.send(AIKO.id, channel, "one", key("1"))
    chat.messages.send(BEN.id, channel, "two", key("1"))
    assert len(chat.store.messages) == 2


@pytest.mark.parametrize("value", ["my-key", ulid_at(timedelta())])
def test_a_key_that_comes_again_with_another_text_is_refused(chat: Chat, value: str) -> None:
    channel = chat.between(AIKO, BEN)
    chat.messages.send(AIKO.id, channel, "one", key(value))
    with pytest.raises(KeyReused):
        chat.messages.send(AIKO.id, channel, "two", key(value))
    assert [message.text for message in chat.store.messages.values()] == ["one"]


def test_nobody_takes_the_id_of_anothers_message(chat: Chat) -> None:
    channel, once = chat.between(AIKO, BEN), ulid_at(timedelta())
    chat.messages.send(AIKO.id, channel, "one", key(once))
    with pytest.raises(KeyReused):
        chat.messages.send(BEN.id, channel, "one", key(once))


def test_without_a_key_each_send_is_a_message(chat: Chat) -> None:
    channel = chat.between(AIKO, BEN)
    chat.messages.send(AIKO.id, channel, "one", key())
    chat.messages.send(AIKO.id, channel, "one", key())
    assert len(chat.store.messages) == 2


def test_messages_are_read_newest_first_page_by_page(chat: Chat) -> None:
    channel = chat.between(AIKO, BEN)
    for text in ("one", "two", "three"):
        chat.messages.send(AIKO.id, channel, text, key())
        chat.clock.advance(timedelta(seconds=1))
    page, rest = chat.messages.read(BEN.id, channel, None, 2)
    assert [message.text for message in page] == ["three", "two"]
    page, rest = chat.messages.read(BEN.id, channel, rest, 2)
    assert [message.text for message in page] == ["one"]
    assert rest is None


@pytest.mark.parametrize("text", ["あ" * TEXT_GRAPHEMES, "e\u0301" * TEXT_GRAPHEMES, "🎏" * TEXT_GRAPHEMES])
def test_a_message_of_2000_graphemes_is_sent(text: str) -> None:
    assert message_text(text) == text


def test_a_message_of_2001_graphemes_is_refused() -> None:
    with pytest.raises(TextRefused, match="2001 characters"):
        message_text("あ" * (TEXT_GRAPHEMES + 1))


def test_a_message_of_8000_bytes_is_sent_and_one_more_refused() -> None:
    size = len(FAMILY.encode())
    text = FAMILY * (TEXT_BYTES // size) + "a" * (TEXT_BYTES % size)
    assert message_text(text) == text
    with pytest.raises(TextRefused, match="8001 bytes"):
        message_text(text + "a")


@pytest.mark.parametrize("text", ["", " \n\t", "\u3000"])
def test_a_blank_message_is_refused(text: str) -> None:
    with pytest.raises(TextRefused, match="Write something"):
        message_text(text)
