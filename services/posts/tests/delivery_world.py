"""Posts on the simulated cloud: its own use cases and adapters, wired as `assembly` wires them."""

from contextlib import suppress

from chalicelib import news, outbox
from chalicelib.attachments import Attachments
from chalicelib.blocking import Blocking
from chalicelib.editing import Editing, NotEditable, Wording
from chalicelib.fanout import FanOut
from chalicelib.graph import Graph
from chalicelib.model import NoSuchPost, PostId
from chalicelib.parting import Parting
from chalicelib.people import Person
from chalicelib.profiles import Profiles
from chalicelib.publishing import AlreadyDeleted, Publishing
from chalicelib.relations import Blocked
from chalicelib.store.editions import EditionsTable
from chalicelib.store.homes import HomesTable
from chalicelib.store.posts import PostsTable
from chalicelib.store.profiles import ProfilesTable
from chalicelib.store.queue import CHUNK_WORK, ChunkQueue, receiving
from chalicelib.store.relations import RelationsTable
from chalicelib.store.table import Table
from chalicelib.store.timelines import TimelinesTable
from chalicelib.ties import Ties
from chalicelib.timeline import Timelines
from chalicelib.visibility import Visibility
from contracts.events.envelope import Event, EventData, event
from contracts.events.graph import BlockCreatedV1, FollowCreatedV1, FollowRemovedV1
from contracts.events.media import MediaDeletedV1, MediaFailedV1, MediaReadyV1, Rendition
from contracts.events.posts import PostDeletedV1, PostPublishedV2
from contracts.http.idempotency import FRESHNESS, Idempotency
from contracts.http.versions import IfMatch
from contracts.transport.consume import Handler, QueueConsumer
from contracts.transport.own_queue import SqsOwnQueue
from contracts.transport.relay import Outbox, Relay
from simulated_cloud import Cloud
from simulated_queue import MAX_RECEIVES
from tests.fakes import CURSORS, person
from ulid import ULID

PEOPLE = [person(number) for number in range(1, 6)]

CHUNK_LIMIT = 2
"""Recipients of a chunk: few, so that a post of five people needs the queue."""

BACKFILL = 3
"""Posts that a new follower is given."""

OWNERS = {"photo": PEOPLE[0].id, "film": PEOPLE[0].id}
"""Whose media there are."""


class PostsWorld:
    """Posts beside a media service of which it only hears; five people have joined, two follow the first."""

    def __init__(self, timelines: type[TimelinesTable] = TimelinesTable) -> None:
        self.cloud = cloud = Cloud()
        self.keys: list[tuple[int, str, tuple[str, ...]]] = []
        self.media: set[str] = set()
        people = ProfilesTable(self._table("profiles"), cloud.clock)
        posts = PostsTable(self._table("posts"), cloud.clock)
        entries = timelines(self._table("timelines"), cloud.clock)
        relations = RelationsTable(self._table("profiles"), cloud.clock)
        self.profiles, self.graph = Profiles(people, cloud.clock), Graph(people, relations)
        self.blocking = Blocking(relations, relations, CURSORS)
        self.parting = Parting(people, relations)
        self.ties = Ties(people, posts, HomesTable(self._table("timelines"), self._table("posts")), BACKFILL)
        visibility = Visibility(relations, people, self.profiles.closed)
        self.timelines = Timelines(entries, posts, visibility, CURSORS, lambda post: post)
        self.publishing = Publishing(posts, people, posts, visibility, cloud.clock)
        self.editing = Editing(EditionsTable(posts.table, posts), self.publishing, cloud.clock)
        self.attachments = Attachments(posts, posts, cloud.clock)
        self.fan_out = FanOut(
            posts, people, entries, ChunkQueue(SqsOwnQueue(cloud, "posts-fanout")), CHUNK_LIMIT
        )
        self._relay("posts", outbox.post_event)
        self._relay("profiles", outbox.profile_event)
        self._relay("timelines", outbox.timeline_event)
        handlers: dict[type[EventData], Handler] = {
            PostPublishedV2: self._published,
            PostDeletedV1: self._deleted,
        }
        work = {CHUNK_WORK: receiving(self.fan_out.serve)}
        self._consume(
            QueueConsumer("posts-fanout", handlers, cloud.parking("posts-fanout"), work, MAX_RECEIVES)
        )
        heard: dict[type[EventData], Handler] = {
            MediaReadyV1: self._ready,
            MediaFailedV1: self._failed,
            MediaDeletedV1: self._failed,
        }
        self._consume(QueueConsumer("posts-media", heard, cloud.parking("posts-media"), {}, MAX_RECEIVES))
        tied: dict[type[EventData], Handler] = {
            BlockCreatedV1: self._blocked,
            FollowCreatedV1: self._followed,
            FollowRemovedV1: self._left,
        }
        self._consume(QueueConsumer("posts-graph", tied, cloud.parking("posts-graph"), {}, MAX_RECEIVES))
        for one in PEOPLE:
            self.profiles.put(one.id, one.handle, one.name, "", "ja")
        for follower in (1, 2):
            self.follow(follower, 0)
        cloud.settle()

    def publish(self, author: int, *media: str) -> None:
        """Publish a post, or let it wait for its media."""
        made = int(self.cloud.clock().timestamp() * 1000).to_bytes(6)
        key = str(ULID.from_bytes(made + len(self.keys).to_bytes(10)))
        self.keys.append((author, key, media))
        self._publish(author, key, media)

    def publish_again(self, number: int) -> None:
        """Publish one of the last posts once more, as a client does that got no answer."""
        if self.keys:
            author, key, media = self.keys[-1 - number % len(self.keys)]
            if self.cloud.clock() - ULID.from_str(key).datetime < FRESHNESS:
                self._publish(author, key, media)

    def delete(self, number: int) -> None:
        """Delete one of the last posts."""
        if self.keys:
            author, key, _ = self.keys[-1 - number % len(self.keys)]
            with suppress(NoSuchPost):
                self.publishing.delete(str(PostId(PEOPLE[author].id, key)), PEOPLE[author].id)

    def edit(self, number: int, text: str) -> None:
        """Edit one of the last posts."""
        if self.keys:
            author, key, _ = self.keys[-1 - number % len(self.keys)]
            one = PEOPLE[author].id
            with suppress(NoSuchPost, NotEditable):
                self.editing.edit(str(PostId(one, key)), one, Wording(text), IfMatch(None))

    def follow(self, follower: int, followee: int) -> None:
        """Follow someone, unless one of the two blocks the other."""
        with suppress(Blocked):
            self.graph.follow(self.profiles.of(PEOPLE[follower].id), self.profiles.of(PEOPLE[followee].id))

    def unfollow(self, follower: int, followee: int) -> None:
        """Follow someone no longer."""
        self.graph.unfollow(self.profiles.of(PEOPLE[follower].id), self.profiles.of(PEOPLE[followee].id))

    def block(self, blocker: int, blocked: int) -> None:
        """Block someone."""
        one, other = (self.profiles.of(PEOPLE[number].id) for number in (blocker, blocked))
        self.blocking.block(one, other)

    def unblock(self, blocker: int, blocked: int) -> None:
        """Block someone no longer."""
        self.blocking.unblock(PEOPLE[blocker].id, PEOPLE[blocked].id)

    def rename(self, user: int, name: str) -> None:
        """Take another name."""
        one = PEOPLE[user]
        self.profiles.put(one.id, one.handle, name, "", "ja")

    def settle_media(self, media: str, ready: bool) -> None:
        """Let media say what became of an upload, which it does once."""
        if media in self.media:
            return
        self.media.add(media)
        owner, subject, now = OWNERS[media], f"media/{media}", self.cloud.clock()
        shown = Rendition(
            name="display", url=f"/{media}", content_type="image/webp", width=1, height=1, size=1
        )
        data: MediaReadyV1 | MediaFailedV1
        if ready:
            data = MediaReadyV1(media_id=media, owner=owner, renditions=(shown,))
        else:
            data = MediaFailedV1(media_id=media, owner=owner, reason="broken")
        self.cloud.emit(event(data, source="hidoki.media", subject=subject, sequence=1, time=now))

    def _publish(self, author: int, key: str, media: tuple[str, ...]) -> None:
        one = PEOPLE[author]
        with suppress(AlreadyDeleted):
            name = self.profiles.signing(one.id)
            self.publishing.publish(
                Person(one.id, name.handle, name.name), f"post {key}", media, None, Idempotency(key, "")
            )

    def _table(self, name: str) -> Table:
        return Table(name, self.cloud.dynamodb, pause=lambda _: None)

    def _relay(self, table: str, publishing: Outbox) -> None:
        parking = self.cloud.parking(table)
        relay = Relay("posts", publishing, "bus", self.cloud, parking, pause=lambda _: None)
        self.cloud.relay(table, relay)

    def _consume(self, consumer: QueueConsumer) -> None:
        self.cloud.connect(consumer.name, consumer)

    def _published(self, told: Event[PostPublishedV2]) -> None:
        self.fan_out.appeared(PostId.parse(told.data.post.id), news.published(told, self.cloud.clock()))

    def _deleted(self, told: Event[PostDeletedV1]) -> None:
        self.fan_out.went(PostId.parse(told.data.post_id))

    def _blocked(self, told: Event[BlockCreatedV1]) -> None:
        self.parting.part(told.data.blocker, told.data.blocked)

    def _followed(self, told: Event[FollowCreatedV1]) -> None:
        self.parting.settle(told.data.follower.id, told.data.followee)
        self.ties.settle(told.data.follower.id, told.data.followee)

    def _left(self, told: Event[FollowRemovedV1]) -> None:
        self.ties.settle(told.data.follower.id, told.data.followee)

    def _ready(self, told: Event[MediaReadyV1]) -> None:
        self.attachments.learn(news.ready(told))

    def _failed(self, told: Event[MediaFailedV1] | Event[MediaDeletedV1]) -> None:
        self.attachments.learn(news.failed(told))
