"""A posts service in memory: fakes of the ports, and a moment between any two of their steps."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

from chalicelib.attachments import Attachments
from chalicelib.blocking import Blocking
from chalicelib.counting import Counting
from chalicelib.fanout import Chunk, FanOut
from chalicelib.graph import Graph
from chalicelib.model import Deleted, MediaStatus, Post, PostId, State
from chalicelib.muting import Muting
from chalicelib.parting import Parting
from chalicelib.people import HandleTaken, Person, Profile
from chalicelib.profiles import Profiles
from chalicelib.publishing import MediaMoved, Publishing
from chalicelib.reactions import Reactions
from chalicelib.timeline import Slice, Timelines
from contracts.http.cursors import Cursors, Key
from contracts.http.limits import Limiter
from memory_ledger import MemoryLedger
from tests.memory_counts import MemoryActs, MemoryCounts
from tests.memory_relations import MemoryRelations

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
class MemoryProfiles:
    """Profiles, handles and edges."""

    profiles: dict[str, Profile] = field(default_factory=dict)
    handles: dict[str, str] = field(default_factory=dict)
    edges: dict[tuple[str, str], int] = field(default_factory=dict)
    removed: dict[tuple[str, str], int] = field(default_factory=dict)
    saves: int = 0
    reads: int = 0
    moment: Callable[[], None] = lambda: None

    def join(self, *people: Person) -> None:
        for one in people:
            made = Profile(one.id, one.handle, one.name, datetime(2026, 1, 1, tzinfo=UTC))
            assert self.save(made, None)

    def find(self, user: str) -> Profile | None:
        self.moment()
        self.reads += 1
        return self.profiles.get(user)

    fresh = find

    def holder(self, handle: str) -> str | None:
        return self.handles.get(handle)

    def holders(self, handles: Sequence[str]) -> Sequence[Person]:
        return [self.profiles[self.handles[name]].person for name in handles if name in self.handles]

    def save(self, profile: Profile, before: Profile | None) -> bool:
        self.moment()
        if self.profiles.get(profile.id) != before:
            return False
        if self.handles.get(profile.handle, profile.id) != profile.id:
            raise HandleTaken(f"@{profile.handle} is taken.")
        if before:
            del self.handles[before.handle]
        self.handles[profile.handle] = profile.id
        self.profiles[profile.id] = profile
        self.saves += 1
        return True

    def follow(self, follower: Person, followee: str) -> None:
        edge = (follower.id, followee)
        if edge not in self.edges:
            self.edges[edge] = self.removed.pop(edge, 0) + 1

    def unfollow(self, follower: Person, followee: str) -> None:
        edge = (follower.id, followee)
        if edge in self.edges:
            self.removed[edge] = self.edges.pop(edge) + 1

    def moves(self, follower: str, followee: str) -> int | None:
        self.moment()
        return self.edges.get((follower, followee))

    def cut(self, follower: str, followee: str, seen: int) -> bool:
        self.moment()
        if self.edges.get((follower, followee)) != seen:
            return False
        self.removed[follower, followee] = self.edges.pop((follower, followee)) + 1
        return True

    def follows(self, follower: str, followee: str) -> bool:
        return (follower, followee) in self.edges

    def followers(self, followee: str) -> Iterator[str]:
        """As the index does, in order; each look at it may see another state."""
        seen = ""
        while True:
            self.moment()
            following = sorted(one for one, whom in self.edges if whom == followee and one > seen)
            if not following:
                return
            seen = following[0]
            yield seen


@dataclass
class MemoryPosts:
    """Posts, keys, media and what waits for them; `published` and `deleted` is what the relay would say."""

    posts: dict[PostId, Post | Deleted] = field(default_factory=dict)
    keys: dict[tuple[str, str], str] = field(default_factory=dict)
    media: dict[str, MediaStatus] = field(default_factory=dict)
    waits: list[tuple[str, PostId]] = field(default_factory=list)
    published: list[Post] = field(default_factory=list)
    deleted: list[Deleted] = field(default_factory=list)
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
        self.moment()
        return self.posts.get(post)

    def find(self, post: PostId, *, latest: bool) -> Post | Deleted | None:
        return self.read(post)

    def settle(self, post: Post) -> bool:
        self.moment()
        if self.posts[post.id].sequence != post.sequence - 1:
            return False
        self._store(post)
        return True

    def delete(self, post: Post) -> bool:
        self.moment()
        if self.posts[post.id].sequence != post.sequence:
            return False
        gone = Deleted(post.id, post.sequence + 1)
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
class MemoryTimelines:
    """Entries and the record of chunks."""

    entries: dict[tuple[str, PostId], Post] = field(default_factory=dict)
    records: dict[tuple[PostId, int, str], tuple[Chunk, Post | Deleted]] = field(default_factory=dict)
    moment: Callable[[], None] = lambda: None

    def page(self, reader: str, after: str | None, limit: int) -> Slice:
        posts = sorted(
            (post for (owner, _), post in self.entries.items() if owner == reader),
            key=_position,
            reverse=True,
        )
        found = [post for post in posts if after is None or _position(post) < after][:limit]
        return Slice(found, _position(found[-1]) if len(found) == limit else None)

    def put(self, chunk: Chunk, post: Post) -> None:
        self._record(chunk, post)
        for reader in chunk.recipients:
            self.moment()
            self.entries[reader, post.id] = post

    def remove(self, chunk: Chunk, post: Deleted) -> None:
        self._record(chunk, post)
        for reader in chunk.recipients:
            self.moment()
            self.entries.pop((reader, post.id), None)

    def _record(self, chunk: Chunk, state: Post | Deleted) -> None:
        self.moment()
        self.records.setdefault((chunk.post, state.sequence, chunk.name), (chunk, state))

    def recorded(self, post: PostId) -> Iterator[Chunk]:
        self.moment()
        yield from [chunk for (of, _, _), (chunk, _) in self.records.items() if of == post]


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
        self.entries = MemoryTimelines(moment=self.moments)
        self.queue = MemoryQueue(moment=self.moments)
        self.profiles = Profiles(self.people, self.clock)
        self.limiter = Limiter(MemoryLedger(), self.clock, self.profiles.joined)
        self.relations = MemoryRelations(self.clock, moment=self.moments)
        self.graph = Graph(self.people, self.relations)
        self.blocking = Blocking(self.relations, self.relations, CURSORS)
        self.muting = Muting(self.relations, self.relations, CURSORS, self.clock)
        self.parting = Parting(self.people, self.relations)
        self.publishing = Publishing(self.posts, self.people, self.posts, self.relations, self.clock)
        self.attachments = Attachments(self.posts, self.posts, self.clock)
        self.fan_out = FanOut(self.posts, self.people, self.entries, self.queue, chunk_limit)
        self.drafting = Drafting(self)
        self.drafts, self.scheduling = self.drafting.drafts, self.drafting.scheduling
        self.timelines = Timelines(
            self.entries, self.posts, self.relations, CURSORS, self.publishing.as_of_now
        )
        self.acts = MemoryActs(moment=self.moments)
        self.counts = MemoryCounts(moment=self.moments)
        self.counting = Counting(self.counts, self.counts)
        self.reactions = Reactions(self.acts, self.counts, self.publishing, CURSORS)

    def count(self) -> None:
        """Count what was told of acts."""
        for move in self.acts.told:
            self.counting.count([move])

    def readers(self, post: PostId) -> set[str]:
        return {reader for reader, of in self.entries.entries if of == post}


def _position(post: Post) -> str:
    return f"{post.id.ulid}#{post.id.author}"
