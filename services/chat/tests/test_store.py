"""Chat's tables on the cloud: conditions, pages, and what a message costs."""

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from chalicelib.model import Channel, Message, Person
from chalicelib.store.tables import ChannelTable, MessageTable
from ulid import ULID

pytestmark = pytest.mark.cloud


class Metered:
    """A DynamoDB client that notes the write units of each put."""

    def __init__(self, client: Any) -> None:
        self.client, self.units = client, 0.0

    def put_item(self, **request: Any) -> Any:
        answer = self.client.put_item(**request, ReturnConsumedCapacity="TOTAL")
        self.units += answer["ConsumedCapacity"]["CapacityUnits"]
        return answer

    def __getattr__(self, name: str) -> Any:
        return getattr(self.client, name)


def somebody() -> Person:
    return Person(str(uuid4()), "aiko", "愛子")


@pytest.fixture(scope="module")
def dynamodb() -> Any:
    import boto3

    return boto3.client("dynamodb")


@pytest.fixture
def channels(dynamodb: Any) -> ChannelTable:
    return ChannelTable(dynamodb, os.environ["TABLE_CHANNELS"])


@pytest.fixture
def messages(dynamodb: Any) -> MessageTable:
    return MessageTable(dynamodb, os.environ["TABLE_MESSAGES"])


def message(author: Person, channel_id: str, text: str, at: datetime | None = None) -> Message:
    at = at or datetime.now(UTC)
    return Message(str(ULID.from_datetime(at)), channel_id, author, text, at, (author.id, str(uuid4())))


def test_a_channel_opened_twice_is_the_one_opened_first(channels: ChannelTable) -> None:
    aiko, ben, now = somebody(), somebody(), datetime.now(UTC)
    first = channels.open(Channel.direct(aiko.id, ben.id, now), aiko.id)
    again = channels.open(Channel.direct(ben.id, aiko.id, now + timedelta(seconds=1)), ben.id)
    assert again == first
    assert channels.of_member(ben.id, None, 20) == ([first], None)


def test_two_who_open_their_channel_at_once_get_the_same(channels: ChannelTable) -> None:
    aiko, ben = somebody(), somebody()
    with ThreadPoolExecutor(2) as pool:
        opened = [
            pool.submit(channels.open, Channel.direct(one.id, other.id, datetime.now(UTC)), one.id)
            for one, other in ((aiko, ben), (ben, aiko))
        ]
        first, second = (done.result() for done in opened)
    assert first == second


def test_channels_are_paged_newest_first(channels: ChannelTable) -> None:
    aiko, now = somebody(), datetime.now(UTC).replace(microsecond=0)
    opened = [
        channels.open(Channel.direct(aiko.id, somebody().id, now + timedelta(microseconds=n)), aiko.id)
        for n in range(3)
    ]
    page, rest = channels.of_member(aiko.id, None, 2)
    assert page == opened[:0:-1]
    assert channels.of_member(aiko.id, rest, 2) == (opened[:1], None)


def test_entering_finds_the_channel_and_the_person(channels: ChannelTable) -> None:
    aiko, ben = somebody(), somebody()
    channels.learn(aiko, 1)
    opened = channels.open(Channel.direct(aiko.id, ben.id, datetime.now(UTC)), aiko.id)
    assert channels.enter(opened.id, aiko.id) == (opened, aiko)
    assert channels.enter("no channel" * 300, ben.id) == (None, None)


def test_an_older_name_does_not_replace_a_newer(channels: ChannelTable) -> None:
    aiko = somebody()
    newer = Person(aiko.id, "aiko", "Aiko")
    channels.learn(newer, 2)
    channels.learn(aiko, 1)
    channels.learn(aiko, 2)
    assert channels.people([aiko.id, str(uuid4())]) == {aiko.id: newer}


def test_a_message_costs_one_write_unit(dynamodb: Any) -> None:
    metered, aiko = Metered(dynamodb), Person(str(uuid4()), "aiko_of_kyoto", "愛子（京都）")
    table = MessageTable(metered, os.environ["TABLE_MESSAGES"])
    sent = message(aiko, "0" * 32, "今日は京都の紅葉を見に行きました。夕方なら会えますか？" * 4)
    assert table.add(sent) == sent
    assert metered.units == 1


def test_a_message_is_kept_once_under_its_id(messages: MessageTable) -> None:
    aiko, channel = somebody(), uuid4().hex
    first = message(aiko, channel, "one")
    other = Message(first.id, channel, somebody(), "two", first.sent_at, first.audience)
    assert messages.add(first) == first
    assert messages.add(other) == first
    assert messages.find(channel, first.id) == first
    assert messages.find(channel, "my-key") is None


def test_messages_are_paged_newest_first(messages: MessageTable) -> None:
    aiko, channel, now = somebody(), uuid4().hex, datetime.now(UTC)
    said = [
        messages.add(message(aiko, channel, str(n), now + timedelta(milliseconds=2 * n))) for n in range(3)
    ]
    page, rest = messages.of_channel(channel, None, 2)
    assert page == said[:0:-1]
    assert messages.of_channel(channel, rest, 2) == (said[:1], None)


def test_a_key_stands_for_the_id_it_was_first_given(messages: MessageTable) -> None:
    author, first, second = str(uuid4()), str(ULID()), str(ULID())
    assert messages.claim(author, "c", "my-key", first) == first
    assert messages.claim(author, "c", "my-key", second) == first
    assert messages.claim(author, "d", "my-key", second) == second
