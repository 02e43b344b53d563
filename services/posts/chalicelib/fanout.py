"""Fan-out: puts a post into the timelines of its author's followers, and takes a deleted one out again.

All of it follows the post's state, not the event that started it: batch writes have no conditions, and
events come twice and in any order. A chunk records whom it serves, writes what the post calls for, and
looks whether the post moved; if so, it starts over. It may start from what a recent event tells, since
its last look corrects that as well; from an old one it does not, lest what is long gone flashes up.
The record goes with the first rows, so that a deletion finds everyone who may have an entry, whoever they
follow by now and wherever a process died. DynamoDB may take the first rows but not the record, and the
process die before it asks again: the post's own event then comes again, finds the deletion, and takes the
entries from all who follow by now. A deletion that finds no record was there before it, and the chunk sees
it in its last look.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import batched
from typing import Protocol

from chalicelib.model import Deleted, Post, PostId, State
from chalicelib.terms import Audience

CHUNK_LIMIT = 2_500
"""Recipients of one chunk: a `timeline.delivered.v1` of them stays well below what the bus takes."""


@dataclass(frozen=True)
class Chunk:
    """Some of the people whose timelines have a post, or had it.

    `name` is made of the recipients, so that the same chunk, planned again, is recorded once.
    """

    post: PostId
    recipients: tuple[str, ...]

    @property
    def name(self) -> str:
        """What the chunk is called among those of its post."""
        return sha256("\n".join(self.recipients).encode()).hexdigest()[:16]


class CurrentPosts(Protocol):
    """Reads posts."""

    def read(self, post: PostId) -> Post | Deleted | None:
        """Return a post with every finished write."""


class Followers(Protocol):
    """Knows who follows whom."""

    def followers(self, followee: str) -> Iterable[str]:
        """Return everyone who follows `followee`, each once, read as they are taken."""

    def follows(self, follower: str, followee: str) -> bool:
        """Tell whether an edge is there."""


class Deliveries(Protocol):
    """Keeps timeline entries, and the record of who got which post."""

    def put(self, chunk: Chunk, post: Post) -> None:
        """Put a post into timelines, over what is there, and record once that the chunk has it."""

    def remove(self, chunk: Chunk, post: Deleted) -> None:
        """Take a post out of timelines, if it is there, and record once that the chunk has it no longer."""

    def recorded(self, post: PostId) -> Iterable[Chunk]:
        """Return the chunks that got a post, with every finished write."""


class Queue(Protocol):
    """The fan-out's own queue."""

    def send(self, chunk: Chunk) -> None:
        """Let a chunk be served by another invocation."""


@dataclass(frozen=True)
class FanOut:
    """Brings timelines to what the posts call for.

    Parameters
    ----------
    posts, followers, deliveries
        Where posts, follow edges and timelines are kept.
    queue
        Where all chunks of a post go but the first.
    chunk_limit
        Recipients of one chunk.
    """

    posts: CurrentPosts
    followers: Followers
    deliveries: Deliveries
    queue: Queue
    chunk_limit: int = CHUNK_LIMIT

    def appeared(self, post_id: PostId, told: Post | None = None) -> None:
        """Serve everyone whom a post concerns that is said to be there.

        Parameters
        ----------
        post_id
            The post's.
        told
            The post as a recent event tells it, which saves a read; it may have moved since.
        """
        post = told or self.posts.read(post_id)
        self._plan(post, self._readers(post_id.author, post))

    def went(self, post_id: PostId) -> None:
        """Serve everyone who got a post that is said to be gone."""
        self._plan(self.posts.read(post_id), ())

    def _plan(self, post: Post | Deleted | None, readers: Iterable[str]) -> None:
        """Serve the first chunk at once, the others by the queue."""
        chunks = self._chunks(post, readers)
        first = next(chunks, None)
        if post is None or first is None:
            return
        for chunk in chunks:
            self.queue.send(chunk)
        self._serve(first, post)

    def serve(self, chunk: Chunk) -> None:
        """Serve one chunk."""
        post = self.posts.read(chunk.post)
        if post is not None:
            self._serve(chunk, post)

    def _chunks(self, post: Post | Deleted | None, readers: Iterable[str]) -> Iterator[Chunk]:
        if post is None or (isinstance(post, Post) and post.state is not State.PUBLISHED):
            return
        gone = isinstance(post, Deleted)
        recorded = {chunk.name: chunk for chunk in self.deliveries.recorded(post.id)} if gone else {}
        yield from recorded.values()
        for recipients in batched(readers, self.chunk_limit, strict=False):
            chunk = Chunk(post.id, recipients)
            if chunk.name not in recorded:
                yield chunk

    def _readers(self, author: str, post: Post | Deleted | None) -> Iterator[str]:
        """Return whose home timelines a post belongs in: its author's, and its audience's who follow them.

        A deleted one tells no more for whom it was: it goes from wherever it may be.
        """
        yield author
        if isinstance(post, Post) and post.terms.audience is Audience.MENTIONED:
            others = (person.id for person in post.mentions if person.id != author)
            yield from (person for person in others if self.followers.follows(person, author))
        else:
            yield from self.followers.followers(author)

    def _serve(self, chunk: Chunk, post: Post | Deleted) -> None:
        while True:
            if isinstance(post, Deleted):
                self.deliveries.remove(chunk, post)
            else:
                self.deliveries.put(chunk, post)
            latest = self._latest(post)
            if latest.sequence == post.sequence:
                return
            post = latest

    def _latest(self, post: Post | Deleted) -> Post | Deleted:
        """Return the post as it is now; a tombstone that has expired since is as good as there."""
        return self.posts.read(post.id) or Deleted(post.id, post.sequence)
