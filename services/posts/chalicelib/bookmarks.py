"""Bookmarks: posts that a person keeps for themselves; nobody else hears of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from contracts.http.cursors import Cursors

from chalicelib.live import ManyPosts
from chalicelib.model import Post, PostId
from chalicelib.reactions import ReadablePosts
from chalicelib.timeline import QUERIES_A_PAGE, Slice
from chalicelib.visibility import Visibility


@dataclass(frozen=True)
class BookmarkedIds:
    """Some bookmarked posts and where the next ones start, None at the end."""

    posts: Sequence[PostId]
    next: str | None


class Bookmarked(Protocol):
    """Keeps each person's bookmarks."""

    def bookmark(self, user: str, post: PostId) -> None:
        """Keep a bookmark; one that is there stays where it is."""

    def forget(self, user: str, post: PostId) -> None:
        """Remove a bookmark, there or not."""

    def bookmarked(self, user: str, after: str | None, limit: int) -> BookmarkedIds:
        """Return what follows the position `after`, the newest bookmark first."""


@dataclass(frozen=True)
class Bookmarks:
    """Keeps posts, and lists those that can still be seen.

    Parameters
    ----------
    kept, readable, posts
        Where bookmarks are kept, and posts, one by one and together.
    visibility
        Who may see what.
    cursors
        Turns positions into what clients hold.
    """

    kept: Bookmarked
    readable: ReadablePosts
    posts: ManyPosts
    visibility: Visibility
    cursors: Cursors

    def bookmark(self, user: str, post: str) -> None:
        """Keep a post; keeping it again changes nothing.

        Raises
        ------
        NoSuchPost
        """
        self.kept.bookmark(user, self.readable.read(post, user).id)

    def forget(self, user: str, post: str) -> None:
        """Keep a post no longer, whether it can still be seen or not.

        Raises
        ------
        NoSuchPost
            If this can't be the id of a post.
        """
        self.kept.forget(user, PostId.parse(post))

    def of(self, user: str, cursor: str | None, limit: int) -> Slice:
        """Return one page of the posts that a person keeps, without those that they may see no longer."""
        scope = f"bookmarks/{user}"
        position = str(self.cursors.decode(scope, cursor)["after"]) if cursor is not None else None
        readable = self.visibility.to(user)
        shown: list[Post] = []
        for _ in range(QUERIES_A_PAGE):
            some = self.kept.bookmarked(user, position, limit - len(shown))
            found = self.posts.find_many(some.posts) if some.posts else {}
            there = (one for post in some.posts if isinstance(one := found.get(post), Post))
            shown += filter(None, map(readable.of, there))
            position = some.next
            if position is None or len(shown) == limit:
                break
        return Slice(shown, self.cursors.encode(scope, {"after": position}) if position else None)
