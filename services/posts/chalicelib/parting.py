"""Parting: who blocks each other no longer follows each other, whichever of the two came first.

A block and a follow of the same people may be written at the same time. Each tells an event after its own
write, so the later of the two events finds both writes. An edge is read before the block is looked for, and
goes only if it has not moved since: a follow made after the block was lifted stays.
"""

from dataclasses import dataclass
from typing import Protocol

from chalicelib.ties import Edge, Standing


class PartedEdges(Protocol):
    """Keeps follow edges."""

    def edge(self, follower: str, followee: str) -> Edge | None:
        """Return an edge or its tombstone, with every finished write."""

    def cut(self, follower: str, followee: str, seen: int) -> bool:
        """Remove an edge whose sequence is the one seen, in nobody's name; False if it moved meanwhile."""


class Pairs(Protocol):
    """Knows who blocks whom."""

    def parted(self, one: str, other: str) -> bool:
        """Tell whether either of two people blocks the other, with every finished write."""


@dataclass(frozen=True)
class Parting:
    """Removes follows between people of whom one blocks the other.

    Parameters
    ----------
    edges, pairs
        Where follows and blocks are kept.
    """

    edges: PartedEdges
    pairs: Pairs

    def part(self, one: str, other: str) -> None:
        """Remove the follows of two people in both directions, if one of them blocks the other."""
        self.settle(one, other)
        self.settle(other, one)

    def settle(self, follower: str, followee: str) -> None:
        """Remove one edge, or the request for it, if it may not be there."""
        while True:
            edge = self.edges.edge(follower, followee)
            if edge is None or edge.stands is Standing.GONE or not self.pairs.parted(follower, followee):
                return
            if self.edges.cut(follower, followee, edge.sequence):
                return
