"""Opening: a ticket becomes a socket that hears of its person's topics.

The order of the steps is what loses nothing. The socket first joins its person's own topic, then reads the
person's channels; `membership` first writes the channel, then reads the person's sockets. So of a socket and
a channel that arrive together, one sees the other. The event comes last: who is said to be there hears all.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from chalicelib.closing import Closing
from chalicelib.model import (
    SOCKET_LIFETIME,
    SOCKETS_PER_PERSON,
    Address,
    Refused,
    Socket,
    whole_seconds,
)
from chalicelib.sending import Sender
from chalicelib.suspension import Standing
from chalicelib.tickets import Tickets, redeem


class Openings(Protocol):
    """What remembers sockets, as far as opening one goes."""

    def join(self, socket: Socket) -> Sequence[Socket]:
        """Put a socket into its person's topic; return all that are there.

        Raises
        ------
        Refused
            If the person has deleted their account.
        """

    def standing_of(self, user_id: str) -> Standing:
        """Return the channels that a person's sockets subscribe to, and whether the person is suspended."""

    def subscribe(self, channels: Sequence[str], sockets: Sequence[Socket]) -> None:
        """Put sockets into the topics of channels."""

    def open(self, socket: Socket, language: str, now: datetime) -> None:
        """Say that a socket is open."""


@dataclass(frozen=True)
class Opening:
    """Opens sockets."""

    tickets: Tickets
    store: Openings
    sender: Sender
    close: Closing

    def __call__(self, secret: str | None, address: Address, language: str, now: datetime) -> Socket:
        """Open a socket for whom the ticket was made.

        Parameters
        ----------
        secret
            The ticket.
        language
            `ja` or `en`, for problems on the socket.

        Raises
        ------
        Refused
            If the ticket is not good, or its person is suspended.
        """
        ticket = redeem(self.tickets, secret, now)
        opened_at = whole_seconds(now)
        expires_at = min(whole_seconds(ticket.token_expires_at), opened_at + SOCKET_LIFETIME)
        socket = Socket(address, ticket.user_id, opened_at, expires_at)
        sockets = self.store.join(socket)
        standing = self.store.standing_of(socket.user_id)
        if standing.suspended:
            self.close(socket, now, now)
            raise Refused("suspended")
        self.store.subscribe(standing.channels, [socket])
        self.store.open(socket, language, now)
        self._make_room(socket, sockets, now)
        return socket

    def _make_room(self, newest: Socket, sockets: Sequence[Socket], now: datetime) -> None:
        others = sorted((other for other in sockets if other != newest), key=lambda other: other.opened_at)
        surplus = max(0, len(others) + 1 - SOCKETS_PER_PERSON)
        for other in others[:surplus]:
            self.sender.hang_up(other.address)
            self.close(other, other.opened_at, now)
