"""Puts the use cases on their adapters; each part is made once a process, when first asked for."""

import os
from datetime import UTC, datetime
from functools import cache

from contracts.transport.clients import aws_client
from contracts.transport.consume import QueueConsumer
from contracts.transport.relay import Outbox, Relay

from chalicelib.graph import Graph
from chalicelib.profiles import Profiles
from chalicelib.publishing import Publishing
from chalicelib.store.posts import PostsTable
from chalicelib.store.profiles import ProfilesTable
from chalicelib.store.table import Table
from chalicelib.store.timelines import TimelinesTable
from chalicelib.timeline import Timelines


def now() -> datetime:
    """Return the time."""
    return datetime.now(UTC)


@cache
def profiles_table() -> ProfilesTable:
    """Return where profiles and edges are kept."""
    return ProfilesTable(Table(os.environ["TABLE_PROFILES"]), now)


@cache
def posts_table() -> PostsTable:
    """Return where posts are kept."""
    return PostsTable(Table(os.environ["TABLE_POSTS"]), now)


@cache
def timelines_table() -> TimelinesTable:
    """Return where home timelines are kept."""
    return TimelinesTable(Table(os.environ["TABLE_TIMELINES"]), now)


@cache
def profiles() -> Profiles:
    """Return the profiles."""
    return Profiles(profiles_table(), now)


@cache
def graph() -> Graph:
    """Return the follow graph."""
    return Graph(profiles_table())


@cache
def publishing() -> Publishing:
    """Return what makes, reads and deletes posts."""
    return Publishing(posts_table(), profiles_table(), posts_table(), now)


@cache
def timelines() -> Timelines:
    """Return the timelines."""
    from contracts.http.cursors import Cursors

    cursors = Cursors.on_aws(os.environ["CURSOR_SECRET_POSTS"])
    return Timelines(timelines_table(), posts_table(), cursors, publishing().as_of_now)


@cache
def fan_out_consumer() -> QueueConsumer:
    """Return the consumer of posts that appear or go."""
    from contracts.events.envelope import Event
    from contracts.events.posts import PostDeletedV1, PostPublishedV1

    from chalicelib import news
    from chalicelib.fanout import FanOut
    from chalicelib.model import PostId
    from chalicelib.store.queue import CHUNK_WORK, ChunkQueue, receiving

    queue = ChunkQueue(aws_client("sqs"), os.environ["QUEUE_POSTS_FANOUT_URL"])
    fan_out = FanOut(posts_table(), profiles_table(), timelines_table(), queue)

    def published(event: Event[PostPublishedV1]) -> None:
        fan_out.appeared(PostId.parse(event.data.post.id), news.published(event, now()))

    def deleted(event: Event[PostDeletedV1]) -> None:
        fan_out.went(PostId.parse(event.data.post_id))

    return QueueConsumer.on_aws(
        "posts-fanout",
        {PostPublishedV1: published, PostDeletedV1: deleted},
        work={CHUNK_WORK: receiving(fan_out.serve)},
    )


@cache
def media_consumer() -> QueueConsumer:
    """Return the consumer of news about uploads."""
    from contracts.events.envelope import Event
    from contracts.events.media import MediaFailedV1, MediaReadyV1

    from chalicelib import news
    from chalicelib.attachments import Attachments

    attachments = Attachments(posts_table(), posts_table(), now)

    def ready(event: Event[MediaReadyV1]) -> None:
        attachments.learn(news.ready(event))

    def failed(event: Event[MediaFailedV1]) -> None:
        attachments.learn(news.failed(event))

    return QueueConsumer.on_aws("posts-media", {MediaReadyV1: ready, MediaFailedV1: failed})


@cache
def relay(table: str) -> Relay:
    """Return the relay of a table's stream."""
    from chalicelib import outbox

    outboxes: dict[str, Outbox] = {
        "posts": outbox.post_event,
        "profiles": outbox.profile_event,
        "timelines": outbox.timeline_event,
    }
    return Relay.on_aws("posts", outboxes[table])
