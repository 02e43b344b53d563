"""Timelines: what a person reads, and what a person wrote, newest first, a page at a time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from contracts.http.cursors import Cursors

from chalicelib.model import Post
from chalicelib.visibility import Visibility

QUERIES_A_PAGE = 5
"""A page looks at most this often for posts to show; then it is short, but has a `next`."""


@dataclass(frozen=True)
class Slice:
    """Some posts of a list and where the next ones start, None at its end."""

    posts: Sequence[Post]
    next: str | None


Pages = Callable[[str | None, int], Slice]
"""Returns so many posts of a list after a position."""

Shows = Callable[[Post], Post | None]
"""Returns a post as a list shows it, None if it does not."""


class HomeEntries(Protocol):
    """Keeps each reader's home timeline."""

    def page(self, reader: str, after: str | None, limit: int) -> Slice:
        """Return the entries that follow the position `after`, newest first."""


class AuthoredPosts(Protocol):
    """Keeps each author's posts."""

    def page(self, author: str, after: str | None, limit: int) -> Slice:
        """Return the posts that follow the position `after`, newest first, without deleted ones."""


@dataclass(frozen=True)
class Timelines:
    """Reads timelines.

    Parameters
    ----------
    entries, posts
        Where home timelines and posts are kept.
    visibility
        Who may see what.
    cursors
        Turns positions into what clients hold.
    as_of_now
        Returns a post as it is to be shown now.
    """

    entries: HomeEntries
    posts: AuthoredPosts
    visibility: Visibility
    cursors: Cursors
    as_of_now: Callable[[Post], Post]

    def home(self, reader: str, cursor: str | None, limit: int) -> Slice:
        """Return one page of what `reader` and those they follow posted, as far as they want to see it."""
        scope = f"home/{reader}"
        readable = self.visibility.to(reader)

        def shows(post: Post) -> Post | None:
            return None if readable.relations.keeps_from_home(post) else readable.delivered(post)

        return self._filled(scope, cursor, limit, partial(self.entries.page, reader), shows)

    def profile(self, author: str, reader: str, cursor: str | None, limit: int) -> Slice:
        """Return one page of what `author` posted, as far as `reader` may see it.

        Who opens someone's profile wants to see them, so mutes change nothing here.
        """
        scope = f"profile/{author}/{reader}"
        readable = self.visibility.to(reader)
        if readable.bars(author):
            return Slice((), None)
        return self._filled(scope, cursor, limit, partial(self.posts.page, author), readable.of)

    def _filled(self, scope: str, cursor: str | None, limit: int, page: Pages, shows: Shows) -> Slice:
        """Return one page of the posts to show, looked for in several pages of a list if need be."""
        position = self._position(scope, cursor)
        shown: list[Post] = []
        for _ in range(QUERIES_A_PAGE):
            found = page(position, limit - len(shown))
            shown += map(self.as_of_now, filter(None, map(shows, found.posts)))
            position = found.next
            if position is None or len(shown) == limit:
                break
        return Slice(shown, self._cursor(scope, position))

    def _position(self, scope: str, cursor: str | None) -> str | None:
        return str(self.cursors.decode(scope, cursor)["after"]) if cursor is not None else None

    def _cursor(self, scope: str, position: str | None) -> str | None:
        return None if position is None else self.cursors.encode(scope, {"after": position})
