"""What rtc publishes holds what each consumer relies on, made of records that its own store wrote."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import uuid4

import app
import pytest
from chalicelib.store import sockets as adapter
from chalicelib.store.sockets import SocketTable
from chalicelib.store.table import table
from consumer_examples import Envelope, Example, expected_of
from example_matching import require, require_soon, scenario
from tests.fakes import NOW, socket
from written_streams import StreamsFromNow, WrittenTables, relayed

EXAMPLES = pytest.mark.parametrize("example", expected_of("rtc"), ids=str)


class Story:
    """What becomes of a socket of Ben's on the table."""

    def __init__(self) -> None:
        self.sockets = SocketTable()
        self.socket = socket(f"{uuid4().hex[:13]}=", str(uuid4()))

    def open(self) -> None:
        self.sockets.open(self.socket, "ja", NOW)

    def close(self) -> None:
        self.open()
        self.sockets.close(self.socket, NOW, NOW)


SCENARIOS: dict[str, Callable[[Story], object]] = {
    "connection.opened.v1": Story.open,
    "connection.closed.v1": Story.close,
}


def published(records: Mapping[str, Sequence[Mapping[str, Any]]]) -> list[Envelope]:
    """Return what the deployed relay makes of the table's records."""
    return relayed(inspect.unwrap(app._relay)(), records[table()])


@EXAMPLES
def test_an_example_is_what_is_published(example: Example, monkeypatch: pytest.MonkeyPatch) -> None:
    tables = WrittenTables()
    monkeypatch.setattr(adapter, "dynamodb", lambda: tables)
    scenario(example, SCENARIOS)(Story())
    require(example, published(tables.records))


@pytest.mark.cloud
@EXAMPLES
def test_an_example_is_what_the_stream_of_the_deployed_table_becomes(example: Example) -> None:
    streams = StreamsFromNow("connections")
    scenario(example, SCENARIOS)(Story())
    require_soon(example, lambda: published(streams.read()))
