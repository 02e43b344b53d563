"""Replay sends every dead letter back once, and loses none wherever it is interrupted."""

import json

import pytest
from aws_fakes import FakeSqs
from contracts.transport.parking import text
from contracts.transport.replay import DeadLetters

QUEUE, DLQ, RULE_DLQ = "hidoki-local-search", "hidoki-local-search-dlq", "hidoki-local-search-rule-dlq"


class Now:
    """A clock that the test moves."""

    seconds = 1_000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def now() -> Now:
    return Now()


@pytest.fixture
def sqs(now: Now) -> FakeSqs:
    return FakeSqs(QUEUE, DLQ, RULE_DLQ, now=now)


@pytest.fixture
def letters(sqs: FakeSqs, now: Now) -> DeadLetters:
    found = DeadLetters.of(sqs, "search", "local")
    return DeadLetters(sqs, found.name, found.queue_url, found.dlq_urls, now)


def park(sqs: FakeSqs, number: int, reason: str = "away", url: str = DLQ) -> str:
    body = json.dumps({"detail-type": "post.published.v1", "detail": number})
    sqs.send_message(QueueUrl=url, MessageBody=body, MessageAttributes={"reason": text(reason)})
    return body


def test_every_dead_letter_goes_back_once(letters: DeadLetters, sqs: FakeSqs) -> None:
    bodies = [park(sqs, number) for number in range(25)] + [park(sqs, 99, url=RULE_DLQ)]
    assert letters.depth() == 26
    assert sum(letters.replay()) == 26
    assert sqs.bodies(QUEUE) == bodies
    assert letters.depth() == 0
    assert not sqs.held


def test_looking_at_the_reasons_leaves_all_in_place(letters: DeadLetters, sqs: FakeSqs) -> None:
    for number in range(12):
        park(sqs, number, "away" if number % 3 else "bad mapping")
    sqs.send_message(QueueUrl=DLQ, MessageBody="{")
    assert letters.reasons() == {
        ("post.published.v1", "away"): 8,
        ("post.published.v1", "bad mapping"): 4,
        ("(no event)", "(none given)"): 1,
    }
    assert letters.depth() == 13


def test_what_is_parked_while_replay_runs_is_left_for_the_next(
    letters: DeadLetters, sqs: FakeSqs, now: Now
) -> None:
    park(sqs, 1)
    now.seconds = 1_001.0
    running = letters.replay()
    now.seconds = 1_002.0
    park(sqs, 2)
    next(running)
    now.seconds = 1_003.0
    park(sqs, 1, "still bad")
    assert sum(running) == 0
    assert len(sqs.bodies(QUEUE)) == 1
    assert letters.depth() == 2


def test_interrupted_between_send_and_delete_nothing_is_lost(letters: DeadLetters, sqs: FakeSqs) -> None:
    bodies = {park(sqs, number) for number in range(15)}
    sqs.fail_deletes = True
    with pytest.raises(ConnectionError):
        sum(letters.replay())
    sqs.fail_deletes = False
    sqs.visibility_runs_out()
    assert sum(letters.replay()) == 15
    assert set(sqs.bodies(QUEUE)) == bodies
    assert letters.depth() == 0


def test_what_the_queue_refuses_stays_parked(letters: DeadLetters, sqs: FakeSqs) -> None:
    refused, accepted = park(sqs, 1), park(sqs, 2)
    sqs.refuse_bodies = {refused}
    with pytest.raises(RuntimeError, match="refused 1"):
        sum(letters.replay())
    sqs.visibility_runs_out()
    assert sqs.bodies(DLQ) == [refused]
    assert sqs.bodies(QUEUE) == [accepted]


def test_a_consumer_that_does_not_exist_is_named(sqs: FakeSqs) -> None:
    with pytest.raises(LookupError, match="no consumer 'serach'"):
        DeadLetters.of(sqs, "serach", "local")
