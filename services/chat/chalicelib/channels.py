"""Channels: opening a direct one, and listing one's own."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from chalicelib.model import AccountDeleted, Channel, Person, PersonUnknown, ProfileRequired, Suspended


class ChannelStore(Protocol):
    """Keeps channels and who is in them."""

    def open(self, channel: Channel, opener: str) -> Channel:
        """Keep a channel with its members unless it is there; return the one that is there."""

    def of_member(self, user_id: str, before: str | None, limit: int) -> tuple[list[Channel], str | None]:
        """Return the channels of a person, newest first, and where the rest starts."""


class Directory(Protocol):
    """Knows people by their ids."""

    def people(self, ids: Iterable[str]) -> Mapping[str, Person]:
        """Return those of the people who are known."""

    def left(self, user_id: str) -> bool:
        """Tell whether a person has deleted their account."""


@dataclass(frozen=True)
class Seats:
    """A channel and its members by name."""

    channel: Channel
    members: tuple[Person, ...]


@dataclass(frozen=True)
class Channels:
    """What people do with channels."""

    store: ChannelStore
    directory: Directory
    now: Callable[[], datetime]

    def open_direct(self, opener: str, other: str) -> Seats:
        """Open the channel of two people, or find it open.

        Raises
        ------
        AloneInChannel, ProfileRequired, Suspended, PersonUnknown
            If the two are one, one of them has no profile, or the opener is suspended.
        """
        channel = Channel.direct(opener, other, self.now())
        known = self.directory.people(channel.members)
        if opener not in known:
            raise ProfileRequired
        if known[opener].suspended:
            raise Suspended
        if other not in known:
            raise PersonUnknown(other)
        return _seated(self.store.open(channel, opener), known)

    def mine(self, reader: str, before: str | None, limit: int) -> tuple[list[Seats], str | None]:
        """Return one page of the reader's channels, newest first, and where the next page starts.

        Raises
        ------
        AccountDeleted
            If the reader has deleted their account; asked only of who is in no channel.
        """
        channels, rest = self.store.of_member(reader, before, limit)
        if not channels and self.directory.left(reader):
            raise AccountDeleted
        known = self.directory.people({one for channel in channels for one in channel.members})
        return [_seated(channel, known) for channel in channels], rest


def _seated(channel: Channel, known: Mapping[str, Person]) -> Seats:
    return Seats(channel, tuple(known[one] for one in channel.members if one in known))
