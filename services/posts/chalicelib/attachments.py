"""Media in posts: a post waits for what it names, and is published by the last piece that gets ready.

A post that names media nobody knows yet is stored together with one waiting row per such piece, on
condition that the piece is still unknown; news of a piece is stored before its waiting rows are read.
So whichever comes first sees the other, and no post stays behind.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from chalicelib.model import Deleted, Hindrance, MediaStatus, Post, PostId, State


class Shelf(Protocol):
    """Keeps what the media service said of each upload, and which posts wait for it."""

    def known(self, media: Sequence[str]) -> Mapping[str, MediaStatus]:
        """Return the status of those that were heard of, with every finished write."""

    def learn(self, status: MediaStatus) -> None:
        """Keep a status unless a newer one is kept."""

    def waiting(self, media: str) -> Iterable[PostId]:
        """Return the posts that wait for an upload, with every finished write."""


class WaitingPosts(Protocol):
    """Reads and moves posts."""

    def read(self, post: PostId) -> Post | Deleted | None:
        """Return a post with every finished write."""

    def settle(self, post: Post) -> bool:
        """Store a post whose `sequence` is one more than the stored one's; False if it moved meanwhile."""


@dataclass(frozen=True)
class Attachments:
    """Moves posts when news of their media arrive.

    Parameters
    ----------
    shelf, posts
        Where media statuses and posts are kept.
    now
        Tells the time, in UTC.
    """

    shelf: Shelf
    posts: WaitingPosts
    now: Callable[[], datetime]

    def learn(self, status: MediaStatus) -> None:
        """Take news of one upload, which may come late, twice or in any order.

        What waits is looked at even when the news is old: an earlier delivery may have failed after
        storing it.
        """
        self.shelf.learn(status)
        for post in self.shelf.waiting(status.id):
            self._settle(post)

    def _settle(self, post_id: PostId) -> None:
        while True:
            post = self.posts.read(post_id)
            if not isinstance(post, Post) or post.state is not State.PENDING:
                return
            settled = self._settled(post)
            if settled.state is State.PENDING:
                return
            if self.posts.settle(replace(settled, sequence=post.sequence + 1)):
                return

    def _settled(self, post: Post) -> Post:
        if post.overdue(self.now()):
            return replace(post, state=State.DRAFT, hindrance=Hindrance.MEDIA_LATE)
        return with_media(post, self.shelf.known(post.media_ids))


def with_media(post: Post, known: Mapping[str, MediaStatus]) -> Post:
    """Return a post in the state that its media put it in.

    Parameters
    ----------
    post
        The post, its `media_ids` in the order to show.
    known
        Status of those media that were heard of.
    """
    heard = [known[media] for media in post.media_ids if media in known]
    if any(status.owner != post.author.id for status in heard):
        return replace(post, state=State.DRAFT, hindrance=Hindrance.MEDIA_NOT_YOURS)
    if any(status.media is None for status in heard):
        return replace(post, state=State.DRAFT, hindrance=Hindrance.MEDIA_FAILED)
    if len(heard) < len(post.media_ids):
        return replace(post, state=State.PENDING)
    ready = tuple(status.media for status in heard if status.media)
    return replace(post, state=State.PUBLISHED, media=ready)
