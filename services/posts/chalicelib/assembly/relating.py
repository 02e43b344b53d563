"""Puts what relates posts on its adapters: threads, tags, tabs, reposts, what goes with a post."""

import os
from functools import cache

from contracts.transport.clients import aws_client
from contracts.transport.consume import QueueConsumer

from chalicelib import assembly
from chalicelib.pinning import Pinning
from chalicelib.reposting import Reposting
from chalicelib.store.embeddings import EmbeddingsTable
from chalicelib.store.listings import ListsTable
from chalicelib.store.pins import PinsTable
from chalicelib.threads import Threads


@cache
def lists_table() -> ListsTable:
    """Return where lists of posts are kept."""
    return ListsTable(assembly.posts_table().table, assembly.now)


@cache
def embeddings_table() -> EmbeddingsTable:
    """Return where it is kept which posts show which."""
    return EmbeddingsTable(assembly.posts_table().table, assembly.posts_table())


@cache
def threads() -> Threads:
    """Return the threads, tags and tabs."""
    return Threads(lists_table(), assembly.posts_table(), assembly.visibility(), assembly.cursors())


@cache
def reposting() -> Reposting:
    """Return what passes posts on."""
    return Reposting(embeddings_table(), assembly.publishing(), assembly.visibility(), assembly.now)


@cache
def pinning() -> Pinning:
    """Return what pins posts."""
    pins = PinsTable(assembly.posts_table().table)
    return Pinning(pins, assembly.posts_table(), assembly.visibility())


@cache
def related_consumer() -> QueueConsumer:
    """Return the consumer of posts that relate to others."""
    from contracts.transport.own_queue import SqsOwnQueue

    from chalicelib.listings import Listings
    from chalicelib.related import Related
    from chalicelib.reposting import Losses
    from chalicelib.store.queue import LOSSES_WORK, LossesQueue, going_on

    queue = LossesQueue(SqsOwnQueue(aws_client("sqs"), os.environ["QUEUE_POSTS_RELATED_URL"]))
    losses = Losses(assembly.posts_table(), embeddings_table(), queue)
    related = Related(Listings(assembly.posts_table(), lists_table()), losses, assembly.now)
    return QueueConsumer.on_aws("posts-related", related.handlers, work={LOSSES_WORK: going_on(losses.went)})
