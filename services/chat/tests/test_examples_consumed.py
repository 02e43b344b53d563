"""The examples that chat's consumer relies on: each has its effect, and states just what is taken of it."""

import inspect
from collections.abc import Callable
from dataclasses import replace

import app
import pytest
from chalicelib.model import Person
from consumer_examples import Envelope, Example, completed, relied_on_by
from example_reliance import Calls, Noted, hand, require_exact
from tests.fakes import MemoryChannels

EXAMPLES = pytest.mark.parametrize("example", relied_on_by("chat"), ids=str)

AIKO = Person("5c0e8d1a-3b52-4f0e-9d4e-6a1f0c2b7e91", "aiko", "愛子")

EFFECTS = {
    "chat-people/profile.created.v1": (AIKO, 1),
    "chat-people/profile.updated.v1": (AIKO, 2),
    "chat-people/account.suspended.v1": (replace(AIKO, suspended=True), 2),
    "chat-people/account.reinstated.v1": (AIKO, 3),
}

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


@EXAMPLES
def test_an_example_has_its_effect(example: Example, take: Take) -> None:
    table = MemoryChannels()
    take(table, completed(example.event_type, example.stated))
    assert table.known == {AIKO.id: EFFECTS[str(example)]}


@EXAMPLES
def test_an_example_states_what_its_consumer_takes_and_no_more(example: Example, take: Take) -> None:
    require_exact(example, lambda envelope: take(MemoryChannels(), envelope))
