"""Threads, tags and the tabs of a profile: pages of the lists that posts are in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Protocol

from contracts.http.cursors import Cursors

from chalicelib.listings import answers, gallery, thread, under
from chalicelib.model import Deleted, NoSuchPost, Post, PostId
from chalicelib.relations import RelationsOf
from chalicelib.text import folded_tag
from chalicelib.timeline import QUERIES_A_PAGE, Edges, Slice


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


Shows = Callable[[Post], bool]
"""Tells whether a list shows a post."""


@dataclass(frozen=True)
class Threads:
    """Reads lists of posts.

    Parameters
    ----------
    lists, posts, edges
        Where lists, posts and follow edges are kept.
    relations
        What each reader must not, or does not want to, see.
    closed
        Tells whether an account is private: what it said in public before is for its followers, too.
    cursors
        Turns positions into what clients hold.
    """

    lists: ListedPosts
    posts: FoundPosts
    edges: Edges
    relations: RelationsOf
    closed: Callable[[str], bool]
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
        relations, shows = self.relations.of(reader), self._shows(reader)
        if cursor is not None:
            position = self.cursors.decode(scope, cursor)
            root, after, begun = PostId.parse(position["root"]), position["after"], list[Post | Deleted]()
        else:
            found = self.posts.find(post_id, latest=reader == post_id.author)
            if not isinstance(found, Post) or not shows(found) or relations.bars(found):
                raise NoSuchPost("There is no such post, or it is not public.")
            root, after = found.thread, None
            start = found if root == post_id else self.posts.find(root, latest=False)
            seen = isinstance(start, Post) and shows(start) and not relations.bars(start)
            begun = [start if seen and start else Deleted(root, 0)]
        rows = self._page(
            thread(root), after, limit - len(begun), lambda post: shows(post) and not relations.hides(post)
        )
        end = {"root": str(root), "after": rows.next}
        return Rows([*begun, *rows.posts], self.cursors.encode(scope, end) if rows.next is not None else None)

    def tag(self, tag: str, reader: str, cursor: str | None, limit: int) -> Slice:
        """Return one page of the public posts with a tag, newest first."""
        folded = folded_tag(tag)
        if not folded:
            return Slice((), None)
        relations, shows = self.relations.of(reader), self._shows(reader)
        return self._newest(
            f"tag/{folded}/{reader}",
            under(folded),
            cursor,
            limit,
            lambda post: not relations.hides(post) and shows(post),
        )

    def media(self, author: str, reader: str, cursor: str | None, limit: int) -> Slice:
        """Return one page of an author's posts with media, newest first, as far as `reader` may see them."""
        return self._tab(gallery(author), author, reader, cursor, limit)

    def replies(self, author: str, reader: str, cursor: str | None, limit: int) -> Slice:
        """Return one page of an author's answers, newest first, as far as `reader` may see them."""
        return self._tab(answers(author), author, reader, cursor, limit)

    def _tab(self, name: str, author: str, reader: str, cursor: str | None, limit: int) -> Slice:
        if author != reader and self.relations.of(reader).apart(author):
            return Slice((), None)
        return self._newest(f"{name}/{reader}", name, cursor, limit, self._shows(reader))

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
            found += [post for post in rows.posts if isinstance(post, Deleted) or shows(post)]
            after = rows.next
            if after is None or len(found) == limit:
                break
        return Rows(found, after)

    def _shows(self, reader: str) -> Shows:
        follows, closed = cache(self.edges.follows), cache(self.closed)

        def shows(post: Post) -> bool:
            author = post.author.id
            if not post.visible_to(reader, follows):
                return False
            if not post.public or author == reader or post.addresses(reader) or not closed(author):
                return True
            return follows(reader, author)

        return shows
