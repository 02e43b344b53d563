"""The follow graph: who follows whom."""

from dataclasses import dataclass
from typing import Protocol

from chalicelib.people import Person, Profile
from chalicelib.relations import Blocked, RelationsOf


class SelfFollow(Exception):
    """A person tried to follow themselves."""


class Edges(Protocol):
    """Keeps follow edges."""

    def follow(self, follower: Person, followee: str) -> None:
        """Make an edge; one that is there stays as it is."""

    def unfollow(self, follower: Person, followee: str) -> None:
        """Remove an edge; one that is not there stays away."""

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

        Raises
        ------
        SelfFollow, Blocked
        """
        if follower.id == followee.id:
            raise SelfFollow("Your own posts are in your timeline without following yourself.")
        if self.relations.of(follower.id).apart(followee.id):
            raise Blocked("You can't follow someone whom you block or who blocks you.")
        self.edges.follow(follower.person, followee.id)

    def unfollow(self, follower: Profile, followee: Profile) -> None:
        """Stop it; what was delivered is gone from the next read on."""
        self.edges.unfollow(follower.person, followee.id)

    def followed(self, follower: str, followee: str) -> bool | None:
        """Tell whether `follower` follows `followee`; None for oneself."""
        return None if follower == followee else self.edges.follows(follower, followee)
