"""Puts the use cases on their adapters; each part is made once a process, when first asked for."""

import os
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING

from contracts.http.cursors import Cursors
from contracts.http.ledger import TableLedger
from contracts.http.limits import Limiter
from contracts.transport.clients import aws_client
from contracts.transport.consume import QueueConsumer
from contracts.transport.relay import Outbox, Relay

from chalicelib.asking import Asking
from chalicelib.blocking import Blocking
from chalicelib.graph import Graph
from chalicelib.model import Deleted, Post, PostId
from chalicelib.moderation import Moderation
from chalicelib.muting import Muting
from chalicelib.people import Person
from chalicelib.profiles import Profiles
from chalicelib.publishing import Publishing
from chalicelib.reporting import Reporting
from chalicelib.store.acts import ActsTable
from chalicelib.store.counts import CountsTable
from chalicelib.store.homes import HomesTable
from chalicelib.store.posts import PostsTable
from chalicelib.store.profiles import ProfilesTable
from chalicelib.store.relations import RelationsTable
from chalicelib.store.reports import ReportsTable
from chalicelib.store.table import Table, client
from chalicelib.store.timelines import TimelinesTable
from chalicelib.timeline import Timelines
from chalicelib.visibility import Visibility

if TYPE_CHECKING:
    from chalicelib.bookmarks import Bookmarks
    from chalicelib.editing import Editing
    from chalicelib.live import Live
    from chalicelib.polls import Polls
    from chalicelib.portraits import Portraits
    from chalicelib.reactions import Reactions


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
def relations_table() -> RelationsTable:
    """Return where blocks, mutes and muted words are kept."""
    return RelationsTable(Table(os.environ["TABLE_PROFILES"]), now)


@cache
def homes_table() -> HomesTable:
    """Return what a follow gives to home timelines and its end takes away."""
    return HomesTable(Table(os.environ["TABLE_TIMELINES"]), Table(os.environ["TABLE_POSTS"]))


@cache
def profiles() -> Profiles:
    """Return the profiles."""
    return Profiles(profiles_table(), now)


@cache
def portraits() -> "Portraits":
    """Return the pictures that people may show of themselves."""
    from chalicelib.portraits import Portraits

    return Portraits(posts_table())


@cache
def graph() -> Graph:
    """Return the follow graph."""
    return Graph(profiles_table(), relations_table())


@cache
def asking() -> Asking:
    """Return who asks to follow whom."""
    return Asking(profiles_table(), relations_table(), cursors())


@cache
def blocking() -> Blocking:
    """Return who blocks whom."""
    return Blocking(relations_table(), relations_table(), cursors())


@cache
def muting() -> Muting:
    """Return who mutes whom and what."""
    return Muting(relations_table(), relations_table(), cursors(), now)


@cache
def limiter() -> Limiter:
    """Return what counts how often people do something."""
    return Limiter(TableLedger(client(), os.environ["TABLE_POSTS"]), now, profiles().joined)


@cache
def visibility() -> Visibility:
    """Return who may see what."""
    return Visibility(relations_table(), profiles_table(), profiles().closed)


@cache
def publishing() -> Publishing:
    """Return what makes, reads and deletes posts."""
    return Publishing(posts_table(), profiles_table(), posts_table(), visibility(), now)


@cache
def timelines() -> Timelines:
    """Return the timelines."""
    return Timelines(timelines_table(), posts_table(), visibility(), cursors(), publishing().as_of_now)


@cache
def cursors() -> Cursors:
    """Return what turns positions in lists into what clients hold."""
    return Cursors.on_aws(os.environ["CURSOR_SECRET_POSTS"])


@cache
def counts_table() -> CountsTable:
    """Return where counters and the rows of what they counted are kept."""
    return CountsTable(Table(os.environ["TABLE_POSTS"]), now)


@cache
def acts_table() -> ActsTable:
    """Return where people's acts are kept."""
    return ActsTable(Table(os.environ["TABLE_POSTS"]), now)


@cache
def reactions() -> "Reactions":
    """Return the reactions."""
    from chalicelib.reactions import Reactions

    return Reactions(acts_table(), counts_table(), publishing(), relations_table(), cursors())


@cache
def bookmarks() -> "Bookmarks":
    """Return what people keep for themselves."""
    from chalicelib.bookmarks import Bookmarks

    return Bookmarks(acts_table(), publishing(), posts_table(), visibility(), cursors())


@cache
def polls() -> "Polls":
    """Return the polls."""
    from chalicelib.polls import Polls

    return Polls(acts_table(), acts_table(), counts_table(), publishing(), now)


@cache
def live() -> "Live":
    """Return what changes about posts."""
    from chalicelib.live import COUNT_FRESHNESS, NAME_FRESHNESS, Live, Sums
    from chalicelib.store.remembered import Remembered

    return Live(
        counts_table(),
        acts_table(),
        profiles_table(),
        posts_table(),
        visibility(),
        Remembered[PostId, Sums](COUNT_FRESHNESS, now),
        Remembered[str, Person](NAME_FRESHNESS, now),
        Remembered[PostId, Post | Deleted](COUNT_FRESHNESS, now),
    )


@cache
def counts_consumer() -> QueueConsumer:
    """Return the consumer of what counts for a post."""
    from chalicelib.answers import Answers
    from chalicelib.counting import Counting
    from chalicelib.tallies import Tallies

    counting = Counting(counts_table(), counts_table())
    answers = Answers(posts_table(), counts_table(), counting)
    return QueueConsumer.on_aws("posts-counts", Tallies(counting, answers).take)


@cache
def reports_table() -> ReportsTable:
    """Return where reports and the audit are kept."""
    return ReportsTable(posts_table(), profiles_table(), now)


@cache
def reporting() -> Reporting:
    """Return what takes reports."""
    return Reporting(reports_table(), posts_table(), profiles_table(), now)


@cache
def moderation() -> Moderation:
    """Return what moderators do."""
    return Moderation(reports_table(), posts_table(), profiles_table(), cursors(), now)


@cache
def editing() -> "Editing":
    """Return what changes posts."""
    from chalicelib.editing import Editing
    from chalicelib.store.editions import EditionsTable

    return Editing(EditionsTable(posts_table().table, posts_table()), publishing(), now)


@cache
def fan_out_consumer() -> QueueConsumer:
    """Return the consumer of posts that appear or go."""
    from contracts.events.envelope import Event
    from contracts.events.posts import PostDeletedV1, PostPublishedV2

    from chalicelib import news
    from chalicelib.fanout import FanOut
    from chalicelib.model import PostId
    from chalicelib.store.queue import CHUNK_WORK, ChunkQueue, receiving

    queue = ChunkQueue(aws_client("sqs"), os.environ["QUEUE_POSTS_FANOUT_URL"])
    fan_out = FanOut(posts_table(), profiles_table(), timelines_table(), queue)

    def published(event: Event[PostPublishedV2]) -> None:
        fan_out.appeared(PostId.parse(event.data.post.id), news.published(event, now()))

    def deleted(event: Event[PostDeletedV1]) -> None:
        fan_out.went(PostId.parse(event.data.post_id))

    return QueueConsumer.on_aws(
        "posts-fanout",
        {PostPublishedV2: published, PostDeletedV1: deleted},
        work={CHUNK_WORK: receiving(fan_out.serve)},
    )


@cache
def graph_consumer() -> QueueConsumer:
    """Return the consumer of blocks and follows."""
    from contracts.events.envelope import Event
    from contracts.events.posts import BlockCreatedV1, FollowCreatedV1, FollowRemovedV1

    from chalicelib.parting import Parting
    from chalicelib.ties import Ties

    parting = Parting(profiles_table(), relations_table())
    ties = Ties(profiles_table(), posts_table(), homes_table())

    def blocked(event: Event[BlockCreatedV1]) -> None:
        parting.part(event.data.blocker, event.data.blocked)

    def followed(event: Event[FollowCreatedV1]) -> None:
        parting.settle(event.data.follower.id, event.data.followee)
        ties.settle(event.data.follower.id, event.data.followee)

    def left(event: Event[FollowRemovedV1]) -> None:
        ties.settle(event.data.follower.id, event.data.followee)

    return QueueConsumer.on_aws(
        "posts-graph", {BlockCreatedV1: blocked, FollowCreatedV1: followed, FollowRemovedV1: left}
    )


@cache
def media_consumer() -> QueueConsumer:
    """Return the consumer of news about uploads."""
    from contracts.events.envelope import Event
    from contracts.events.media import MediaDeletedV1, MediaFailedV1, MediaReadyV1

    from chalicelib import news
    from chalicelib.attachments import Attachments

    attachments = Attachments(posts_table(), posts_table(), now)

    def ready(event: Event[MediaReadyV1]) -> None:
        attachments.learn(news.ready(event))

    def failed(event: Event[MediaFailedV1] | Event[MediaDeletedV1]) -> None:
        attachments.learn(news.failed(event))

    return QueueConsumer.on_aws(
        "posts-media", {MediaReadyV1: ready, MediaFailedV1: failed, MediaDeletedV1: failed}
    )


@cache
def erasure_consumer() -> QueueConsumer:
    """Return the consumer of deleted accounts."""
    from contracts.events.posts import AccountDeletedV1
    from contracts.transport.erasing import ERASE_WORK, Erasing, SqsOwnQueue

    from chalicelib.erasure import Erasure
    from chalicelib.store.departures import Cognito, ErasedBucket
    from chalicelib.store.drafts import DraftsTable
    from chalicelib.store.leavings import EdgeEnds, Fills, OwnRows, is_tied, is_told

    profiles, posts = Table(os.environ["TABLE_PROFILES"]), Table(os.environ["TABLE_POSTS"])
    timelines = Table(os.environ["TABLE_TIMELINES"])
    edges = EdgeEnds(profiles, now)
    erasure = Erasure(
        posts_table(),
        OwnRows(posts, "post#", prefix="O#"),
        DraftsTable(posts, now),
        acts_table(),
        edges,
        relations_table(),
        edges,
        {
            "timeline": OwnRows(timelines),
            "fills": Fills(timelines, now),
            "posts": OwnRows(posts, stays=is_told),
            "profiles": OwnRows(profiles, "U#", stays=is_tied),
        },
        Cognito(aws_client("cognito-idp"), os.environ["USER_POOL_ID"]),
        ErasedBucket(aws_client("s3"), os.environ["ERASED_BUCKET"]),
    )
    erasing = Erasing(erasure.steps(), SqsOwnQueue(aws_client("sqs"), os.environ["QUEUE_POSTS_ERASURE_URL"]))
    return QueueConsumer.on_aws(
        "posts-erasure", {AccountDeletedV1: erasing.deleted}, work={ERASE_WORK: erasing.work}
    )


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
