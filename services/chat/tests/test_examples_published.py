"""What chat publishes holds what each consumer relies on, made of records that its own stores wrote."""

import inspect
import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import uuid4

import app
import pytest
from chalicelib.channels import Channels
from chalicelib.messages import Messages
from chalicelib.model import Person
from chalicelib.store.tables import ChannelTable, MessageTable
from chalicelib.store.walls import WallTable
from consumer_examples import Envelope, Example, expected_of
from contracts.http.idempotency import Idempotency
from example_matching import require, require_soon, scenario
from tests.fakes import Clock
from written_streams import StreamsFromNow, WrittenTables, relayed

EXAMPLES = pytest.mark.parametrize("example", expected_of("chat"), ids=str)

CHANNELS, MESSAGES = os.environ["TABLE_CHANNELS"], os.environ["TABLE_MESSAGES"]


class Story:
    """What Aiko and Ben, whom chat has just heard of, do on its tables."""

    def __init__(self, dynamodb: Any) -> None:
        table, clock = ChannelTable(dynamodb, CHANNELS), Clock()
        walls = WallTable(dynamodb, table.name, clock)
        self.channels = Channels(table, table, walls, clock)
        self.messages = Messages(MessageTable(dynamodb, MESSAGES), table, walls, clock)
        self.aiko, self.ben = (Person(str(uuid4()), name.lower(), name) for name in ("Aiko", "Ben"))
        for person in (self.aiko, self.ben):
            table.learn(person, 1)

    def open(self) -> str:
        return self.channels.open_direct(self.aiko.id, self.ben.id).channel.id

    def send(self) -> None:
        self.messages.send(self.aiko.id, self.open(), "元気ですか？", Idempotency(None, ""))


SCENARIOS: dict[str, Callable[[Story], object]] = {
    "member.joined.v1": Story.open,
    "message.sent.v1": Story.send,
}


def published(records: Mapping[str, Sequence[Mapping[str, Any]]]) -> list[Envelope]:
    """Return what the deployed relay makes of the tables' records."""
    return relayed(inspect.unwrap(app.relay)(), [*records[CHANNELS], *records[MESSAGES]])


@EXAMPLES
def test_an_example_is_what_is_published(example: Example) -> None:
    tables = WrittenTables()
    scenario(example, SCENARIOS)(Story(tables))
    require(example, published(tables.records))


@pytest.mark.cloud
@EXAMPLES
def test_an_example_is_what_the_streams_of_the_deployed_tables_become(example: Example) -> None:
    streams = StreamsFromNow("channels", "messages")
    scenario(example, SCENARIOS)(Story(app.dynamodb()))
    require_soon(example, lambda: published(streams.read()))
