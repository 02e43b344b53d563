"""The example that media's consumer relies on has its effect, and states just what is taken of it."""

import inspect

import app
import pytest
from consumer_examples import Envelope, Example, completed, relied_on_by
from example_reliance import Calls, Noted, hand, require_exact
from own_queues import note_own_queues
from tests.fakes import MemoryObjects, MemoryShelf
from tests.memory_items import MemoryItems

EXAMPLES = pytest.mark.parametrize("example", relied_on_by("media"), ids=str)

AIKO = "5c0e8d1a-3b52-4f0e-9d4e-6a1f0c2b7e91"


def take(monkeypatch: pytest.MonkeyPatch, shelf: MemoryShelf, envelope: Envelope) -> Calls:
    """Let the consumer, wired as it is deployed, take an event on items in memory."""
    calls: Calls = []
    monkeypatch.setenv("MAX_RECEIVES", "5")
    note_own_queues(monkeypatch, calls, "media-erasure")
    # The time is the clock's own: what is kept of it, no example states.
    items = MemoryItems(shelf)
    monkeypatch.setattr(app, "table", lambda: Noted(items, []))
    monkeypatch.setattr(app, "bucket", lambda: Noted(MemoryObjects(), calls))
    hand(inspect.unwrap(app.erasure_consumer)(), envelope)
    return calls


@EXAMPLES
def test_an_example_has_its_effect(example: Example, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf = MemoryShelf()
    take(monkeypatch, shelf, completed(example.event_type, example.stated))
    assert shelf.leavers == {AIKO}


@EXAMPLES
def test_an_example_states_what_its_consumer_takes_and_no_more(
    example: Example, monkeypatch: pytest.MonkeyPatch
) -> None:
    require_exact(example, lambda envelope: take(monkeypatch, MemoryShelf(), envelope))
