"""The examples that chat's consumers rely on: each has its effect, and states just what is taken of it."""

import inspect
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import app
import pytest
from chalicelib.model import Channel, Person
from consumer_examples import Envelope, Example, completed, relied_on_by
from example_reliance import Calls, Noted, hand, require_exact
from tests.fakes import NOON, MemoryChannels

EXAMPLES = pytest.mark.parametrize("example", relied_on_by("chat"), ids=str)

AIKO = Person("5c0e8d1a-3b52-4f0e-9d4e-6a1f0c2b7e91", "aiko", "愛子")

BEN = "b7a4f3c2-91de-4c58-8a37-0f5d2e6b9c14"
BETWEEN = Channel.direct(AIKO.id, BEN, NOON).id

CONSUMERS = {"chat-people": "people_consumer", "chat-blocks": "blocks_consumer"}

EFFECTS: dict[str, Any] = {
    "chat-blocks/block.created.v1": {(BETWEEN, AIKO.id): (1, True)},
    "chat-blocks/block.removed.v1": {(BETWEEN, AIKO.id): (2, False)},
    "chat-people/profile.created.v1": {AIKO.id: (AIKO, 1)},
    "chat-people/profile.updated.v1": {AIKO.id: (AIKO, 2)},
    "chat-people/account.suspended.v1": {AIKO.id: (replace(AIKO, suspended=True), 2)},
    "chat-people/account.reinstated.v1": {AIKO.id: (AIKO, 3)},
}

Take = Callable[[MemoryChannels, Example, Envelope], Calls]


@pytest.fixture
def take(monkeypatch: pytest.MonkeyPatch) -> Take:
    """Return what lets a consumer, wired as it is deployed, take an event on tables in memory."""
    monkeypatch.setenv("MAX_RECEIVES", "5")

    def take(table: MemoryChannels, example: Example, envelope: Envelope) -> Calls:
        calls: Calls = []
        monkeypatch.setattr(app, "channel_table", lambda: Noted(table, calls))
        hand(inspect.unwrap(getattr(app, CONSUMERS[example.consumer]))(), envelope)
        return calls

    return take


@EXAMPLES
def test_an_example_has_its_effect(example: Example, take: Take) -> None:
    table = MemoryChannels()
    take(table, example, completed(example.event_type, example.stated))
    assert (table.known or table.blocks) == EFFECTS[str(example)]


@EXAMPLES
def test_an_example_states_what_its_consumer_takes_and_no_more(example: Example, take: Take) -> None:
    require_exact(example, lambda envelope: take(MemoryChannels(), example, envelope))
