"""Notify's ports, kept in dictionaries."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from chalicelib.devices import Devices
from chalicelib.inbox import Inbox
from chalicelib.model import DEFAULT_LOCALE, Device, Notification, Person, Reader, Socket
from chalicelib.people import People
from chalicelib.presence import Presence
from chalicelib.pushing import DeviceGone, Message, Pushing
from chalicelib.silence import Silenced, Silencing
from contracts.events.posts import PersonRef
from contracts.transport.erasing import Leaver

NOON = datetime(2026, 11, 24, 12, 0, 0, 123456, tzinfo=UTC)

AIKO = PersonRef(id="aiko-id", handle="aiko", name="愛子")
BEN = PersonRef(id="ben-id", handle="ben", name="Ben")
CHIE = PersonRef(id="chie-id", handle="chie", name="千絵")


@dataclass
class Clock:
    """A clock that goes only when told."""

    time: datetime = NOON

    def __call__(self) -> datetime:
        return self.time

    def advance(self, span: timedelta) -> None:
        self.time += span


@dataclass
class MemoryInboxes:
    """Notifications in memory, as the `notifications` table keeps them."""

    kept: dict[str, tuple[Notification, datetime]] = field(default_factory=dict)

    def add(self, notification: Notification, at: datetime) -> None:
        self.kept.setdefault(notification.id, (notification, at))

    def of_person(
        self, user_id: str, before: str | None, limit: int
    ) -> tuple[list[Notification], str | None]:
        mine = [one for one in reversed(self.all(user_id)) if before is None or one.id < before]
        page = mine[:limit]
        return page, page[-1].id if len(mine) > limit else None

    def since(self, user_id: str, time: datetime, limit: int) -> list[Notification]:
        return [one for one in self.all(user_id) if self.kept[one.id][1] >= time][-limit:]

    def all(self, user_id: str) -> list[Notification]:
        """Return the notifications of a person, oldest first."""
        mine = (one for one, _ in self.kept.values() if one.user_id == user_id)
        return sorted(mine, key=lambda one: one.id)


@dataclass
class MemoryReaders:
    """People, devices, sockets and graves in memory, as the `devices` table keeps them."""

    people: dict[str, tuple[str, int]] = field(default_factory=dict)
    devices: dict[str, tuple[str, Device, datetime]] = field(default_factory=dict)
    sockets: dict[tuple[str, str], Socket] = field(default_factory=dict)
    graves: dict[str, int] = field(default_factory=dict)
    leavers: set[str] = field(default_factory=set)

    def left(self, ids: Collection[str]) -> Collection[str]:
        return self.leavers & {*ids}

    def learn(self, person: Person, locale: str, sequence: int) -> None:
        if person.id not in self.people or self.people[person.id][1] < sequence:
            self.people[person.id] = locale, sequence

    def reader(self, user_id: str) -> Reader:
        return Reader(
            locale=self.people.get(user_id, (DEFAULT_LOCALE, 0))[0],
            devices=tuple(self.oldest_first(user_id)),
            open_until=tuple(one.until for (owner, _), one in self.sockets.items() if owner == user_id),
        )

    def forget(self, leaver: Leaver) -> None:
        self.leavers.add(leaver.id)
        self.people[leaver.id] = DEFAULT_LOCALE, leaver.sequence

    def clear_inbox(self, user_id: str, after: str | None, limit: int) -> str | None:
        return None

    clear_named = clear_inbox

    def put(self, socket: Socket) -> None:
        key = socket.user_id, socket.connection_id
        if key not in self.sockets or self.sockets[key].sequence < socket.sequence:
            self.sockets[key] = socket

    def drop(self, user_id: str, connection_id: str, sequence: int) -> None:
        there = self.sockets.get((user_id, connection_id))
        if there and there.sequence < sequence:
            del self.sockets[user_id, connection_id]

    def bury(self, connection_id: str, sequence: int, at: datetime) -> None:
        self.graves[connection_id] = max(self.buried(connection_id), sequence)

    def buried(self, connection_id: str) -> int:
        return self.graves.get(connection_id, 0)

    def register(self, user_id: str, device: Device, at: datetime) -> None:
        self.devices[device.id] = user_id, device, at

    def devices_of(self, user_id: str) -> list[Device]:
        return self.oldest_first(user_id)

    def oldest_first(self, user_id: str) -> list[Device]:
        mine = [(at, device) for owner, device, at in self.devices.values() if owner == user_id]
        return [device for _, device in sorted(mine, key=lambda one: one[0])]

    def remove(self, user_id: str, device_id: str) -> Device | None:
        if device_id not in self.devices or self.devices[device_id][0] != user_id:
            return None
        return self.devices.pop(device_id)[1]


@dataclass
class MemorySilences:
    """Blocks and mutes in memory, as the `devices` table keeps them."""

    kept: dict[tuple[str, str, str], Silenced] = field(default_factory=dict)

    def silence(self, silenced: Silenced, at: datetime) -> None:
        key = silenced.user_id, silenced.other, silenced.by
        if key not in self.kept or self.kept[key].sequence < silenced.sequence:
            self.kept[key] = silenced

    def silent(self, user_id: str, other: str, now: datetime) -> bool:
        return other in self.silenced(user_id, now)

    def silenced(self, user_id: str, now: datetime) -> Collection[str]:
        about = (one for (who, _, _), one in self.kept.items() if who == user_id)
        return {one.other for one in about if one.lasts and (one.until is None or one.until > now)}


@dataclass
class MemoryPush:
    """A push service that keeps what it is told to send; some tokens are dead, some fail."""

    sent: list[tuple[str, Message]] = field(default_factory=list)
    known: set[str] = field(default_factory=set)
    dead: set[str] = field(default_factory=set)
    failing: set[str] = field(default_factory=set)

    def address(self, device: Device) -> str | None:
        self.known.add(device.token)
        return f"address-of-{device.token}"

    def send(self, device: Device, message: Message) -> None:
        if device.token in self.dead:
            raise DeviceGone
        if device.token in self.failing:
            raise OSError("the push service does not answer")
        self.sent.append((device.token, message))

    def forget(self, device: Device) -> None:
        self.known.discard(device.token)

    def titles(self, token: str) -> list[str]:
        """Return what a device has shown, oldest first."""
        return [message.title for to, message in self.sent if to == token]


@dataclass
class Notify:
    """The whole of notify, in memory; Aiko reads Japanese, Ben English, Chie has told no language."""

    clock: Clock = field(default_factory=Clock)
    inboxes: MemoryInboxes = field(default_factory=MemoryInboxes)
    readers: MemoryReaders = field(default_factory=MemoryReaders)
    silences: MemorySilences = field(default_factory=MemorySilences)
    push: MemoryPush = field(default_factory=MemoryPush)

    def __post_init__(self) -> None:
        self.inbox = Inbox(self.inboxes, self.readers, self.silences, self.clock)
        self.silencing = Silencing(self.silences, self.clock)
        self.devices = Devices(self.readers, self.push, self.clock)
        self.pushing = Pushing(self.push, self.readers, self.inboxes, self.clock)
        self.presence = Presence(self.readers, self.pushing.catch_up)
        self.people = People(self.readers)
        self.readers.people = {AIKO.id: ("ja", 1), BEN.id: ("en", 1), CHIE.id: (DEFAULT_LOCALE, 1)}


def anything(number: int = 0, user_id: str = AIKO.id) -> Notification:
    """Return some notification: Ben mentions somebody."""
    said = Notification(
        id=f"01M87XYAGJCTCWGEV246FH{number:04}",
        user_id=user_id,
        kind="mention",
        person=Person(BEN.id, BEN.handle, BEN.name),
        created_at=NOON + timedelta(seconds=number),
        post_id="a-post",
    )
    return replace(said, preview=f"@aiko {number}")
