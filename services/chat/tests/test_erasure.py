"""Who deletes their account is forgotten, with all they said; the others keep what they said."""

import json
from typing import Any

import pytest
from chalicelib.channels import Channels
from chalicelib.erasure import Erasure
from chalicelib.messages import Messages
from chalicelib.model import (
    AccountDeleted,
    ChannelUnknown,
    KeyReused,
    NobodyElse,
    Person,
    PersonUnknown,
    ProfileRequired,
)
from chalicelib.store.leavings import LeavingsTables
from chalicelib.store.tables import QUERIES_A_PAGE, ChannelTable, MessageTable
from chalicelib.store.walls import WallTable
from contracts.http.idempotency import Idempotency
from contracts.transport.erasing import PAGE, Erasing
from contracts.transport.items import from_attributes
from memory_dynamodb import MemoryDynamo
from moments import Moments
from own_queues import MemoryOwnQueue
from tests.fakes import AIKO, BEN, CHIE, Clock
from ulid import ULID


class Tables:
    """Chat on tables in memory; Aiko, Ben and Chie have profiles."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.dynamodb = MemoryDynamo(Moments(), lambda _table, _record: None)
        self.table = ChannelTable(self.dynamodb, "channels")
        walls = WallTable(self.dynamodb, self.table.name, self.clock)
        self.channels = Channels(self.table, self.table, walls, self.clock)
        self.messages = Messages(MessageTable(self.dynamodb, "messages"), self.table, walls, self.clock)
        self.leavings = LeavingsTables(self.dynamodb, "channels", "messages", self.clock)
        for person in (AIKO, BEN, CHIE):
            self.table.learn(person, 1)

    def between(self, one: Person, other: Person) -> str:
        return self.channels.open_direct(one.id, other.id).channel.id

    def say(self, person: Person, channel: str, text: str, key: str | None = None) -> str:
        return self.messages.send(person.id, channel, text, Idempotency(key, "")).id

    def erase(self, person: Person, sequence: int = 2) -> None:
        queue = MemoryOwnQueue()
        erasing = Erasing(Erasure(self.leavings).steps(), queue)
        erasing.work({"user": person.id, "sequence": sequence, "step": "person", "after": None})
        while queue.waiting:
            erasing.work(queue.waiting.pop()[1])

    def items(self) -> list[dict[str, Any]]:
        every = [*self.dynamodb.items("channels"), *self.dynamodb.items("messages")]
        return [from_attributes(item) for item in every]


@pytest.fixture
def tables() -> Tables:
    return Tables()


def test_nothing_of_a_leaver_is_left_but_tombstones_that_expire(tables: Tables) -> None:
    bens, chies = tables.between(AIKO, BEN), tables.between(CHIE, AIKO)
    for number in range(PAGE + 1):
        tables.say(AIKO, bens, f"秘密 {number}")
    tables.say(AIKO, chies, "秘密", key="some-key")
    tables.say(BEN, bens, "わかった")
    tables.erase(AIKO)
    text = json.dumps(tables.items(), ensure_ascii=False, default=str)
    assert AIKO.name not in text
    assert "秘密" not in text
    assert "some-key" not in text
    for item in tables.items():
        if AIKO.id in item["pk"]:
            assert {"deleted", "sequence", "expires_at"} <= set(item)


def test_the_others_keep_what_they_said_and_can_say_no_more(tables: Tables) -> None:
    channel = tables.between(AIKO, BEN)
    tables.say(AIKO, channel, "秘密")
    tables.say(BEN, channel, "わかった")
    tables.erase(AIKO)
    shown, _ = tables.messages.read(BEN.id, channel, None, 10)
    assert [one.text for one in shown] == ["わかった"]
    with pytest.raises(NobodyElse):
        tables.say(BEN, channel, "もしもし")
    with pytest.raises(PersonUnknown):
        tables.channels.open_direct(BEN.id, AIKO.id)
    (seats,), _ = tables.channels.mine(BEN.id, None, 10)
    assert [one.id for one in seats.members] == [BEN.id]


def test_a_leaver_reads_and_says_nothing_more(tables: Tables) -> None:
    channel = tables.between(AIKO, BEN)
    tables.erase(AIKO)
    with pytest.raises(AccountDeleted):
        tables.channels.mine(AIKO.id, None, 10)
    with pytest.raises(ChannelUnknown):
        tables.messages.read(AIKO.id, channel, None, 10)
    with pytest.raises(ChannelUnknown):
        tables.say(AIKO, channel, "まだいる")
    with pytest.raises(ProfileRequired):
        tables.channels.open_direct(AIKO.id, BEN.id)


def test_who_is_in_no_channel_has_not_left(tables: Tables) -> None:
    assert tables.channels.mine(CHIE.id, None, 10) == ([], None)


def test_older_news_of_a_leaver_is_dropped(tables: Tables) -> None:
    tables.erase(AIKO, sequence=3)
    tables.table.learn(AIKO, 2)
    assert not tables.table.people([AIKO.id])


def test_erasing_twice_changes_nothing_and_finds_what_came_late(tables: Tables) -> None:
    channel = tables.between(AIKO, BEN)
    tables.erase(AIKO)
    before = tables.items()
    tables.erase(AIKO)
    assert tables.items() == before
    tables.table.learn(AIKO, 9)  # a request that began before the deletion ends after it
    tables.dynamodb.update_item(
        TableName="channels",
        Key={"pk": {"S": f"C#{channel}"}, "sk": {"S": "CHANNEL"}},
        UpdateExpression="REMOVE gone",
    )
    tables.say(AIKO, channel, "秘密")
    tables.erase(AIKO, sequence=10)
    assert "秘密" not in json.dumps(tables.items(), ensure_ascii=False, default=str)


def test_a_channel_that_both_left_has_both_gone(tables: Tables) -> None:
    channel = tables.between(AIKO, BEN)
    tables.erase(AIKO)
    tables.erase(BEN)
    found, _ = tables.table.enter(channel, CHIE.id)
    assert found
    assert set(found.gone) == {AIKO.id, BEN.id}


def test_a_page_looks_behind_many_deleted_messages_and_has_a_rest(tables: Tables) -> None:
    channel = tables.between(AIKO, BEN)
    tables.say(BEN, channel, "最初")
    for number in range(2 * QUERIES_A_PAGE):
        tables.say(AIKO, channel, f"{number}", key=str(ULID.from_bytes(_later(tables, number))))
    tables.erase(AIKO)
    shown, rest = tables.messages.read(BEN.id, channel, None, 1)
    assert shown == []
    assert rest
    shown, rest = tables.messages.read(BEN.id, channel, rest, 2 * QUERIES_A_PAGE)
    assert [one.text for one in shown] == ["最初"]
    assert rest is None


def test_the_key_of_an_erased_message_is_used_up(tables: Tables) -> None:
    channel = tables.between(AIKO, CHIE)
    key = tables.say(AIKO, channel, "秘密")
    tables.leavings.silence(_seat(tables), AIKO.id, None, PAGE)
    with pytest.raises(KeyReused):
        tables.say(CHIE, channel, "秘密", key=key)


def _later(tables: Tables, number: int) -> bytes:
    return (int(tables.clock().timestamp() * 1000) + 1 + number).to_bytes(6) + number.to_bytes(10)


def _seat(tables: Tables) -> Any:
    seat = tables.leavings.seat(AIKO.id, None)
    assert seat
    return seat
