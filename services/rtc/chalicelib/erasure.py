"""Erasure: the sockets of a person who deleted their account are closed, and they hear of no channel."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from contracts.transport.erasing import Leaver, Step

from chalicelib.closing import Closing
from chalicelib.model import Socket
from chalicelib.sending import Sender


class Leavings(Protocol):
    """What is kept of people."""

    def bid_farewell(self, user_id: str, at: datetime) -> None:
        """Let no socket of a person open any more."""

    def sockets_of(self, users: Sequence[str]) -> Sequence[Socket]:
        """Return the open sockets of people."""

    def forget_channels(self, user_id: str) -> None:
        """Forget in which channels a person is."""


@dataclass(frozen=True)
class Erasure:
    """Erases what is kept of a person: `SOCKETS_PER_PERSON` and `CHANNELS_PER_SOCKET` bound it."""

    leavings: Leavings
    sender: Sender
    close: Closing
    now: Callable[[], datetime]

    def steps(self) -> dict[str, Step]:
        """Return all there is to do, in order: once the farewell is noted, no socket opens."""
        return {"farewell": self._farewell, "sockets": self._sockets, "channels": self._channels}

    def _farewell(self, leaver: Leaver, _after: str | None) -> None:
        self.leavings.bid_farewell(leaver.id, self.now())

    def _sockets(self, leaver: Leaver, _after: str | None) -> None:
        for socket in self.leavings.sockets_of([leaver.id]):
            self.sender.hang_up(socket.address)
            self.close(socket, socket.opened_at, self.now())

    def _channels(self, leaver: Leaver, _after: str | None) -> None:
        self.leavings.forget_channels(leaver.id)
