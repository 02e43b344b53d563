"""What notify publishes holds what each consumer relies on, made of records that its own store wrote."""

import inspect
import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import uuid4

import app
import pytest
from chalicelib.inbox import Inbox
from chalicelib.store.notifications import NotificationTable
from consumer_examples import Envelope, Example, completed, examples, expected_of
from contracts.events.envelope import Event, envelope_of
from contracts.events.registry import model
from example_matching import require, require_soon, scenario
from tests.fakes import Clock, MemoryReaders
from written_streams import StreamsFromNow, WrittenTables, relayed

EXAMPLES = pytest.mark.parametrize("example", expected_of("notify"), ids=str)

TABLE = os.environ["TABLE_NOTIFICATIONS"]

HEARD = {one.scenario: one for one in examples() if one.consumer == "notify-inbox"}
"""What the inbox hears of, as it relies on it."""

SCENARIOS: dict[str, Callable[[Inbox], object]] = {
    "notification.created.v2.follow": lambda inbox: inbox.follow_created(heard("follow.created.v1")),
    "notification.created.v2.mention": lambda inbox: inbox.post_published(heard("post.published.v2.mention")),
    "notification.created.v2.message": lambda inbox: inbox.message_sent(heard("message.sent.v1")),
}


def heard(scenario: str) -> Event[Any]:
    """Return an event of the inbox's own examples, of a fact that never came before."""
    example = HEARD[scenario]
    envelope = completed(example.event_type, {**example.stated, "subject": uuid4().hex})
    return envelope_of(model(example.event_type)).model_validate(envelope)


def published(records: Mapping[str, Sequence[Mapping[str, Any]]]) -> list[Envelope]:
    """Return what the deployed relay makes of the table's records."""
    return relayed(inspect.unwrap(app.relay)(), records[TABLE])


@EXAMPLES
def test_an_example_is_what_is_published(example: Example) -> None:
    tables = WrittenTables()
    scenario(example, SCENARIOS)(Inbox(NotificationTable(tables, TABLE), MemoryReaders(), Clock()))
    require(example, published(tables.records))


@pytest.mark.cloud
@EXAMPLES
def test_an_example_is_what_the_stream_of_the_deployed_table_becomes(example: Example) -> None:
    streams = StreamsFromNow("notifications")
    scenario(example, SCENARIOS)(app.inbox())
    require_soon(example, lambda: published(streams.read()))
