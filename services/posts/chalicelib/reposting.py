"""Reposting: passing a post on, once a person and post; and what goes with a post that goes.

A quote or a repost holds the other post as it was. Its own event notes it beside the other, and looks at the
other afterwards; a deletion is there before those notes are read. So whichever comes first sees the other,
and nothing shows for long what is gone.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from ulid import ULID

from chalicelib.model import Deleted, Embedded, Post, PostId
from chalicelib.people import Person
from chalicelib.references import embedded
from chalicelib.terms import Audience, Terms
from chalicelib.visibility import Visibility

LOSSES_A_RUN = 50
"""Quotes and reposts that one run takes a deleted post out of; the queue brings the rest."""


class NotRepostable(Exception):
    """A post that can't be passed on; the text says why."""


class Reposts(Protocol):
    """Keeps reposts."""

    def repost(self, post: Post) -> Post | None:
        """Store a repost, once a person and post; return the one that is there if there is one."""

    def reposted(self, user: str, post: PostId) -> Post | None:
        """Return someone's repost of a post, with every finished write."""

    def delete(self, post: Post) -> bool:
        """Put a tombstone in a post's place; False if the post moved meanwhile."""


class Published(Protocol):
    """Reads posts for someone."""

    def read(self, post: str, reader: str) -> Post:
        """Return a post that `reader` may see, or raise NoSuchPost."""


@dataclass(frozen=True)
class Reposting:
    """Passes posts on, and takes that back.

    Parameters
    ----------
    reposts, published
        Where reposts and posts are kept.
    visibility
        Who may see what.
    now
        Tells the time, in UTC.
    """

    reposts: Reposts
    published: Published
    visibility: Visibility
    now: Callable[[], datetime]

    def repost(self, person: Person, post: str) -> Post:
        """Pass a public post on; passing it on again changes nothing, a repost stands for its post.

        What a private account passes on is for its followers, as all it says.

        Raises
        ------
        NoSuchPost, NotRepostable
        """
        original = self.published.read(post, person.id)
        if original.repost:
            original = self.published.read(str(original.repost.id), person.id)
        readable = self.visibility.to(person.id)
        if not readable.open(original):
            raise NotRepostable("Only public posts can be passed on.")
        name = PostId(person.id, str(ULID.from_datetime(self.now())))
        audience = Audience.FOLLOWERS if readable.closed(person.id) else Audience.PUBLIC
        made = Post(name, person, "", terms=Terms(audience=audience), repost=embedded(original))
        return self.reposts.repost(made) or made

    def undo(self, user: str, post: str) -> None:
        """Take a repost back, also of a post that can be seen no longer.

        Raises
        ------
        NoSuchPost
            If this can't be the id of a post.
        """
        original = PostId.parse(post)
        while True:
            found = self.reposts.reposted(user, original)
            if found is None or self.reposts.delete(found):
                return


@dataclass(frozen=True)
class Noted:
    """Some of the posts that show another one, and where the next ones start, None at their end."""

    posts: Sequence[PostId]
    next: str | None


class Embeddings(Protocol):
    """Keeps which posts show which other ones."""

    def note(self, other: PostId, post: PostId) -> None:
        """Note that a post shows another one."""

    def noted(self, other: PostId, after: str | None, limit: int) -> Noted:
        """Return posts that show another one, with every finished write."""

    def forget(self, other: PostId, posts: Sequence[PostId]) -> None:
        """Remove the notes that posts show another one."""


class MovablePosts(Protocol):
    """Reads and moves posts."""

    def read(self, post: PostId) -> Post | Deleted | None:
        """Return a post with every finished write."""

    def settle(self, post: Post) -> bool:
        """Store a post whose `sequence` is one more than the stored one's; False if it moved meanwhile."""

    def delete(self, post: Post) -> bool:
        """Put a tombstone in a post's place; False if the post moved meanwhile."""


class Queue(Protocol):
    """The queue of what relates posts."""

    def send(self, other: PostId, after: str) -> None:
        """Let another run go on where one has come to."""


@dataclass(frozen=True)
class Losses:
    """Takes deleted posts out of what shows them.

    Parameters
    ----------
    posts, embeddings
        Where posts are kept, and which show which.
    queue
        Goes on where one run ends.
    """

    posts: MovablePosts
    embeddings: Embeddings
    queue: Queue
    limit: int = LOSSES_A_RUN

    def shown(self, post: PostId, other: PostId) -> None:
        """Note that a post shows another, which may be gone by now."""
        self.embeddings.note(other, post)
        if not isinstance(self.posts.read(other), Post):
            self._lose(post, other)
            self.embeddings.forget(other, [post])

    def went(self, other: PostId, after: str | None = None) -> None:
        """Take a post that is gone out of what shows it: a quote stays without it, a repost goes with it."""
        if isinstance(self.posts.read(other), Post):
            return
        noted = self.embeddings.noted(other, after, self.limit)
        if noted.next:
            self.queue.send(other, noted.next)
        for post in noted.posts:
            self._lose(post, other)
        self.embeddings.forget(other, noted.posts)

    def _lose(self, post_id: PostId, other: PostId) -> None:
        while True:
            post = self.posts.read(post_id)
            if not isinstance(post, Post) or not post.embedded or post.embedded.gone:
                return
            if post.repost:
                done = self.posts.delete(post)
            else:
                without = replace(post, quote=Embedded(other), sequence=post.sequence + 1)
                done = self.posts.settle(without)
            if done:
                return
