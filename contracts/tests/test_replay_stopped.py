"""Ten thousand letters are replayed while few are held, and none is lost wherever a replay is stopped."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from aws_fakes import FakeSqs
from contracts.replay.queues import BATCH
from contracts.replay.selection import Selection
from hypothesis import given, settings
from hypothesis import strategies as st
from replay_fakes import DLQ, MANY, QUEUE, Clock, park, replayer, total


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
