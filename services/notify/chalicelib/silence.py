"""Silence: of whom a person hears nothing, as one of the two blocks the other, or the person mutes them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from contracts.events.envelope import Event
from contracts.events.graph import BlockCreatedV1, BlockData, MuteCreatedV1, MuteRemovedV1


class Silences(Protocol):
    """Keeps the newest that was heard of each block and mute."""

    def silence(self, silenced: "Silenced", at: datetime) -> None:
        """Keep it, unless something as new or newer was heard of the same block or mute."""


@dataclass(frozen=True)
class Silenced:
    """That a person hears nothing of another, or hears of them again.

    Parameters
    ----------
    user_id, other
        Who hears nothing, and of whom.
    by
        What made it so: `subject` of the block or mute, of which one may end while another lasts.
    sequence
        The newest that was heard of it.
    lasts
        Whether it is so; `until` when, None for ever.
    """

    user_id: str
    other: str
    by: str
    sequence: int
    lasts: bool
    until: datetime | None = None


@dataclass(frozen=True)
class Silencing:
    """Keeps the read model of blocks and mutes, whatever the order in which it hears of them."""

    store: Silences
    now: Callable[[], datetime]

    def block(self, event: Event[BlockData]) -> None:
        """Hear of a block, or of its end: neither of the two hears of the other."""
        said, lasts = event.data, isinstance(event.data, BlockCreatedV1)
        for user_id, other in ((said.blocker, said.blocked), (said.blocked, said.blocker)):
            self.store.silence(Silenced(user_id, other, event.subject, event.sequence, lasts), self.now())

    def muted(self, event: Event[MuteCreatedV1]) -> None:
        """Hear of a mute."""
        said = event.data
        self.store.silence(
            Silenced(said.muter, said.muted, event.subject, event.sequence, True, said.until),
            self.now(),
        )

    def unmuted(self, event: Event[MuteRemovedV1]) -> None:
        """Hear of the end of a mute."""
        said = event.data
        self.store.silence(Silenced(said.muter, said.muted, event.subject, event.sequence, False), self.now())
