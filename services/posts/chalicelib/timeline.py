"""Timelines: what a person reads, and what a person wrote, newest first, a page at a time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Protocol

from contracts.http.cursors import Cursors

from chalicelib.model import Post
from chalicelib.relations import RelationsOf

QUERIES_A_PAGE = 5
"""A page looks at most this often for posts to show; then it is short, but has a `next`."""


@dataclass(frozen=True)
class Slice:
    """Some posts of a list and where the next ones start, None at its end."""

    posts: Sequence[Post]
    next: str | None


Pages = Callable[[str | None, int], Slice]
"""Returns so many posts of a list after a position."""

Shows = Callable[[Post], bool]
"""Tells whether a list shows a post."""


class HomeEntries(Protocol):
    """Keeps each reader's home timeline."""

    def page(self, reader: str, after: str | None, limit: int) -> Slice:
        """Return the entries that follow the position `after`, newest first."""


class AuthoredPosts(Protocol):
    """Keeps each author's posts."""

    def page(self, author: str, after: str | None, limit: int) -> Slice:
        """Return the posts that follow the position `after`, newest first, without deleted ones."""


class Edges(Protocol):
    """Knows who follows whom."""

    def follows(self, follower: str, followee: str) -> bool:
        """Tell whether an edge is there."""


@dataclass(frozen=True)
class Timelines:
    """Reads timelines.

    Parameters
    ----------
    entries, posts, edges
        Where home timelines, posts and follow edges are kept.
    relations
        What each reader must not, or does not want to, see.
    cursors
        Turns positions into what clients hold.
    as_of_now
        Returns a post as it is to be shown now.
    """

    entries: HomeEntries
    posts: AuthoredPosts
    edges: Edges
    relations: RelationsOf
    cursors: Cursors
    as_of_now: Callable[[Post], Post]

    def home(self, reader: str, cursor: str | None, limit: int) -> Slice:
        """Return one page of what `reader` and those they follow posted, as far as they want to see it."""
        scope = f"home/{reader}"
        relations = self.relations.of(reader)
        return self._filled(
            scope,
            cursor,
            limit,
            partial(self.entries.page, reader),
            lambda post: not relations.keeps_from_home(post),
        )

    def profile(
        self, author: str, reader: str, cursor: str | None, limit: int, *, private: bool = False
    ) -> Slice:
        """Return one page of what `author` posted, as far as `reader` may see it.

        Of a `private` account those only see more than what mentions them who follow it.

        Who opens someone's profile wants to see them, so mutes change nothing here.
        """
        scope = f"profile/{author}/{reader}"
        if author != reader and self.relations.of(reader).apart(author):
            return Slice((), None)
        follows = cache(self.edges.follows)
        closed = private and author != reader and not follows(reader, author)
        return self._filled(
            scope,
            cursor,
            limit,
            partial(self.posts.page, author),
            lambda post: post.visible_to(reader, follows) and (not closed or post.addresses(reader)),
        )

    def _filled(self, scope: str, cursor: str | None, limit: int, page: Pages, shows: Shows) -> Slice:
        """Return one page of the posts to show, looked for in several pages of a list if need be."""
        position = self._position(scope, cursor)
        shown: list[Post] = []
        for _ in range(QUERIES_A_PAGE):
            found = page(position, limit - len(shown))
            shown += [self.as_of_now(post) for post in found.posts if shows(post)]
            position = found.next
            if position is None or len(shown) == limit:
                break
        return Slice(shown, self._cursor(scope, position))

    def _position(self, scope: str, cursor: str | None) -> str | None:
        return str(self.cursors.decode(scope, cursor)["after"]) if cursor is not None else None

    def _cursor(self, scope: str, position: str | None) -> str | None:
        return None if position is None else self.cursors.encode(scope, {"after": position})
