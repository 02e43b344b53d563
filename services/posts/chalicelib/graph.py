"""The follow graph: who follows whom."""

from dataclasses import dataclass
from typing import Protocol

from chalicelib.people import Person, Profile
from chalicelib.relations import Blocked, RelationsOf
from chalicelib.ties import Standing


class SelfFollow(Exception):
    """A person tried to follow themselves."""


class Edges(Protocol):
    """Keeps follow edges."""

    def follow(self, follower: Person, followee: str) -> None:
        """Make an edge; one that is there stays as it is."""

    def unfollow(self, follower: Person, followee: str) -> None:
        """Remove an edge; one that is not there stays away."""

    def ask(self, follower: Person, followee: str) -> None:
        """Ask for an edge; one that is there stays as it is."""

    def standing(self, follower: str, followee: str) -> Standing:
        """Return how an edge stands."""

    def follows(self, follower: str, followee: str) -> bool:
        """Tell whether an edge is there."""


@dataclass(frozen=True)
class Graph:
    """Follows and unfollows; doing either twice is doing it once.

    Parameters
    ----------
    edges
        Where follow edges are kept.
    relations
        Who must see nothing of each other.
    """

    edges: Edges
    relations: RelationsOf

    def follow(self, follower: Profile, followee: Profile) -> None:
        """Let `follower` get what `followee` posts from now on, and a page of what they posted before.

        A private account is asked first (`chalicelib/asking.py`).

        Raises
        ------
        SelfFollow, Blocked
        """
        if follower.id == followee.id:
            raise SelfFollow("Your own posts are in your timeline without following yourself.")
        if self.relations.of(follower.id).apart(followee.id):
            raise Blocked("You can't follow someone whom you block or who blocks you.")
        if followee.private:
            self.edges.ask(follower.person, followee.id)
        else:
            self.edges.follow(follower.person, followee.id)

    def unfollow(self, follower: Profile, followee: Profile) -> None:
        """Stop it, or ask no longer; what was delivered is gone from the next read on."""
        self.edges.unfollow(follower.person, followee.id)

    def standing(self, follower: str, followee: str) -> Standing:
        """Return how the edge between two people stands."""
        return self.edges.standing(follower, followee)

    def followed(self, follower: str, followee: str) -> bool | None:
        """Tell whether `follower` follows `followee`; None for oneself."""
        return None if follower == followee else self.edges.follows(follower, followee)
