"""Walls: between two people of whom one blocks the other nothing new is said; what was said can be read."""

from dataclasses import dataclass
from typing import Protocol

from contracts.events.envelope import Event
from contracts.events.graph import BlockCreatedV1, BlockData

from chalicelib.model import Channel


class Blocks(Protocol):
    """Keeps the newest that was heard of who blocks whom, by the channel that the two have or may have."""

    def block(self, channel_id: str, blocker: str, sequence: int, *, lasts: bool) -> None:
        """Keep it, unless something as new or newer was heard of this block."""


class Wall(Protocol):
    """Knows where nothing more is said."""

    def parted(self, channel_id: str) -> bool:
        """Tell whether one of the two whose direct channel this is blocks the other."""


@dataclass(frozen=True)
class Walls:
    """Keeps the read model of blocks, whatever the order in which it hears of them."""

    store: Blocks

    def learn(self, event: Event[BlockData]) -> None:
        """Hear of a block, or of its end."""
        said, lasts = event.data, isinstance(event.data, BlockCreatedV1)
        channel = Channel.direct(said.blocker, said.blocked, event.time)
        self.store.block(channel.id, said.blocker, event.sequence, lasts=lasts)
