"""Closing: what is left behind when a socket is gone."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from chalicelib.model import Socket


class Closings(Protocol):
    """What remembers sockets, as far as closing one goes."""

    def close(self, socket: Socket, last_alive_at: datetime, now: datetime) -> None:
        """Say once that it closed; nothing if that was said before or it never opened."""

    def forget(self, socket: Socket) -> None:
        """Take it out of every topic."""


@dataclass(frozen=True)
class Closing:
    """Closes sockets, each as often as it is reported gone and with one event."""

    store: Closings

    def __call__(self, socket: Socket, last_alive_at: datetime, now: datetime) -> None:
        """Close a socket.

        The topics are cleared even if it was closed before, since that attempt may have stopped half-way.
        """
        self.store.close(socket, last_alive_at, now)
        self.store.forget(socket)
