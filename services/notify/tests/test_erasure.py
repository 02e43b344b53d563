"""Who deletes their account is told nothing more, and is named in nobody's inbox."""

import json
from datetime import timedelta
from typing import Any

import pytest
from chalicelib.devices import Devices
from chalicelib.erasure import Erasure
from chalicelib.inbox import Inbox
from chalicelib.model import AccountDeleted, Device, Person, Socket
from chalicelib.store.leavings import LeavingsTables
from chalicelib.store.notifications import NotificationTable
from chalicelib.store.readers import ReaderTable
from contracts.transport.erasing import PAGE, Erasing
from contracts.transport.items import from_attributes
from memory_dynamodb import MemoryDynamo
from moments import Moments
from own_queues import MemoryOwnQueue
from tests.events import follow, message
from tests.fakes import AIKO, BEN, CHIE, NOON, Clock, MemoryPush


class Tables:
    """Notify on tables in memory; Aiko and Ben have profiles."""

    def __init__(self) -> None:
        self.clock, self.push = Clock(), MemoryPush()
        self.dynamodb = MemoryDynamo(Moments(), lambda _table, _record: None)
        self.readers = ReaderTable(self.dynamodb, "devices")
        notifications = NotificationTable(self.dynamodb, "notifications")
        self.inbox = Inbox(notifications, self.readers, self.clock)
        self.devices = Devices(self.readers, self.push, self.clock)
        self.leavings = LeavingsTables(self.readers, notifications, self.clock)
        for one in (AIKO, BEN):
            self.readers.learn(Person(one.id, one.handle, one.name), "ja", 1)

    def erase(self) -> None:
        queue = MemoryOwnQueue()
        erasing = Erasing(Erasure(self.leavings, self.push).steps(), queue)
        erasing.work({"user": AIKO.id, "sequence": 2, "step": "person", "after": None})
        while queue.waiting:
            erasing.work(queue.waiting.pop()[1])

    def items(self) -> list[dict[str, Any]]:
        every = [*self.dynamodb.items("devices"), *self.dynamodb.items("notifications")]
        return [from_attributes(item) for item in every]


@pytest.fixture
def tables() -> Tables:
    return Tables()


def test_nothing_of_a_leaver_is_left_but_a_tombstone(tables: Tables) -> None:
    tables.devices.register(AIKO.id, "ios", "aikos-phone")
    tables.devices.register(BEN.id, "ios", "bens-phone")
    tables.readers.put(Socket("a-socket", AIKO.id, NOON + timedelta(hours=1), 1))
    for number in range(PAGE // 2):
        tables.inbox.message_sent(message(AIKO, [BEN], text=f"秘密 {number}"))
        tables.inbox.follow_created(follow(BEN, AIKO))
    tables.inbox.follow_created(follow(CHIE, BEN))
    tables.erase()
    left = tables.items()
    assert [item["pk"] for item in left if AIKO.id in json.dumps(item, default=str)] == [f"U#{AIKO.id}"]
    tombstone = next(item for item in left if item["pk"] == f"U#{AIKO.id}")
    assert {"deleted", "sequence", "expires_at", "pk", "sk"} == set(tombstone)
    assert tables.push.known == {"bens-phone"}
    assert [one.person.id for one in tables.inbox.mine(BEN.id, None, 10)[0]] == [CHIE.id]


def test_late_news_of_or_for_a_leaver_makes_no_notification(tables: Tables) -> None:
    tables.erase()
    tables.inbox.follow_created(follow(AIKO, BEN))
    tables.inbox.follow_created(follow(BEN, AIKO))
    tables.inbox.message_sent(message(AIKO, [BEN], text="秘密"))
    assert not tables.dynamodb.items("notifications")
    tables.readers.learn(Person(AIKO.id, AIKO.handle, AIKO.name), "ja", 1)
    assert tables.readers.left([AIKO.id, BEN.id]) == {AIKO.id}


def test_a_leaver_can_neither_read_nor_register(tables: Tables) -> None:
    tables.erase()
    with pytest.raises(AccountDeleted):
        tables.inbox.mine(AIKO.id, None, 10)
    with pytest.raises(AccountDeleted):
        tables.devices.register(AIKO.id, "ios", "aikos-phone")
    assert tables.inbox.mine(CHIE.id, None, 10) == ([], None)


def test_a_push_service_that_does_not_answer_is_asked_again(tables: Tables) -> None:
    class Away(MemoryPush):
        def forget(self, device: Device) -> None:
            raise OSError("away")

    tables.devices.register(AIKO.id, "ios", "aikos-phone")
    push, tables.push = tables.push, Away()
    with pytest.raises(OSError, match="away"):
        tables.erase()
    tables.push = push
    tables.erase()
    assert not push.known
