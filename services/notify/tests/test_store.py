"""Notify's tables on the cloud: conditions, pages, handing a device over, presence out of order."""

import itertools
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from chalicelib.model import DEFAULT_LOCALE, Device, Notification, Person, Reader
from chalicelib.presence import Presence
from chalicelib.store.notifications import NotificationTable
from chalicelib.store.readers import ReaderTable
from contracts.events.envelope import Event, event
from contracts.events.rtc import ConnectionClosedV1, ConnectionOpenedV1
from tests.fakes import anything
from ulid import ULID

pytestmark = pytest.mark.cloud


@pytest.fixture(scope="module")
def dynamodb() -> Any:
    import boto3

    return boto3.client("dynamodb")


@pytest.fixture
def inboxes(dynamodb: Any) -> NotificationTable:
    return NotificationTable(dynamodb, os.environ["TABLE_NOTIFICATIONS"])


@pytest.fixture
def readers(dynamodb: Any) -> ReaderTable:
    return ReaderTable(dynamodb, os.environ["TABLE_DEVICES"])


@pytest.fixture
def aiko() -> str:
    return str(uuid4())


def now() -> datetime:
    return datetime.now(UTC)


def told(user_id: str, at: datetime) -> Notification:
    return replace(anything(), id=str(ULID.from_datetime(at)), user_id=user_id, created_at=at)


def test_a_notification_is_kept_once(inboxes: NotificationTable, aiko: str) -> None:
    first = told(aiko, now())
    inboxes.add(first, now())
    inboxes.add(replace(first, preview="another"), now())
    assert inboxes.of_person(aiko, None, 20) == ([first], None)


def test_notifications_are_paged_newest_first(inboxes: NotificationTable, aiko: str) -> None:
    kept = [told(aiko, now() + timedelta(seconds=second)) for second in range(3)]
    for notification in kept:
        inboxes.add(notification, now())
    page, rest = inboxes.of_person(aiko, None, 2)
    assert page == kept[:0:-1]
    assert inboxes.of_person(aiko, rest, 2) == (kept[:1], None)


def test_since_goes_by_when_a_notification_was_made(inboxes: NotificationTable, aiko: str) -> None:
    start = now()
    old, late, new = (told(aiko, start + timedelta(minutes=minute)) for minute in (-3, -2, 1))
    inboxes.add(old, start - timedelta(minutes=2))
    inboxes.add(late, start)
    inboxes.add(new, start + timedelta(minutes=1))
    assert inboxes.since(aiko, start, 20) == [late, new]
    assert inboxes.since(aiko, start, 1) == [new]


def test_an_older_profile_does_not_replace_a_newer(readers: ReaderTable, aiko: str) -> None:
    assert readers.reader(aiko) == Reader(DEFAULT_LOCALE)
    person = Person(aiko, "aiko", "愛子")
    for sequence, locale in ((2, "en"), (1, "ja"), (2, "fr")):
        readers.learn(person, locale, sequence)
    assert readers.reader(aiko).locale == "en"


def test_a_device_is_one_persons_at_a_time(readers: ReaderTable, aiko: str) -> None:
    ben, device = str(uuid4()), Device.of("ios", uuid4().hex)
    for _ in range(2):
        readers.register(aiko, device, now())
    assert readers.reader(aiko).devices == (device,)
    theirs = replace(device, address="arn")
    readers.register(ben, theirs, now())
    assert readers.reader(aiko).devices == ()
    assert readers.reader(ben).devices == (theirs,)
    assert readers.remove(aiko, device.id) is None
    assert readers.remove(ben, device.id) == theirs
    assert readers.remove(ben, device.id) is None
    readers.register(aiko, device, now())
    assert readers.oldest_first(aiko) == [device]


def test_devices_come_oldest_first(readers: ReaderTable, aiko: str) -> None:
    devices = [Device.of("web", uuid4().hex) for _ in range(4)]
    for second, device in enumerate(devices):
        readers.register(aiko, device, now() + timedelta(seconds=second))
    assert readers.oldest_first(aiko) == devices


def test_presence_is_right_in_every_order(readers: ReaderTable) -> None:
    for order in itertools.permutations([1, 2, 3]):
        user, connection = str(uuid4()), str(uuid4())
        presence = Presence(readers, lambda _user, _since: None)
        heard = 0
        for sequence in (*order, order[0]):
            hear(presence, user, connection, sequence)
            heard = max(heard, sequence)
            assert readers.reader(user).is_online(now()) == (heard != 2)


def hear(presence: Presence, user: str, connection: str, sequence: int) -> None:
    """Deliver one event of a connection that is opened, closed and opened again."""
    subject, time = f"connection/{connection}", now()
    if sequence == 2:
        gone = ConnectionClosedV1(connection_id=connection, user_id=user, last_alive_at=time)
        closed: Event[ConnectionClosedV1] = event(
            gone, source="hidoki.rtc", subject=subject, sequence=sequence, time=time
        )
        presence.closed(closed)
        return
    here = ConnectionOpenedV1(connection_id=connection, user_id=user, expires_at=time + timedelta(hours=1))
    presence.opened(event(here, source="hidoki.rtc", subject=subject, sequence=sequence, time=time))
