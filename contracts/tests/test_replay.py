"""Replay sends every dead letter back once, holds few at a time, and loses none wherever it is stopped."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from aws_fakes import FakeSqs
from contracts.replay.discovery import Dlq
from contracts.replay.letters import Kind
from contracts.replay.overview import look
from contracts.replay.queues import BATCH, QueuePlace, ToQueue
from contracts.replay.replayer import LEAST_SECONDS, MOST_SECONDS, Outcome, Replayer, hidden_seconds
from contracts.replay.selection import Group, Selection
from contracts.transport.parking import ATTEMPTS_ATTRIBUTE, number, text
from hypothesis import given, settings
from hypothesis import strategies as st

QUEUE, DLQ = "hidoki-local-search", "hidoki-local-search-dlq"
MANY = 10_000


class Clock:
    """A clock that only the test and sleeping move."""

    def __init__(self) -> None:
        self.seconds = 1_000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sqs(clock: Clock) -> FakeSqs:
    return FakeSqs(QUEUE, DLQ, now=clock)


def replayer(sqs: Any, clock: Clock, **options: Any) -> Replayer:
    place = QueuePlace(sqs, DLQ, Kind.QUEUE)
    return Replayer(place, ToQueue(sqs, QUEUE), now=clock, sleep=clock.sleep, **options)


def park(sqs: FakeSqs, *numbers: int, reason: str = "away", kind: str = "post.published.v1") -> list[str]:
    bodies = [
        json.dumps({"detail-type": kind, "detail": {"subject": f"post/{one}", "actor": f"user-{one}"}})
        for one in numbers
    ]
    for body in bodies:
        sqs.send_message(QueueUrl=DLQ, MessageBody=body, MessageAttributes={"reason": text(reason)})
    return bodies


def total(steps: Iterable[Outcome]) -> Outcome:
    outcome = Outcome()
    for step in steps:
        outcome.add(step)
    return outcome


def attempts(message: dict[str, Any]) -> str:
    return str(message["MessageAttributes"][ATTEMPTS_ATTRIBUTE]["StringValue"])


def test_every_dead_letter_goes_back_once_as_it_lay_there(sqs: FakeSqs, clock: Clock) -> None:
    bodies = park(sqs, *range(25))
    assert total(replayer(sqs, clock).replay()).sent == 25
    assert sqs.bodies(QUEUE) == bodies
    assert not sqs.bodies(DLQ)
    assert not sqs.held


def test_each_replay_raises_the_attempts_by_one(sqs: FakeSqs, clock: Clock) -> None:
    [body] = park(sqs, 1)
    told = {"reason": text("still away"), ATTEMPTS_ATTRIBUTE: number(4)}
    sqs.send_message(QueueUrl=DLQ, MessageBody=body, MessageAttributes=told)
    total(replayer(sqs, clock).replay())
    assert [attempts(message) for message in sqs.queues[QUEUE]] == ["2", "5"]


def test_looking_leaves_all_in_place_and_tells_groups_and_the_oldest(sqs: FakeSqs, clock: Clock) -> None:
    park(sqs, *range(8))
    clock.seconds = 1_500.0
    park(sqs, *range(4), reason="bad mapping")
    sqs.send_message(QueueUrl=DLQ, MessageBody="{")
    one = replayer(sqs, clock)
    found = look([Dlq("search-dlq", Kind.QUEUE, QueuePlace(sqs, DLQ, Kind.QUEUE), "search", one.send)])
    assert found.depth == found.looked_at == 13
    assert found.oldest == datetime.fromtimestamp(1_000, UTC)
    assert found.groups == {
        Group("post.published.v1", "away", 1): 8,
        Group("post.published.v1", "bad mapping", 1): 4,
        Group("(no event)", "(none given)", 1): 1,
    }
    assert len(sqs.bodies(DLQ)) == 13
    assert not sqs.held


def test_what_is_not_meant_stays_and_is_there_at_once_for_others(sqs: FakeSqs, clock: Clock) -> None:
    stays = park(sqs, *range(30), reason="bad mapping")
    goes = park(sqs, 7, 8, 9)
    outcome = total(replayer(sqs, clock, selection=Selection(reason="AWAY")).replay())
    assert (outcome.sent, outcome.passed) == (3, 30)
    assert sqs.bodies(QUEUE) == goes
    assert Counter(sqs.bodies(DLQ)) == Counter(stays)


def test_letters_about_erased_people_are_dropped_unsent(sqs: FakeSqs, clock: Clock) -> None:
    bodies = park(sqs, *range(25))
    outcome = total(replayer(sqs, clock, erased={"user-3", "user-24"}).replay())
    assert (outcome.sent, outcome.dropped) == (23, 2)
    assert set(bodies) - set(sqs.bodies(QUEUE)) == {bodies[3], bodies[24]}
    assert not sqs.bodies(DLQ)


def test_what_is_parked_while_replay_runs_is_left_for_the_next(sqs: FakeSqs, clock: Clock) -> None:
    park(sqs, 1)
    clock.seconds = 1_001.0
    running = replayer(sqs, clock).replay()
    assert next(running).sent == 1
    clock.seconds = 1_003.0
    park(sqs, 1, reason="still bad")
    assert total(running).sent == 0
    assert len(sqs.bodies(QUEUE)) == 1
    assert len(sqs.bodies(DLQ)) == 1


def test_what_the_queue_refuses_stays_and_stops_no_other(sqs: FakeSqs, clock: Clock) -> None:
    bodies = park(sqs, *range(12))
    sqs.refuse_bodies = {bodies[1]}
    outcome = total(replayer(sqs, clock).replay())
    assert outcome.sent == 11
    assert outcome.refused == {"InternalError": 1}
    assert sqs.bodies(DLQ) == [bodies[1]]


def test_large_letters_go_in_requests_that_the_queue_takes(sqs: FakeSqs, clock: Clock) -> None:
    for size in (200_000, 60_000, 60_000, 250_000, 1):
        sqs.send_message(QueueUrl=DLQ, MessageBody="x" * size)
    assert total(replayer(sqs, clock).replay()).sent == 5


@pytest.mark.parametrize("rate", [0.5, 3, 10, 400])
def test_a_rate_is_kept(sqs: FakeSqs, clock: Clock, rate: float) -> None:
    park(sqs, *range(60))
    sent: list[float] = []
    for step in replayer(sqs, clock, rate=rate).replay():
        sent += [clock.seconds] * step.sent
    assert len(sent) == 60
    burst = max(1, min(10, int(rate)))
    for later, at in enumerate(sent):
        assert later + 1 <= rate * (at - 1_000.0) + burst + 1e-6
    assert sent[-1] - 1_000.0 <= 60 / rate


def test_letters_are_hidden_for_as_long_as_the_run_surely_takes() -> None:
    assert hidden_seconds(0, None) == LEAST_SECONDS
    assert hidden_seconds(MANY, None) == LEAST_SECONDS + 200
    assert hidden_seconds(600, 1) > 600
    assert hidden_seconds(MANY, 0.1) == MOST_SECONDS


class Counted(FakeSqs):
    """Counts how many of the messages that it handed out are still in somebody's memory."""

    def __init__(self, *names: str, now: Clock) -> None:
        super().__init__(*names, now=now)
        self.alive = self.most_alive = 0

    def receive_message(self, **request: Any) -> dict[str, Any]:
        answer = super().receive_message(**request)
        messages = [dict(message, Body=Body(message["Body"], self)) for message in answer.get("Messages", [])]
        self.most_alive = max(self.most_alive, self.alive)
        return {"Messages": messages}

    def send_message_batch(self, *, QueueUrl: str, Entries: list[dict[str, Any]]) -> dict[str, Any]:
        copied = [{**entry, "MessageBody": str(entry["MessageBody"])} for entry in Entries]
        return super().send_message_batch(QueueUrl=QueueUrl, Entries=copied)


class Body(str):
    """The text of a message, whose end its queue hears of."""

    def __new__(cls, value: str, queue: Counted) -> "Body":
        return super().__new__(cls, value)

    def __init__(self, _: str, queue: Counted) -> None:
        self._queue = queue
        queue.alive += 1

    def __del__(self) -> None:
        self._queue.alive -= 1


def test_ten_thousand_letters_are_replayed_while_few_are_held() -> None:
    clock = Clock()
    sqs = Counted(QUEUE, DLQ, now=clock)
    park(sqs, *range(MANY))
    assert total(replayer(sqs, clock).replay()).sent == MANY
    assert len(sqs.bodies(QUEUE)) == MANY
    assert sqs.most_held <= BATCH
    assert sqs.most_alive <= 3 * BATCH


def test_ten_thousand_letters_are_passed_over_in_little_memory() -> None:
    clock = Clock()
    sqs = Counted(QUEUE, DLQ, now=clock)
    park(sqs, *range(MANY))
    outcome = total(replayer(sqs, clock, selection=Selection(reason="other"), kept=100).replay())
    assert outcome.passed == MANY
    assert sqs.most_alive <= 3 * BATCH
    assert len(sqs.bodies(DLQ)) >= 100, "as many as receipts were kept are there at once"
    sqs.visibility_runs_out()
    assert len(sqs.bodies(DLQ)) == MANY, "the others come back by themselves"


class Interrupted(BaseException):
    """The process ends here."""


class Interrupting:
    """Passes so many requests on to a queue; the last is answered or not, and then the process is gone."""

    def __init__(self, sqs: FakeSqs, requests: int, *, carried_out: bool) -> None:
        self._sqs, self._left, self._carried_out = sqs, requests, carried_out

    def __getattr__(self, name: str) -> Any:
        def request(**arguments: Any) -> Any:
            self._left -= 1
            if self._left > 0:
                return getattr(self._sqs, name)(**arguments)
            if self._left == 0 and self._carried_out:
                getattr(self._sqs, name)(**arguments)
            raise Interrupted

        return request


def resumed(sqs: FakeSqs, clock: Clock, interruptions: Sequence[tuple[int, bool]], **options: Any) -> None:
    """Replay, being interrupted after so many requests each time, and then once to the end."""
    for requests, carried_out in interruptions:
        with suppress(Interrupted):
            total(replayer(Interrupting(sqs, requests, carried_out=carried_out), clock, **options).replay())
        sqs.visibility_runs_out()
    total(replayer(sqs, clock, **options).replay())
    assert not sqs.held


@settings(max_examples=200, deadline=None)
@given(
    letters=st.integers(1, 45),
    interruptions=st.lists(st.tuples(st.integers(1, 25), st.booleans()), max_size=5),
    rate=st.sampled_from([None, 3.0]),
)
def test_interrupted_after_any_request_and_resumed_nothing_is_lost(
    letters: int, interruptions: list[tuple[int, bool]], rate: float | None
) -> None:
    clock = Clock()
    sqs = FakeSqs(QUEUE, DLQ, now=clock)
    bodies = park(sqs, *range(letters))
    resumed(sqs, clock, interruptions, rate=rate)
    assert set(sqs.bodies(QUEUE)) == set(bodies)
    assert not sqs.bodies(DLQ)
    assert len(sqs.bodies(QUEUE)) <= letters + BATCH * len(interruptions), "few arrive twice"


@settings(max_examples=100, deadline=None)
@given(interruptions=st.lists(st.tuples(st.integers(1, 25), st.booleans()), max_size=5))
def test_interrupted_anywhere_only_what_is_meant_leaves_and_only_erased_people_are_dropped(
    interruptions: list[tuple[int, bool]],
) -> None:
    clock = Clock()
    sqs = FakeSqs(QUEUE, DLQ, now=clock)
    goes, stays = park(sqs, *range(0, 40, 2)), park(sqs, *range(1, 40, 2), reason="other")
    resumed(sqs, clock, interruptions, selection=Selection(reason="away"), erased={"user-4", "user-5"})
    assert set(sqs.bodies(QUEUE)) == set(goes) - {goes[2]}
    assert sorted(sqs.bodies(DLQ)) == sorted(stays)


@settings(max_examples=8, deadline=None)
@given(
    interruptions=st.lists(
        st.tuples(st.integers(1, 3 * MANY // BATCH), st.booleans()), min_size=1, max_size=3
    )
)
def test_ten_thousand_letters_interrupted_anywhere_and_resumed_all_arrive(
    interruptions: list[tuple[int, bool]],
) -> None:
    clock = Clock()
    sqs = FakeSqs(QUEUE, DLQ, now=clock)
    bodies = park(sqs, *range(MANY))
    resumed(sqs, clock, interruptions)
    assert set(sqs.bodies(QUEUE)) == set(bodies)
    assert not sqs.bodies(DLQ)
