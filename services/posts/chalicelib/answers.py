"""Answers: posts that count for another one, which they reply to, quote or repost, while they are there."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from chalicelib.counting import Counting, Move, Standing
from chalicelib.model import Deleted, Post, PostId

THERE, GONE = 1, 2
"""A post comes once and goes once; no edit changes what it answers."""


class CurrentPosts(Protocol):
    """Reads posts."""

    def read(self, post: PostId) -> Post | Deleted | None:
        """Return a post with every finished write."""


class Answered(Protocol):
    """Remembers for what a post counts."""

    def answered(self, post: PostId) -> Mapping[str, PostId]:
        """Return for which posts this one is counted, and as what, with every finished write."""


@dataclass(frozen=True)
class Answers:
    """Counts answers by their state, since the news of a deletion does not tell what was answered."""

    posts: CurrentPosts
    answered: Answered
    counting: Counting

    def appeared(self, post: PostId, answered: Mapping[str, PostId]) -> None:
        """Count a post that is said to be there for what it answers: kinds and posts.

        It may go while it is counted, and the news of that find nothing yet; so it is looked at again.
        """
        there = self._there(post)
        while True:
            self._count(post, answered.items(), there=there)
            latest = self._there(post)
            if latest == there:
                return
            there = latest

    def went(self, post: PostId) -> None:
        """Count a post no longer."""
        self._count(post, self.answered.answered(post).items(), there=False)

    def _there(self, post: PostId) -> bool:
        return isinstance(self.posts.read(post), Post)

    def _count(self, post: PostId, answered: Iterable[tuple[str, PostId]], *, there: bool) -> None:
        for kind, other in answered:
            standing = Standing(THERE, (kind,)) if there else Standing(GONE)
            self.counting.count([Move(other, f"{kind}#{post}", standing)])
