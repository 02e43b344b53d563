"""Suspension: who is suspended has no socket, neither those that are open nor new ones.

The order of the steps is what lets none slip through. Here the row is written first, then the person's
sockets are read; `opening` first joins the person's topic, then reads the row. So of a socket and a
suspension that arrive together, one sees the other. A socket that the gateway has not accepted yet may not be
closed by it; it is in no topic then, hears nothing, and ends with its token at the latest.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from contracts.events.envelope import Event
from contracts.events.posts import AccountReinstatedV1, AccountSuspendedV1

from chalicelib.closing import Closing
from chalicelib.model import Socket
from chalicelib.sending import Sender


@dataclass(frozen=True)
class Standing:
    """What a person's sockets depend on: the channels, and whether there may be sockets at all."""

    channels: Sequence[str]
    suspended: bool


class Standings(Protocol):
    """The read model of who is suspended."""

    def keep_suspension(self, user_id: str, sequence: int, *, suspended: bool) -> bool:
        """Remember whether a person is suspended; False, and nothing, if newer is known."""

    def sockets_of(self, users: Sequence[str]) -> Sequence[Socket]:
        """Return the open sockets of people."""


@dataclass(frozen=True)
class Suspension:
    """Closes the sockets of the suspended."""

    store: Standings
    sender: Sender
    close: Closing
    clock: Callable[[], datetime]

    def suspended(self, event: Event[AccountSuspendedV1]) -> None:
        """Close a person's sockets and let them open no more."""
        user, now = event.data.user_id, self.clock()
        if self.store.keep_suspension(user, event.sequence, suspended=True):
            for socket in self.store.sockets_of([user]):
                self.sender.hang_up(socket.address)
                self.close(socket, socket.opened_at, now)

    def reinstated(self, event: Event[AccountReinstatedV1]) -> None:
        """Let a person open sockets again."""
        self.store.keep_suspension(event.data.user_id, event.sequence, suspended=False)
