"""Puts drafts and their schedules on their adapters."""

import os
from dataclasses import replace
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING

from contracts.http.idempotency import Idempotency
from contracts.http.routes import validated
from contracts.transport.clients import aws_client
from contracts.transport.consume import QueueConsumer

from chalicelib import assembly
from chalicelib.drafting import Drafts
from chalicelib.drafts import Draft, Window
from chalicelib.model import Post
from chalicelib.people import Person
from chalicelib.store.drafts import DraftsTable, PostsFromDraft

if TYPE_CHECKING:
    from chalicelib.store.schedules import SchedulerSchedules


def post_of_draft(author: Person, draft: Draft, ulid: str) -> Post:
    """Put a post in a draft's place, by the rules of all posts."""
    from chalicelib.routes.posts import PostBody

    posts = PostsFromDraft(assembly.posts_table().table, assembly.now, draft, ulid)
    body = validated(PostBody, draft.content)
    return body.publish(replace(assembly.publishing(), posts=posts), author, Idempotency(ulid, ""))


@cache
def drafts_table() -> DraftsTable:
    """Return where drafts are kept."""
    return DraftsTable(assembly.posts_table().table, assembly.now)


@cache
def drafts() -> Drafts:
    """Return the drafts."""
    window = Window(soonest=timedelta(seconds=int(os.environ["SCHEDULE_LEAD_SECONDS"])))
    read, cursors = assembly.publishing().read, assembly.cursors()
    return Drafts(drafts_table(), post_of_draft, read, cursors, assembly.now, window)


@cache
def schedules() -> "SchedulerSchedules":
    """Return the schedules of drafts."""
    from chalicelib.store.schedules import SchedulerSchedules

    return SchedulerSchedules(
        aws_client("scheduler"),
        group=os.environ["SCHEDULE_GROUP"],
        role=os.environ["SCHEDULE_ROLE_ARN"],
        queue=os.environ["QUEUE_POSTS_SCHEDULE_ARN"],
        dead_letters=os.environ["RULE_DLQ_POSTS_SCHEDULE_ARN"],
    )


@cache
def schedule_consumer() -> QueueConsumer:
    """Return the consumer of drafts that are scheduled, and of their time."""
    from contracts.events.acts import DraftScheduledV1, DraftUnscheduledV1
    from contracts.events.envelope import Event
    from contracts.transport.own_queue import SqsOwnQueue

    from chalicelib import news
    from chalicelib.routes.refusals import refusal
    from chalicelib.scheduling import Scheduling
    from chalicelib.store.schedules import DUE_WORK, FiringQueue, receiving

    waiting = FiringQueue(SqsOwnQueue(aws_client("sqs"), os.environ["QUEUE_POSTS_SCHEDULE_URL"]))
    signing, now = assembly.profiles().signing, assembly.now
    scheduling = Scheduling(drafts_table(), schedules(), waiting, post_of_draft, signing, refusal, now)

    def scheduled(event: Event[DraftScheduledV1]) -> None:
        scheduling.scheduled(news.scheduled(event), event.data.replaces)

    def unscheduled(event: Event[DraftUnscheduledV1]) -> None:
        scheduling.unscheduled(news.unscheduled(event))

    return QueueConsumer.on_aws(
        "posts-schedule",
        {DraftScheduledV1: scheduled, DraftUnscheduledV1: unscheduled},
        work={DUE_WORK: receiving(scheduling.fire)},
    )
