"""Live: what changes about posts while their text stays, for many posts at once.

Timelines hold posts as they were written. How often they were answered and reacted to by now, what the reader
did to them, and what their authors are called today is read here, and only here. Counts and names are
shared by all readers and may be some seconds old; what the reader did is looked up each time.

Of posts that the reader may not see nothing is said: ids are no secrets, answers and threads name them.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from chalicelib.model import Deleted, NoSuchPost, Post, PostId
from chalicelib.people import Person
from chalicelib.visibility import Readable, Visibility

LIVE_LIMIT = 50
"""Posts that can be asked for at once."""

COUNT_FRESHNESS = timedelta(seconds=5)
"""How old counts, and what is known of who may see them, may be."""

NAME_FRESHNESS = timedelta(seconds=30)
"""How old names may be."""

Sums = Mapping[str, int]
"""How often a post was answered, and reacted to with each emoji."""


class InvalidLive(Exception):
    """A list of ids that the rules refuse; the text says what to change."""


@dataclass(frozen=True)
class Own:
    """What the reader did to a post."""

    reaction: str | None = None
    bookmarked: bool = False
    vote: tuple[int, ...] | None = None


@dataclass(frozen=True)
class LivePost:
    """What is to be said of one post now."""

    id: PostId
    sums: Sums
    own: Own

    def count(self, kind: str) -> int:
        """Return how often a post was answered or acted on in one way."""
        return max(self.sums.get(kind, 0), 0)


@dataclass(frozen=True)
class LivePosts:
    """What is to be said of several posts now, and what their authors are called."""

    posts: Sequence[LivePost]
    authors: Sequence[Person]


class Cache[Name, Known](Protocol):
    """Remembers what was read for a while, and reads what it does not remember.

    In one process this is a dictionary (`store/remembered.py`). Where a fleet shares a DAX cluster, its
    client takes the place of DynamoDB's under the ports that read, and nothing is left to remember here. That
    takes functions in a VPC; Hidoki has none, so this is not built.
    """

    def many(
        self, names: Collection[Name], read: Callable[[Sequence[Name]], Mapping[Name, Known]]
    ) -> Mapping[Name, Known]:
        """Return what is known by these names, some of it as it was a while ago."""


class Summed(Protocol):
    """Knows counts."""

    def sums(self, posts: Sequence[PostId]) -> Mapping[PostId, Sums]:
        """Return the counts of all these posts."""


class ManyPosts(Protocol):
    """Reads posts together."""

    def find_many(self, posts: Sequence[PostId]) -> Mapping[PostId, Post | Deleted]:
        """Return those that are or were there."""


class OwnActs(Protocol):
    """Knows what people did."""

    def own(self, user: str, posts: Sequence[PostId]) -> Mapping[PostId, Own]:
        """Return what someone did to those of the posts to which they did something."""


class Named(Protocol):
    """Knows what people are called."""

    def named(self, users: Sequence[str]) -> Mapping[str, Person]:
        """Return those of several people who are there."""


@dataclass(frozen=True)
class Live:
    """Tells what is to be said of posts now.

    Parameters
    ----------
    counts, acts, people
        Where counts, acts and names are kept.
    posts, visibility
        Where posts are kept, and who may see what.
    known_counts, known_names, known_posts
        Remember them for a while.
    """

    counts: Summed
    acts: OwnActs
    people: Named
    posts: ManyPosts
    visibility: Visibility
    known_counts: Cache[PostId, Sums]
    known_names: Cache[str, Person]
    known_posts: Cache[PostId, Post | Deleted]

    def of(self, ids: Sequence[str], reader: str) -> LivePosts:
        """Return what is to be said of posts now; those that the reader may not see are left out.

        Raises
        ------
        InvalidLive
            If these are not ids of posts, or too many.
        """
        posts = self._seen(checked_ids(ids), self.visibility.to(reader))
        if not posts:
            return LivePosts((), ())
        sums = self.known_counts.many(posts, self.counts.sums)
        own = self.acts.own(reader, posts)
        names = self.known_names.many(list(dict.fromkeys(post.author for post in posts)), self.people.named)
        live = [LivePost(post, sums.get(post, {}), own.get(post, Own())) for post in posts]
        return LivePosts(live, list(names.values()))

    def _seen(self, ids: Sequence[PostId], readable: Readable) -> Sequence[PostId]:
        """Return those of several posts that a reader may see."""
        others = [post for post in ids if not readable.bars(post.author)]
        known = self.known_posts.many(others, self.posts.find_many) if others else {}
        return [post for post in others if isinstance(one := known.get(post), Post) and readable.of(one)]


def checked_ids(ids: Sequence[str]) -> list[PostId]:
    """Return the posts that a list of ids names, each once.

    Raises
    ------
    InvalidLive
        If one is no id, or there are too many.
    """
    if not 0 < len(ids) <= LIVE_LIMIT:
        raise InvalidLive(f"Ask for 1 to {LIVE_LIMIT} posts at once, their ids parted by commas.")
    try:
        return list(dict.fromkeys(map(PostId.parse, ids)))
    except NoSuchPost:
        raise InvalidLive("One of these is not the id of a post.") from None
