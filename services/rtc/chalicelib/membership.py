"""Membership: whose sockets hear of a channel."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from contracts.events.chat import MemberJoinedV1
from contracts.events.envelope import Event

from chalicelib.model import CHANNELS_PER_SOCKET, Socket


class Memberships(Protocol):
    """The read model of who is in which channel, and its topics."""

    def channels_of(self, user_id: str) -> Sequence[str]:
        """Return the channels that a person's sockets subscribe to."""

    def add_channel(self, user_id: str, channel_id: str, sequence: int) -> None:
        """Let the person's future sockets subscribe to a channel; nothing if newer is known."""

    def sockets_of(self, users: Sequence[str]) -> Sequence[Socket]:
        """Return the open sockets of people."""

    def subscribe(self, channels: Sequence[str], sockets: Sequence[Socket]) -> None:
        """Put sockets into the topics of channels."""

    def mark_complete(self, channel_id: str, user_id: str) -> None:
        """Note that every socket of a member is in the channel's topic."""


@dataclass(frozen=True)
class Membership:
    """Follows who joins which channel."""

    store: Memberships

    def joined(self, event: Event[MemberJoinedV1]) -> None:
        """Subscribe a new member's sockets, those that are open and those to come.

        Only then is the member marked: a message sent before goes by the member's own topic (see
        `delivery`). So do those of the channels beyond `CHANNELS_PER_SOCKET`, where nobody is marked.
        """
        channel, user = event.data.channel_id, event.data.user_id
        known = self.store.channels_of(user)
        if channel not in known and len(known) >= CHANNELS_PER_SOCKET:
            return
        self.store.add_channel(user, channel, event.sequence)
        self.store.subscribe([channel], self.store.sockets_of([user]))
        self.store.mark_complete(channel, user)
