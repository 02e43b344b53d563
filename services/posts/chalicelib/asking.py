"""Asking: who wants to follow a private account, and what its owner says to that."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from contracts.http.cursors import Cursors

from chalicelib.people import Person
from chalicelib.relations import Blocked, RelationsOf


class NoSuchRequest(Exception):
    """Nobody asked for this, or they do no longer."""


@dataclass(frozen=True)
class AskingPeople:
    """One page of people who ask to follow someone, and where the next one starts."""

    people: Sequence[Person]
    next: str | None


class Requests(Protocol):
    """Keeps follow requests: edges that are asked for."""

    def accept(self, followee: str, follower: str) -> bool:
        """Make a request a follow, in its owner's name; False if it is neither."""

    def refuse(self, followee: str, follower: str) -> None:
        """Remove a request; what is not asked for stays as it is."""

    def asking(self, followee: str, after: str | None, limit: int) -> AskingPeople:
        """Return who asks to follow someone, by id, from the position `after` on."""


@dataclass(frozen=True)
class Asking:
    """Answers follow requests; doing either twice is doing it once.

    Parameters
    ----------
    requests, relations
        Where requests are kept, and who must see nothing of each other.
    cursors
        Turns positions into what clients hold.
    """

    requests: Requests
    relations: RelationsOf
    cursors: Cursors

    def accept(self, owner: str, asker: str) -> None:
        """Let someone follow who asked to.

        Raises
        ------
        Blocked, NoSuchRequest
        """
        if self.relations.of(owner).apart(asker):
            raise Blocked("You can't be followed by someone whom you block or who blocks you.")
        if not self.requests.accept(owner, asker):
            raise NoSuchRequest("This person does not ask to follow you, or does no longer.")

    def refuse(self, owner: str, asker: str) -> None:
        """Let someone not follow who asked to; they are not told, and may ask again."""
        self.requests.refuse(owner, asker)

    def list(self, owner: str, cursor: str | None, limit: int) -> AskingPeople:
        """Return one page of who asks, called as they were when they did."""
        scope = f"follow-requests/{owner}"
        position = str(self.cursors.decode(scope, cursor)["after"]) if cursor is not None else None
        found = self.requests.asking(owner, position, limit)
        following = self.cursors.encode(scope, {"after": found.next}) if found.next else None
        return AskingPeople(found.people, following)
