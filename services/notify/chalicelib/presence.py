"""Presence: which sockets are open, from events that may come late, twice and in any order."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from contracts.events.envelope import Event
from contracts.events.rtc import ConnectionClosedV1, ConnectionOpenedV1

from chalicelib.model import Socket


class Sockets(Protocol):
    """Keeps open sockets, and for a while the graves of closed ones."""

    def put(self, socket: Socket) -> None:
        """Keep a socket, unless one of the same connection and a newer sequence is there."""

    def drop(self, user_id: str, connection_id: str, sequence: int) -> None:
        """Remove a socket whose sequence is below this one."""

    def bury(self, connection_id: str, sequence: int, at: datetime) -> None:
        """Note that a connection was closed, unless something newer is noted."""

    def buried(self, connection_id: str) -> int:
        """Return the sequence at which a connection was closed, or 0."""


CatchUp = Callable[[str, datetime], None]
"""Pushes to a person who is offline what came since a time."""


@dataclass(frozen=True)
class Presence:
    """Keeps the read model of open sockets.

    A socket and its grave are two items, so that reading the open ones reads nothing else. Who opens
    looks for a grave after writing the socket, who closes digs it before removing the socket: whichever
    comes first, the newer of the two stands. Until then a socket that is long gone seems open and keeps
    pushes back; they are made up for when it is removed.
    """

    sockets: Sockets
    catch_up: CatchUp

    def opened(self, event: Event[ConnectionOpenedV1]) -> None:
        """Hear that a socket was opened."""
        connection = event.data
        socket = Socket(connection.connection_id, connection.user_id, connection.expires_at, event.sequence)
        self.sockets.put(socket)
        buried = self.sockets.buried(socket.connection_id)
        if buried > socket.sequence:
            self.sockets.drop(socket.user_id, socket.connection_id, buried)
            self.catch_up(socket.user_id, event.time)

    def closed(self, event: Event[ConnectionClosedV1]) -> None:
        """Hear that a socket is gone; what came since it was last proven alive may not have arrived."""
        connection = event.data
        self.sockets.bury(connection.connection_id, event.sequence, event.time)
        self.sockets.drop(connection.user_id, connection.connection_id, event.sequence)
        self.catch_up(connection.user_id, connection.last_alive_at)
