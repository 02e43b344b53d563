"""A posts service in memory: fakes of the ports, and a moment between any two of their steps."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from chalicelib.asking import Asking
from chalicelib.attachments import Attachments
from chalicelib.blocking import Blocking
from chalicelib.bookmarks import Bookmarks
from chalicelib.counting import Counting
from chalicelib.editing import Editing, Edition, edition
from chalicelib.fanout import Chunk, FanOut
from chalicelib.graph import Graph
from chalicelib.listings import Listings
from chalicelib.live import COUNT_FRESHNESS, NAME_FRESHNESS, Live
from chalicelib.model import Deleted, MediaStatus, Post, PostId, State
from chalicelib.moderation import Moderation
from chalicelib.muting import Muting
from chalicelib.parting import Parting
from chalicelib.people import Person
from chalicelib.pinning import Pinning
from chalicelib.polls import Polls
from chalicelib.portraits import Portraits
from chalicelib.profiles import Profiles
from chalicelib.publishing import MediaMoved, Publishing
from chalicelib.reactions import Reactions
from chalicelib.reporting import Reporting
from chalicelib.reposting import Losses, Reposting
from chalicelib.store.remembered import Remembered
from chalicelib.threads import Threads
from chalicelib.ties import Ties
from chalicelib.timeline import Slice, Timelines
from chalicelib.visibility import Visibility
from contracts.http.cursors import Cursors, Key
from contracts.http.limits import Limiter
from memory_ledger import MemoryLedger
from tests.memory_counts import MemoryActs, MemoryCounts
from tests.memory_profiles import MemoryProfiles
from tests.memory_relations import MemoryRelations
from tests.memory_reports import MemoryReports
from tests.memory_timelines import MemoryTimelines

if TYPE_CHECKING:
    from tests.memory_related import MemoryEmbeddings, MemoryLists, MemoryPins

KEY = Key("1", b"secret")
CURSORS = Cursors(lambda: {None: KEY, KEY.kid: KEY})


def person(number: int, handle: str | None = None) -> Person:
    handle = handle or f"user{number}"
    return Person(str(UUID(int=number)), handle, handle.title())


AIKO, BEN, CHIE = person(1, "aiko"), person(2, "ben"), person(3, "chie")


class Crash(Exception):
    """The process died between two steps."""


@dataclass
class Moments:
    """Counts the steps of the ports, and lets something else happen just before some of them."""

    planned: dict[int, Callable[[], object]] = field(default_factory=dict)
    passed: int = 0

    def __call__(self) -> None:
        self.passed += 1
        if happening := self.planned.pop(self.passed, None):
            happening()


@dataclass
class Clock:
    """A clock that stands until it is moved."""

    time: datetime = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def move(self, by: timedelta) -> None:
        self.time += by


@dataclass
class MemoryPosts:
    """Posts, keys, media and what waits for them; `published` and `deleted` is what the relay would say."""

    posts: dict[PostId, Post | Deleted] = field(default_factory=dict)
    keys: dict[tuple[str, str], str] = field(default_factory=dict)
    media: dict[str, MediaStatus] = field(default_factory=dict)
    waits: list[tuple[str, PostId]] = field(default_factory=list)
    published: list[Post] = field(default_factory=list)
    deleted: list[Deleted] = field(default_factory=list)
    old: dict[PostId, list[Edition]] = field(default_factory=dict)
    moment: Callable[[], None] = lambda: None

    def _store(self, post: Post) -> None:
        self.posts[post.id] = post
        if post.state is State.PUBLISHED:
            self.published.append(post)

    def add(self, post: Post, unknown: Sequence[str]) -> Post | Deleted | None:
        self.moment()
        if post.id in self.posts:
            return self.posts[post.id]
        if any(media in self.media for media in unknown):
            raise MediaMoved
        self._store(post)
        self.waits += [(media, post.id) for media in unknown]
        return None

    def read(self, post: PostId) -> Post | Deleted | None:
        found = self.find(post, latest=True)
        return found.shown if isinstance(found, Post) else found

    def find(self, post: PostId, *, latest: bool) -> Post | Deleted | None:
        self.moment()
        return self.posts.get(post)

    def find_many(self, posts: Sequence[PostId]) -> Mapping[PostId, Post | Deleted]:
        return {post: self.posts[post] for post in posts if post in self.posts}

    def settle(self, post: Post) -> bool:
        self.moment()
        if self.posts[post.id].sequence != post.sequence - 1:
            return False
        self._store(post)
        return True

    def edit(self, post: Post, before: Post) -> bool:
        """As a transaction does: both or neither."""
        done = self.settle(post)
        if done:
            self.old.setdefault(post.id, []).append(edition(before))
        return done

    def editions(self, post: PostId) -> Sequence[Edition]:
        self.moment()
        return self.old.get(post, ())

    def delete(self, post: Post) -> bool:
        self.moment()
        if self.posts[post.id].sequence != post.sequence:
            return False
        gone = post.deleted
        self.posts[post.id] = gone
        self.deleted.append(gone)
        return True

    def claim(self, author: str, key: str, ulid: str) -> str:
        self.moment()
        return self.keys.setdefault((author, key), ulid)

    def page(self, author: str, after: str | None, limit: int) -> Slice:
        """As a query with a filter does: the limit counts what was looked at, not what was found."""
        ids = sorted((one.ulid for one in self.posts if one.author == author), reverse=True)
        looked_at = [ulid for ulid in ids if after is None or ulid < after][:limit]
        found = [self.posts[PostId(author, ulid)] for ulid in looked_at]
        full = len(looked_at) == limit
        return Slice([one for one in found if isinstance(one, Post)], looked_at[-1] if full else None)

    def newest(self, author: str, count: int) -> Sequence[Post]:
        self.moment()
        alive = [one for one in self.posts.values() if isinstance(one, Post) and one.id.author == author]
        return sorted(alive, key=lambda post: post.id.ulid, reverse=True)[:count]

    def known(self, media: Sequence[str]) -> Mapping[str, MediaStatus]:
        self.moment()
        return {one: self.media[one] for one in media if one in self.media}

    def learn(self, status: MediaStatus) -> None:
        self.moment()
        if status.id not in self.media or self.media[status.id].sequence <= status.sequence:
            self.media[status.id] = status

    def waiting(self, media: str) -> Iterator[PostId]:
        self.moment()
        yield from [post for waited, post in self.waits if waited == media]


@dataclass
class MemoryQueue:
    """Chunks on their way."""

    chunks: list[Chunk] = field(default_factory=list)
    moment: Callable[[], None] = lambda: None

    def send(self, chunk: Chunk) -> None:
        self.moment()
        self.chunks.append(chunk)


class World:
    """The whole service in memory."""

    def __init__(self, chunk_limit: int = 3) -> None:
        from tests.memory_drafts import Drafting  # which needs what is above

        self.moments, self.clock = Moments(), Clock()
        self.people = MemoryProfiles(moment=self.moments)
        self.posts = MemoryPosts(moment=self.moments)
        self.entries = MemoryTimelines(self.posts.posts, moment=self.moments)
        self.queue = MemoryQueue(moment=self.moments)
        self.profiles, self.portraits = Profiles(self.people, self.clock), Portraits(self.posts)
        self.limiter = Limiter(MemoryLedger(), self.clock, self.profiles.joined)
        self.relations = MemoryRelations(self.clock, self.people.removed, moment=self.moments)
        self.graph = Graph(self.people, self.relations)
        self.asking = Asking(self.people, self.relations, CURSORS)
        self.blocking = Blocking(self.relations, self.relations, CURSORS)
        self.muting = Muting(self.relations, self.relations, CURSORS, self.clock)
        self.parting = Parting(self.people, self.relations)
        self.ties = Ties(self.people, self.posts, self.entries)
        self.visibility = Visibility(self.relations, self.people, self.profiles.closed)
        self.publishing = Publishing(self.posts, self.people, self.posts, self.visibility, self.clock)
        self.editing = Editing(self.posts, self.publishing, self.clock)
        self.attachments = Attachments(self.posts, self.posts, self.clock)
        self.fan_out = FanOut(self.posts, self.people, self.entries, self.queue, chunk_limit)
        self.drafting = Drafting(self)
        self.drafts, self.scheduling = self.drafting.drafts, self.drafting.scheduling
        self.timelines = Timelines(
            self.entries, self.posts, self.visibility, CURSORS, self.publishing.as_of_now
        )
        self.acts = MemoryActs(moment=self.moments)
        self.counts = MemoryCounts(moment=self.moments)
        self.counting = Counting(self.counts, self.counts)
        self.reports = MemoryReports(self.posts, self.people, moment=self.moments)
        self.reporting = Reporting(self.reports, self.posts, self.people, self.clock)
        self.moderation = Moderation(self.reports, self.posts, self.people, CURSORS, self.clock)
        self.reactions = Reactions(self.acts, self.counts, self.publishing, self.relations, CURSORS)
        self.bookmarks = Bookmarks(self.acts, self.publishing, self.posts, self.visibility, CURSORS)
        self.polls = Polls(self.acts, self.acts, self.counts, self.publishing, self.clock)
        self.live = Live(
            self.counts,
            self.acts,
            self.people,
            self.posts,
            self.visibility,
            Remembered(COUNT_FRESHNESS, self.clock),
            Remembered(NAME_FRESHNESS, self.clock),
            Remembered(COUNT_FRESHNESS, self.clock),
        )

        self.lists, self.embeddings, pins = relating(self)
        self.pinning = Pinning(pins, self.posts, self.visibility)
        self.listings = Listings(self.posts, self.lists)
        self.losses = Losses(self.posts, self.embeddings, self.embeddings, limit=2)
        self.reposting = Reposting(self.embeddings, self.publishing, self.visibility, self.clock)
        self.threads = Threads(self.lists, self.posts, self.visibility, CURSORS)

    def relate(self, *posts: PostId) -> None:
        """Do what posts' own consumer does upon news of posts."""
        for post in posts:
            found = self.posts.posts[post]
            if isinstance(found, Post) and found.embedded:
                self.losses.shown(post, found.embedded.id)
            self.listings.follow(post)
            self.losses.went(post)
            while self.embeddings.queue:
                self.losses.went(*self.embeddings.queue.pop())

    def count(self) -> None:
        """Count what was told of acts."""
        for move in self.acts.told:
            self.counting.count([move])

    def readers(self, post: PostId) -> set[str]:
        return {reader for reader, of in self.entries.entries if of == post}


def relating(world: World) -> tuple["MemoryLists", "MemoryEmbeddings", "MemoryPins"]:
    """Return the lists of a world, what shows what in it, and what people pinned."""
    from tests.memory_related import MemoryEmbeddings, MemoryLists, MemoryPins

    lists = MemoryLists(world.posts, moment=world.moments)
    embeddings = MemoryEmbeddings(world.posts, shows=lists.shows, moment=world.moments)
    return lists, embeddings, MemoryPins(world.posts)
