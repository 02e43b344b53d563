"""The examples that chat's consumer relies on: each has its effect, and states just what is taken of it."""

import inspect
import os
from collections.abc import Callable
from dataclasses import replace

import app
import pytest
from chalicelib.model import Person
from consumer_examples import Envelope, Example, completed, relied_on_by
from contracts.transport.items import from_attributes
from example_reliance import Calls, Noted, hand, require_exact
from memory_dynamodb import MemoryDynamo
from moments import Moments
from own_queues import note_own_queues
from tests.fakes import Clock, MemoryChannels

AIKO = Person("5c0e8d1a-3b52-4f0e-9d4e-6a1f0c2b7e91", "aiko", "愛子")

EFFECTS = {
    "chat-people/profile.created.v1": (AIKO, 1),
    "chat-people/profile.updated.v1": (AIKO, 2),
    "chat-people/account.suspended.v1": (replace(AIKO, suspended=True), 2),
    "chat-people/account.reinstated.v1": (AIKO, 3),
}

PEOPLE = pytest.mark.parametrize(
    "example", [one for one in relied_on_by("chat") if one.consumer == "chat-people"], ids=str
)
ERASURE = pytest.mark.parametrize(
    "example", [one for one in relied_on_by("chat") if one.consumer == "chat-erasure"], ids=str
)

Take = Callable[[MemoryChannels, Envelope], Calls]


@pytest.fixture
def take(monkeypatch: pytest.MonkeyPatch) -> Take:
    """Return what lets the consumer, wired as it is deployed, take an event on tables in memory."""
    monkeypatch.setenv("MAX_RECEIVES", "5")

    def take(table: MemoryChannels, envelope: Envelope) -> Calls:
        calls: Calls = []
        monkeypatch.setattr(app, "channel_table", lambda: Noted(table, calls))
        hand(inspect.unwrap(app.people_consumer)(), envelope)
        return calls

    return take


@PEOPLE
def test_an_example_has_its_effect(example: Example, take: Take) -> None:
    table = MemoryChannels()
    take(table, completed(example.event_type, example.stated))
    assert table.known == {AIKO.id: EFFECTS[str(example)]}


@PEOPLE
def test_an_example_states_what_its_consumer_takes_and_no_more(example: Example, take: Take) -> None:
    require_exact(example, lambda envelope: take(MemoryChannels(), envelope))


def erase(monkeypatch: pytest.MonkeyPatch, tables: MemoryDynamo, envelope: Envelope) -> Calls:
    """Let the consumer, wired as it is deployed, take an event on tables in memory."""
    calls: Calls = []
    monkeypatch.setenv("MAX_RECEIVES", "5")
    note_own_queues(monkeypatch, calls, "chat-erasure")
    monkeypatch.setattr(app, "dynamodb", lambda: Noted(tables, calls))
    monkeypatch.setattr(app, "now", Clock())
    hand(inspect.unwrap(app.erasure_consumer)(), envelope)
    return calls


def tables() -> MemoryDynamo:
    return MemoryDynamo(Moments(), lambda _table, _record: None)


@ERASURE
def test_a_deleted_account_leaves_a_tombstone(example: Example, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = tables()
    erase(monkeypatch, kept, completed(example.event_type, example.stated))
    (item,) = map(from_attributes, kept.items(os.environ["TABLE_CHANNELS"]))
    assert (item["pk"], item["deleted"], item["sequence"]) == (f"P#{AIKO.id}", True, 3)


@ERASURE
def test_the_example_of_a_deletion_states_what_is_taken_and_no_more(
    example: Example, monkeypatch: pytest.MonkeyPatch
) -> None:
    require_exact(example, lambda envelope: erase(monkeypatch, tables(), envelope))
