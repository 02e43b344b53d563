"""Threads, tags and the tabs of a profile: pages of the lists that posts are in."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from contracts.http.cursors import Cursors

from chalicelib.listings import answers, gallery, thread, under
from chalicelib.model import Deleted, NoSuchPost, Post, PostId
from chalicelib.text import folded_tag
from chalicelib.timeline import QUERIES_A_PAGE, Shows, Slice
from chalicelib.visibility import Readable, Visibility


@dataclass(frozen=True)
class Rows:
    """Some posts of a list, or that they were there, and where the next ones start, None at its end."""

    posts: Sequence[Post | Deleted]
    next: str | None


class ListedPosts(Protocol):
    """Keeps lists of posts."""

    def page(self, name: str, after: str | None, limit: int, *, newest_first: bool) -> Rows:
        """Return the rows of a list that follow the position `after`."""


class FoundPosts(Protocol):
    """Reads posts."""

    def find(self, post: PostId, *, latest: bool) -> Post | Deleted | None:
        """Return a post, with every finished write if it has to be the `latest`."""


@dataclass(frozen=True)
class Threads:
    """Reads lists of posts.

    Parameters
    ----------
    lists, posts
        Where lists and posts are kept.
    visibility
        Who may see what.
    cursors
        Turns positions into what clients hold.
    """

    lists: ListedPosts
    posts: FoundPosts
    visibility: Visibility
    cursors: Cursors

    def thread(self, post: str, reader: str, cursor: str | None, limit: int) -> Rows:
        """Return one page of the thread that a post is in, oldest first, from where it began.

        What was deleted, and a beginning that the reader may not see, stays as a gap.

        Raises
        ------
        NoSuchPost
        """
        post_id = PostId.parse(post)
        scope = f"thread/{post_id}/{reader}"
        readable = self.visibility.to(reader)
        if cursor is not None:
            position = self.cursors.decode(scope, cursor)
            root, after, begun = PostId.parse(position["root"]), position["after"], list[Post | Deleted]()
        else:
            found = self.posts.find(post_id, latest=reader == post_id.author)
            seen = readable.of(found) if isinstance(found, Post) else None
            if seen is None:
                raise NoSuchPost("There is no such post, or it is not public.")
            root, after = seen.thread, None
            start = found if root == post_id else self.posts.find(root, latest=False)
            begun = [(readable.of(start) if isinstance(start, Post) else None) or Deleted(root, 0)]
        rows = self._page(thread(root), after, limit - len(begun), partial(_listed, readable))
        end = {"root": str(root), "after": rows.next}
        return Rows([*begun, *rows.posts], self.cursors.encode(scope, end) if rows.next is not None else None)

    def tag(self, tag: str, reader: str, cursor: str | None, limit: int) -> Slice:
        """Return one page of the public posts with a tag, newest first."""
        folded = folded_tag(tag)
        if not folded:
            return Slice((), None)
        shows = partial(_listed, self.visibility.to(reader))
        return self._newest(f"tag/{folded}/{reader}", under(folded), cursor, limit, shows)

    def media(self, author: str, reader: str, cursor: str | None, limit: int) -> Slice:
        """Return one page of an author's posts with media, newest first, as far as `reader` may see them."""
        return self._tab(gallery(author), author, reader, cursor, limit)

    def replies(self, author: str, reader: str, cursor: str | None, limit: int) -> Slice:
        """Return one page of an author's answers, newest first, as far as `reader` may see them."""
        return self._tab(answers(author), author, reader, cursor, limit)

    def _tab(self, name: str, author: str, reader: str, cursor: str | None, limit: int) -> Slice:
        readable = self.visibility.to(reader)
        if readable.bars(author):
            return Slice((), None)
        return self._newest(f"{name}/{reader}", name, cursor, limit, readable.of)

    def _newest(self, scope: str, name: str, cursor: str | None, limit: int, shows: Shows) -> Slice:
        after = str(self.cursors.decode(scope, cursor)["after"]) if cursor is not None else None
        rows = self._page(name, after, limit, shows, newest_first=True)
        posts = [post for post in rows.posts if isinstance(post, Post)]
        return Slice(posts, self.cursors.encode(scope, {"after": rows.next}) if rows.next else None)

    def _page(
        self, name: str, after: str | None, limit: int, shows: Shows, *, newest_first: bool = False
    ) -> Rows:
        """Return one page of the rows to show, looked for in several pages of a list if need be."""
        found: list[Post | Deleted] = []
        if limit == 0:
            return Rows((), "")
        for _ in range(QUERIES_A_PAGE):
            rows = self.lists.page(name, after, limit - len(found), newest_first=newest_first)
            as_shown = (post if isinstance(post, Deleted) else shows(post) for post in rows.posts)
            found += [post for post in as_shown if post is not None]
            after = rows.next
            if after is None or len(found) == limit:
                break
        return Rows(found, after)


def _listed(readable: Readable, post: Post) -> Post | None:
    """Return a post as a list of several people's posts shows it, None if it does not."""
    return None if readable.relations.hides(post) else readable.of(post)
