"""Drafts on the simulated cloud, with a scheduler that fires at its time or later, sometimes twice."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib import news, outbox
from chalicelib.drafting import Drafts
from chalicelib.drafts import Draft, InvalidDraft, NoSuchDraft, TooManyDrafts
from chalicelib.model import InvalidPost, Post
from chalicelib.people import Person
from chalicelib.profiles import Profiles
from chalicelib.publishing import Publishing
from chalicelib.routes.posts import PostBody
from chalicelib.routes.refusals import refusal
from chalicelib.scheduling import Scheduling
from chalicelib.store.drafts import DraftsTable, PostsFromDraft
from chalicelib.store.posts import PostsTable
from chalicelib.store.profiles import ProfilesTable
from chalicelib.store.relations import RelationsTable
from chalicelib.store.schedules import DUE_WORK, FiringQueue, SchedulerSchedules, receiving
from chalicelib.store.table import Table
from chalicelib.visibility import Visibility
from contracts.events.acts import DraftScheduledV1, DraftUnscheduledV1
from contracts.events.envelope import Event, EventData
from contracts.http.idempotency import Idempotency
from contracts.http.problems import Problem
from contracts.http.routes import validated
from contracts.http.versions import IfMatch
from contracts.transport.consume import Handler, QueueConsumer
from contracts.transport.own_queue import SqsOwnQueue
from contracts.transport.relay import Relay
from simulated_cloud import Cloud
from simulated_queue import MAX_RECEIVES
from tests.fakes import AIKO, CURSORS
from ulid import ULID

QUEUE = "posts-schedule"


class _Errors:
    class ConflictException(Exception):
        """There is a schedule of this name."""

    class ResourceNotFoundException(Exception):
        """There is none."""


@dataclass
class SimulatedScheduler:
    """EventBridge Scheduler's client; `pass_time` fires what is due."""

    cloud: Cloud
    schedules: dict[str, tuple[datetime, str]] = field(default_factory=dict)
    exceptions: type[_Errors] = _Errors

    def create_schedule(self, *, Name: str, ScheduleExpression: str, Target: Any, **_: Any) -> None:
        def do() -> None:
            assert len(Name) <= 64
            if Name in self.schedules:
                raise _Errors.ConflictException
            at = datetime.strptime(ScheduleExpression, "at(%Y-%m-%dT%H:%M:%S)").replace(tzinfo=UTC)
            # On AWS a schedule for a time that has passed never fires.
            assert at > self.cloud.clock(), "a schedule for the past"
            self.schedules[Name] = at, Target["Input"]

        self.cloud.moments.around(do)

    def delete_schedule(self, *, Name: str, **_: Any) -> None:
        def do() -> None:
            if Name not in self.schedules:
                raise _Errors.ResourceNotFoundException
            del self.schedules[Name]

        self.cloud.moments.around(do)

    def fire(self) -> bool:
        """Send what is due, and forget it."""
        due = [name for name, (at, _) in self.schedules.items() if at <= self.cloud.clock()]
        for name in due:
            _, body = self.schedules.pop(name)
            _send(self.cloud, body)
        return bool(due)


@dataclass
class DelayingQueue:
    """The SQS client of the queue of firings: what is sent with a delay comes when that is over."""

    cloud: Cloud
    delayed: list[tuple[datetime, str]] = field(default_factory=list)

    def send_message(self, *, QueueUrl: str, MessageBody: str, DelaySeconds: int = 0) -> None:
        assert 0 <= DelaySeconds <= 900
        at = self.cloud.clock() + timedelta(seconds=DelaySeconds)
        self.cloud.moments.around(lambda: self.delayed.append((at, MessageBody)))

    def fire(self) -> bool:
        """Hand on what has waited long enough."""
        due = [one for one in self.delayed if one[0] <= self.cloud.clock()]
        for one in due:
            self.delayed.remove(one)
            _send(self.cloud, one[1])
        return bool(due)


def _send(cloud: Cloud, body: str) -> None:
    queue = cloud.queues[QUEUE]
    queue.routed.add(body)
    queue.send(body)


class DraftingWorld:
    """Aiko's drafts, their schedules and the posts that they become."""

    def __init__(self, scheduling: type[Scheduling] = Scheduling) -> None:
        self.cloud = cloud = Cloud()
        self.names: list[str] = []
        self.scheduler, self.line = SimulatedScheduler(cloud), DelayingQueue(cloud)
        table = self._table("posts")
        people = ProfilesTable(self._table("profiles"), cloud.clock)
        posts = PostsTable(table, cloud.clock)
        relations = RelationsTable(self._table("profiles"), cloud.clock)
        self.kept = DraftsTable(table, cloud.clock)
        profiles = Profiles(people, cloud.clock)
        self.publishing = Publishing(
            posts, people, posts, Visibility(relations, people, profiles.closed), cloud.clock
        )
        profiles.put(AIKO.id, AIKO.handle, AIKO.name, "", "ja")
        self.drafts = Drafts(self.kept, self._make, self.publishing.read, CURSORS, cloud.clock)
        schedules = SchedulerSchedules(self.scheduler, "group", "role", "queue", "dlq")
        waiting = FiringQueue(SqsOwnQueue(self.line, QUEUE))
        self.scheduling = scheduling(
            self.kept, schedules, waiting, self._make, profiles.signing, refusal, cloud.clock
        )
        parking = cloud.parking("posts")
        cloud.relay("posts", Relay("posts", outbox.post_event, "bus", cloud, parking, pause=lambda _: None))
        handlers: dict[type[EventData], Handler] = {
            DraftScheduledV1: self._scheduled,
            DraftUnscheduledV1: self._unscheduled,
        }
        work = {DUE_WORK: receiving(self.scheduling.fire)}
        consumer = QueueConsumer(QUEUE, handlers, cloud.parking(QUEUE), work, MAX_RECEIVES)
        cloud.connect(QUEUE, consumer)

    def make(self, text: str, ahead: int | None) -> None:
        """Keep a draft, perhaps scheduled so many seconds ahead."""
        key = str(ULID.from_bytes(self._milliseconds().to_bytes(6) + len(self.names).to_bytes(10)))
        self.names.append(key)
        with suppress(TooManyDrafts):
            self.drafts.add(AIKO.id, {"text": text}, Idempotency(key, ""), self._at(ahead))

    def change(self, number: int, text: str) -> None:
        """Change what a draft holds, and leave its time."""
        self._on(number, lambda draft: self._put(draft, text, draft.publish_at))

    def move(self, number: int, ahead: int) -> None:
        """Schedule a draft anew."""
        self._on(number, lambda draft: self._put(draft, draft.content["text"], self._at(ahead)))

    def call_off(self, number: int) -> None:
        """Schedule a draft no longer."""
        self._on(number, lambda draft: self._put(draft, draft.content["text"], None))

    def delete(self, number: int) -> None:
        """Delete a draft."""
        self._on(number, lambda draft: self.drafts.delete(AIKO.id, draft.ulid))

    def publish(self, number: int) -> None:
        """Publish a draft by hand."""

        def act(draft: Draft) -> None:
            with suppress(InvalidPost, Problem):
                self.drafts.publish(AIKO, draft.ulid)

        self._on(number, act)

    def pass_time(self, seconds: int) -> None:
        """Let time pass, and what is due fire."""
        self.cloud.clock.move(timedelta(seconds=seconds))
        self.scheduler.fire()
        self.line.fire()

    def mend(self) -> None:
        """Nothing here breaks but what the moments refuse."""

    def _on(self, number: int, act: Callable[[Draft], None]) -> None:
        if not self.names:
            return
        with suppress(NoSuchDraft, InvalidDraft):
            act(self.drafts.of(AIKO.id, self.names[-1 - number % len(self.names)]))

    def _put(self, draft: Draft, text: str, at: datetime | None) -> None:
        self.drafts.put(AIKO.id, draft.ulid, {"text": text}, IfMatch(None), at)

    def _make(self, author: Person, draft: Draft, ulid: str) -> Post:
        posts = PostsFromDraft(self.kept.table, self.cloud.clock, draft, ulid)
        body = validated(PostBody, draft.content)
        return body.publish(replace(self.publishing, posts=posts), author, Idempotency(ulid, ""))

    def _at(self, ahead: int | None) -> datetime | None:
        return None if ahead is None else self.cloud.clock() + timedelta(seconds=ahead)

    def _milliseconds(self) -> int:
        return int(self.cloud.clock().timestamp() * 1000)

    def _table(self, name: str) -> Table:
        return Table(name, self.cloud.dynamodb, pause=lambda _: None)

    def _scheduled(self, told: Event[DraftScheduledV1]) -> None:
        self.scheduling.scheduled(news.scheduled(told), told.data.replaces)

    def _unscheduled(self, told: Event[DraftUnscheduledV1]) -> None:
        self.scheduling.unscheduled(news.unscheduled(told))
