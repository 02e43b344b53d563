"""Answers: posts that count for another one, which they reply to, quote or repost, while they are there."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from chalicelib.counting import Counting, Move, Standing
from chalicelib.model import Deleted, Post, PostId


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
        state = self.posts.read(post)
        while state is not None:
            for kind, other in answered.items():
                kinds = (kind,) if isinstance(state, Post) else ()
                self.counting.count([Move(other, f"{kind}#{post}", Standing(state.sequence, kinds))])
            latest = self.posts.read(post)
            if latest is None or latest.sequence == state.sequence:
                return
            state = latest

    def went(self, post: PostId) -> None:
        """Count a post that is said to be gone no longer; if it is back by now, it stays counted."""
        if answered := self.answered.answered(post):
            self.appeared(post, answered)
