"""Ties: brings a home timeline to what a follow, or its end, calls for.

Who follows someone gets the newest of what they posted before; who unfollows them has it taken away. It
follows the state of the edge, not the event that started it, since events come twice and in any order, and
is done anew if the edge moved meanwhile. A deleted post must not come back: that somebody is given a stretch
of an author's posts is recorded first, and the posts are given on condition that none of them has moved. So
the deletion of a post either comes first and keeps it from being given, or finds the record and takes it
from everyone who was (`chalicelib/fanout.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from chalicelib.model import Post

BACKFILL = 20
"""Posts that a new follower is given of those that were there before: a page."""


class Standing(StrEnum):
    """How a follow edge stands: a private account's is asked for, until its owner accepts."""

    THERE = "there"
    ASKED = "asked"
    GONE = "gone"


@dataclass(frozen=True)
class Edge:
    """A follow edge as it stands, or its tombstone."""

    sequence: int
    stands: Standing


class Edges(Protocol):
    """Keeps follow edges."""

    def edge(self, follower: str, followee: str) -> Edge | None:
        """Return an edge or its tombstone, with every finished write."""


class AuthoredPosts(Protocol):
    """Keeps each author's posts."""

    def newest(self, author: str, count: int) -> Sequence[Post]:
        """Return the newest posts of an author, with every finished write."""


class Homes(Protocol):
    """Keeps home timelines."""

    def note(self, reader: str, posts: Sequence[Post]) -> None:
        """Record that a reader is given the author's posts from the last of these to the first."""

    def give(self, reader: str, posts: Sequence[Post]) -> bool:
        """Put posts into a reader's timeline, over what is there; none and False if one of them moved."""

    def clear(self, reader: str, author: str) -> None:
        """Take all posts of an author out of a reader's timeline."""


@dataclass(frozen=True)
class Ties:
    """Fills and clears home timelines.

    Parameters
    ----------
    edges, posts, homes
        Where follows, posts and timelines are kept.
    count
        Posts that a new follower is given.
    """

    edges: Edges
    posts: AuthoredPosts
    homes: Homes
    count: int = BACKFILL

    def settle(self, follower: str, followee: str) -> None:
        """Bring the follower's timeline to what their edge calls for."""
        while True:
            edge = self.edges.edge(follower, followee)
            if edge is None:
                return
            if edge.stands is Standing.THERE:
                self._fill(follower, followee)
            else:
                self.homes.clear(follower, followee)
            if self.edges.edge(follower, followee) == edge:
                return

    def _fill(self, follower: str, followee: str) -> None:
        while True:
            newest = self.posts.newest(followee, self.count)
            posts = [post for post in newest if post.visible_to(follower, _following)]
            if not posts:
                return
            self.homes.note(follower, posts)
            if self.homes.give(follower, posts):
                return


def _following(_follower: str, _followee: str) -> bool:
    """Tell that whoever is given posts follows their author: the edge was looked at before."""
    return True
