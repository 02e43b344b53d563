"""Messages: sending one into a channel, once, and reading what was said there."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from contracts.http.idempotency import Idempotency
from ulid import ULID

from chalicelib.model import (
    Channel,
    ChannelUnknown,
    KeyReused,
    Message,
    Person,
    ProfileRequired,
    Suspended,
    message_text,
)


class Door(Protocol):
    """Knows who is in a channel."""

    def enter(self, channel_id: str, user_id: str) -> tuple[Channel | None, Person | None]:
        """Return the channel and the person, as both are now."""


class MessageStore(Protocol):
    """Keeps messages."""

    def add(self, message: Message) -> Message:
        """Keep a message unless its id is taken; return the one that is there."""

    def find(self, channel_id: str, message_id: str) -> Message | None:
        """Return a message by its id."""

    def claim(self, author: str, channel_id: str, key: str, message_id: str) -> str:
        """Remember which id a key stands for; return the id it has stood for since its first use."""

    def of_channel(self, channel_id: str, before: str | None, limit: int) -> tuple[list[Message], str | None]:
        """Return the messages of a channel, newest first, and where the rest starts."""


@dataclass(frozen=True)
class Messages:
    """What people say in channels."""

    store: MessageStore
    door: Door
    now: Callable[[], datetime]

    def send(self, author_id: str, channel_id: str, text: str, idempotency: Idempotency) -> Message:
        """Say something in a channel; under the same key it is said once.

        Raises
        ------
        TextRefused, ProfileRequired, Suspended, ChannelUnknown, NobodyElse, KeyReused
            If the text breaks a rule, the author may not speak here, nobody else is left to hear it, or the
            key was for something else.
        """
        said = message_text(text)
        channel, author = self._enter(channel_id, author_id)
        now = self.now()
        identity = self._identity(author_id, channel_id, idempotency, now)
        message = Message(identity, channel_id, author, said, now, channel.hears(author_id))
        kept = self.store.add(message)
        if not kept.says_as(message):
            raise KeyReused
        return kept

    def read(
        self, reader: str, channel_id: str, before: str | None, limit: int
    ) -> tuple[list[Message], str | None]:
        """Return one page of a channel, newest first, and where the next page starts.

        Raises
        ------
        ChannelUnknown
            If the reader is not in this channel.
        """
        self._seated(self.door.enter(channel_id, reader)[0], reader)
        return self.store.of_channel(channel_id, before, limit)

    def _enter(self, channel_id: str, user_id: str) -> tuple[Channel, Person]:
        channel, person = self.door.enter(channel_id, user_id)
        seated = self._seated(channel, user_id)
        if person is None:
            raise ProfileRequired
        if person.suspended:
            raise Suspended
        return seated, person

    def _seated(self, channel: Channel | None, user_id: str) -> Channel:
        if channel is None or not channel.seats(user_id):
            raise ChannelUnknown
        return channel

    def _identity(self, author: str, channel_id: str, idempotency: Idempotency, now: datetime) -> str:
        """Return the id of the message to send: a fresh ULID key is it, any other key is given one."""
        if fresh := idempotency.ulid(now):
            return str(fresh)
        new = str(ULID.from_datetime(now))
        if idempotency.key is None:
            return new
        if self.store.find(channel_id, idempotency.key):  # a ULID key that was fresh when first used
            return idempotency.key
        return self.store.claim(author, channel_id, idempotency.key, new)
