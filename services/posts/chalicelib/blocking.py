"""Blocking: two people disappear from each other's sight, and follow each other no longer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from contracts.http.cursors import Cursors

from chalicelib.people import Person, Profile
from chalicelib.relations import RELATION_LIMIT, RelationsOf, Yourself


@dataclass(frozen=True)
class BlockedPeople:
    """One page of the people whom someone blocks, and where the next one starts."""

    people: Sequence[Person]
    next: str | None


class Blocks(Protocol):
    """Keeps who blocks whom."""

    def block(self, blocker: str, blocked: Person) -> None:
        """Make a block, which both feel at their next read; one that is there stays as it is."""

    def unblock(self, blocker: str, blocked: str) -> None:
        """Remove a block; one that is not there stays away."""

    def blocks(self, blocker: str, after: str | None, limit: int) -> BlockedPeople:
        """Return whom someone blocks, by id, from the position `after` on."""


@dataclass(frozen=True)
class Blocking:
    """Blocks and unblocks; doing either twice is doing it once.

    Parameters
    ----------
    edges, relations
        Where blocks are kept, and what they do to a reader.
    cursors
        Turns positions into what clients hold.
    limit
        People whom one person may block and mute.
    """

    edges: Blocks
    relations: RelationsOf
    cursors: Cursors
    limit: int = RELATION_LIMIT

    def block(self, blocker: Profile, blocked: Profile) -> None:
        """Let neither see anything of the other from the next read on.

        Raises
        ------
        Yourself, TooManyRelations
        """
        if blocker.id == blocked.id:
            raise Yourself("You can't block yourself.")
        mine = self.relations.of(blocker.id)
        if blocked.id in mine.blocked:
            return
        mine.require_room(self.limit)
        self.edges.block(blocker.id, blocked.person)

    def unblock(self, blocker: str, blocked: str) -> None:
        """Let both see each other again; who followed whom does not come back."""
        self.edges.unblock(blocker, blocked)

    def list(self, blocker: str, cursor: str | None, limit: int) -> BlockedPeople:
        """Return one page of whom someone blocks, called as they were when it was done."""
        scope = f"blocks/{blocker}"
        position = str(self.cursors.decode(scope, cursor)["after"]) if cursor is not None else None
        found = self.edges.blocks(blocker, position, limit)
        following = self.cursors.encode(scope, {"after": found.next}) if found.next else None
        return BlockedPeople(found.people, following)
