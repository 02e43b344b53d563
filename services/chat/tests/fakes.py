"""Chat's ports, kept in dictionaries."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from chalicelib.channels import Channels
from chalicelib.messages import Messages
from chalicelib.model import Channel, Message, Person
from contracts.http.limits import Limiter
from memory_ledger import MemoryLedger

NOON = datetime(2026, 11, 24, 12, 0, 0, 123456, tzinfo=UTC)

AIKO = Person("aiko-id", "aiko", "愛子")
BEN = Person("ben-id", "ben", "Ben")
CHIE = Person("chie-id", "chie", "千絵")


@dataclass
class Clock:
    """A clock that goes only when told."""

    time: datetime = NOON

    def __call__(self) -> datetime:
        return self.time

    def advance(self, span: timedelta) -> None:
        self.time += span


@dataclass
class MemoryChannels:
    """Channels and people in memory, as the `channels` table keeps them."""

    channels: dict[str, Channel] = field(default_factory=dict)
    known: dict[str, tuple[Person, int]] = field(default_factory=dict)
    leavers: set[str] = field(default_factory=set)

    def open(self, channel: Channel, opener: str) -> Channel:
        return self.channels.setdefault(channel.id, channel)

    def of_member(self, user_id: str, before: str | None, limit: int) -> tuple[list[Channel], str | None]:
        mine = [channel for channel in self.channels.values() if user_id in channel.members]
        return _page(sorted(mine, key=lambda one: one.created_at, reverse=True), before, limit)

    def left(self, user_id: str) -> bool:
        return user_id in self.leavers

    def people(self, ids: Iterable[str]) -> Mapping[str, Person]:
        there = self.known.keys() - self.leavers
        return {one: self.known[one][0] for one in ids if one in there}

    def enter(self, channel_id: str, user_id: str) -> tuple[Channel | None, Person | None]:
        return self.channels.get(channel_id), self.people([user_id]).get(user_id)

    def learn(self, person: Person, sequence: int) -> None:
        if person.id not in self.known or self.known[person.id][1] < sequence:
            self.known[person.id] = person, sequence


@dataclass
class MemoryMessages:
    """Messages in memory, as the `messages` table keeps them."""

    messages: dict[tuple[str, str], Message] = field(default_factory=dict)
    claims: dict[tuple[str, str, str], str] = field(default_factory=dict)

    def add(self, message: Message) -> Message:
        return self.messages.setdefault((message.channel_id, message.id), message)

    def find(self, channel_id: str, message_id: str) -> Message | None:
        return self.messages.get((channel_id, message_id))

    def claim(self, author: str, channel_id: str, key: str, message_id: str) -> str:
        return self.claims.setdefault((author, channel_id, key), message_id)

    def of_channel(self, channel_id: str, before: str | None, limit: int) -> tuple[list[Message], str | None]:
        said = [message for (channel, _), message in self.messages.items() if channel == channel_id]
        return _page(sorted(said, key=lambda one: one.id, reverse=True), before, limit)


def _page[T: (Channel, Message)](
    newest_first: list[T], before: str | None, limit: int
) -> tuple[list[T], str | None]:
    start = next((n + 1 for n, one in enumerate(newest_first) if one.id == before), 0)
    page = newest_first[start : start + limit]
    return page, page[-1].id if len(newest_first) > start + limit else None


@dataclass
class Chat:
    """The whole of chat, in memory; Aiko, Ben and Chie have profiles."""

    clock: Clock = field(default_factory=Clock)
    table: MemoryChannels = field(default_factory=MemoryChannels)
    store: MemoryMessages = field(default_factory=MemoryMessages)

    def __post_init__(self) -> None:
        self.limiter = Limiter(MemoryLedger(), self.clock)
        self.channels = Channels(self.table, self.table, self.clock)
        self.messages = Messages(self.store, self.table, self.clock)
        for person in (AIKO, BEN, CHIE):
            self.table.learn(person, 1)

    def between(self, one: Person, other: Person) -> str:
        """Open the channel of two people and return its id."""
        return self.channels.open_direct(one.id, other.id).channel.id
