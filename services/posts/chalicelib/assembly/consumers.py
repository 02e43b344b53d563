"""Puts the consumers of queues, and the relays of streams, on their adapters."""

import os
from functools import cache

from contracts.transport.clients import aws_client
from contracts.transport.consume import QueueConsumer
from contracts.transport.relay import Outbox, Relay

from chalicelib import assembly
from chalicelib.store.table import Table


@cache
def counts_consumer() -> QueueConsumer:
    """Return the consumer of what counts for a post."""
    from chalicelib.answers import Answers
    from chalicelib.counting import Counting
    from chalicelib.tallies import Tallies

    counting = Counting(assembly.counts_table(), assembly.counts_table())
    answers = Answers(assembly.posts_table(), assembly.counts_table(), counting)
    return QueueConsumer.on_aws("posts-counts", Tallies(counting, answers).take)


@cache
def fan_out_consumer() -> QueueConsumer:
    """Return the consumer of posts that appear or go."""
    from contracts.events.envelope import Event
    from contracts.events.posts import PostDeletedV1, PostPublishedV2
    from contracts.transport.own_queue import SqsOwnQueue

    from chalicelib import news
    from chalicelib.fanout import FanOut
    from chalicelib.model import PostId
    from chalicelib.store.queue import CHUNK_WORK, ChunkQueue, receiving

    queue = ChunkQueue(SqsOwnQueue(aws_client("sqs"), os.environ["QUEUE_POSTS_FANOUT_URL"]))
    fan_out = FanOut(assembly.posts_table(), assembly.profiles_table(), assembly.timelines_table(), queue)

    def published(event: Event[PostPublishedV2]) -> None:
        fan_out.appeared(PostId.parse(event.data.post.id), news.published(event, assembly.now()))

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
    from contracts.events.graph import BlockCreatedV1, FollowCreatedV1, FollowRemovedV1

    from chalicelib.parting import Parting
    from chalicelib.ties import Ties

    parting = Parting(assembly.profiles_table(), assembly.relations_table())
    ties = Ties(assembly.profiles_table(), assembly.posts_table(), assembly.homes_table())

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

    attachments = Attachments(assembly.posts_table(), assembly.posts_table(), assembly.now)

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
    from contracts.transport.erasing import ERASE_WORK, Erasing
    from contracts.transport.own_queue import SqsOwnQueue

    from chalicelib.erasure import Erasure
    from chalicelib.store.departures import Cognito, ErasedBucket
    from chalicelib.store.drafts import DraftsTable
    from chalicelib.store.leavings import EdgeEnds, Fills, OwnRows, is_tied, is_told

    profiles, posts = Table(os.environ["TABLE_PROFILES"]), Table(os.environ["TABLE_POSTS"])
    timelines = Table(os.environ["TABLE_TIMELINES"])
    edges = EdgeEnds(profiles, assembly.now)
    erasure = Erasure(
        assembly.posts_table(),
        OwnRows(posts, "post#", prefix="O#"),
        DraftsTable(posts, assembly.now),
        assembly.acts_table(),
        edges,
        assembly.relations_table(),
        edges,
        {
            "timeline": OwnRows(timelines),
            "fills": Fills(timelines, assembly.now),
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
