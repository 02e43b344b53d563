"""What rtc publishes holds what each consumer relies on, made of records that its own store wrote."""

import inspect
from collections.abc import Callable

import app
import pytest
from chalicelib.store import sockets as adapter
from chalicelib.store.sockets import SocketTable
from chalicelib.store.table import table
from consumer_examples import Example, expected_of
from example_matching import require, scenario
from tests.fakes import NOW, socket
from written_streams import WrittenTables, relayed

EXAMPLES = pytest.mark.parametrize("example", expected_of("rtc"), ids=str)

BENS = socket("Lq3fXcB1NjMCE9w=", "b7a4f3c2-91de-4c58-8a37-0f5d2e6b9c14")


def opened(sockets: SocketTable) -> None:
    sockets.open(BENS, "ja", NOW)


def closed(sockets: SocketTable) -> None:
    opened(sockets)
    sockets.close(BENS, NOW, NOW)


SCENARIOS: dict[str, Callable[[SocketTable], object]] = {
    "connection.opened.v1": opened,
    "connection.closed.v1": closed,
}


@EXAMPLES
def test_an_example_is_what_is_published(example: Example, monkeypatch: pytest.MonkeyPatch) -> None:
    tables = WrittenTables()
    monkeypatch.setattr(adapter, "dynamodb", lambda: tables)
    scenario(example, SCENARIOS)(SocketTable())
    require(example, relayed(inspect.unwrap(app._relay)(), tables.records[table()]))
