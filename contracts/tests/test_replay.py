"""Replay sends every dead letter that is meant back once, and leaves all others in place."""

from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest
from aws_fakes import FakeSqs
from contracts.replay.discovery import Dlq
from contracts.replay.letters import Kind
from contracts.replay.overview import look
from contracts.replay.queues import QueuePlace
from contracts.replay.replayer import LEAST_SECONDS, MOST_SECONDS, hidden_seconds
from contracts.replay.selection import Group, Selection
from contracts.transport.parking import ATTEMPTS_ATTRIBUTE, number, text
from replay_fakes import DLQ, MANY, QUEUE, Clock, park, replayer, total


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sqs(clock: Clock) -> FakeSqs:
    return FakeSqs(QUEUE, DLQ, now=clock)


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
        Group("post.published.v2", "away", 1): 8,
        Group("post.published.v2", "bad mapping", 1): 4,
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
