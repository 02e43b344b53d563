"""Pinning: the few posts that a profile shows first, the last one pinned before the others."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from chalicelib.model import Deleted, NoSuchPost, Post, PostId, State
from chalicelib.publishing import NotYours
from chalicelib.visibility import Visibility

PIN_LIMIT = 5
"""Posts that one person may pin."""


class NotPinnable(Exception):
    """A post that can't be pinned now; the text says why."""


@dataclass(frozen=True)
class Pins:
    """What an author has pinned, the last one first, and the version of the list, None before the first."""

    posts: tuple[PostId, ...] = ()
    version: int | None = None


class PinStore(Protocol):
    """Keeps what people pinned."""

    def pins(self, author: str, *, latest: bool) -> Pins:
        """Return what an author has pinned."""

    def keep(self, author: str, posts: Sequence[PostId], seen: int | None) -> bool:
        """Keep what an author has pinned; False if the list is not the one seen."""

    def there(self, posts: Sequence[PostId]) -> Mapping[PostId, Post]:
        """Return those of several posts that are there."""


class FoundPosts(Protocol):
    """Reads posts."""

    def read(self, post: PostId) -> Post | Deleted | None:
        """Return a post with every finished write."""


@dataclass(frozen=True)
class Pinning:
    """Pins posts and shows them.

    Parameters
    ----------
    store, posts
        Where pins and posts are kept.
    visibility
        Who may see what.
    """

    store: PinStore
    posts: FoundPosts
    visibility: Visibility

    def pin(self, post: str, user: str) -> None:
        """Pin a post of one's own; pinning it again changes nothing.

        Raises
        ------
        NoSuchPost, NotYours, NotPinnable
        """
        post_id = _own(post, user)
        found = self.posts.read(post_id)
        if not isinstance(found, Post):
            raise NoSuchPost("There is no such post.")
        if found.repost or found.state is not State.PUBLISHED:
            raise NotPinnable("Only published posts of your own can be pinned.")
        self._change(user, lambda pinned: pinned if post_id in pinned else (post_id, *pinned))

    def unpin(self, post: str, user: str) -> None:
        """Pin a post no longer.

        Raises
        ------
        NoSuchPost, NotYours
        """
        post_id = _own(post, user)
        self._change(user, lambda pinned: tuple(one for one in pinned if one != post_id))

    def pinned(self, author: str, reader: str) -> Sequence[Post]:
        """Return what an author has pinned, as far as `reader` may see it."""
        readable = self.visibility.to(reader)
        if readable.bars(author):
            return ()
        pinned = self.store.pins(author, latest=False).posts
        there = self.store.there(pinned) if pinned else {}
        return list(filter(None, (readable.of(there[post]) for post in pinned if post in there)))

    def _change(self, user: str, change: Callable[[tuple[PostId, ...]], tuple[PostId, ...]]) -> None:
        while True:
            pins = self.store.pins(user, latest=True)
            wanted = change(pins.posts)
            if wanted == pins.posts:
                return
            if len(wanted) > PIN_LIMIT:
                there = self.store.there(wanted)  # one that was deleted takes no room
                wanted = tuple(post for post in wanted if post in there)
            if len(wanted) > PIN_LIMIT:
                raise NotPinnable(f"You can pin {PIN_LIMIT} posts: unpin one first.")
            if self.store.keep(user, wanted, pins.version):
                return


def _own(post: str, user: str) -> PostId:
    post_id = PostId.parse(post)
    if post_id.author != user:
        raise NotYours("Only its author can pin a post.")
    return post_id
