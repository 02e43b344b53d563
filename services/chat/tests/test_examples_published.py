"""What chat publishes holds what each consumer relies on, made of records that its own stores wrote."""

import inspect
from collections.abc import Callable

import app
import pytest
from chalicelib.channels import Channels
from chalicelib.messages import Messages
from chalicelib.model import Person
from chalicelib.store import ChannelTable, MessageTable
from consumer_examples import Example, expected_of
from contracts.http.idempotency import Idempotency
from example_matching import require, scenario
from tests.fakes import Clock
from written_streams import WrittenTables, relayed

EXAMPLES = pytest.mark.parametrize("example", expected_of("chat"), ids=str)

AIKO = Person("5c0e8d1a-3b52-4f0e-9d4e-6a1f0c2b7e91", "aiko", "愛子")
BEN = Person("b7a4f3c2-91de-4c58-8a37-0f5d2e6b9c14", "ben", "Ben")


class Chat:
    """Chat on its tables, which know Aiko and Ben."""

    def __init__(self, tables: WrittenTables) -> None:
        table, clock = ChannelTable(tables, "channels"), Clock()
        self.channels = Channels(table, table, clock)
        self.messages = Messages(MessageTable(tables, "messages"), table, clock)
        for person in (AIKO, BEN):
            table.learn(person, 1)

    def open(self) -> str:
        return self.channels.open_direct(AIKO.id, BEN.id).channel.id

    def send(self) -> None:
        self.messages.send(AIKO.id, self.open(), "元気ですか？", Idempotency(None, ""))


SCENARIOS: dict[str, Callable[[Chat], object]] = {
    "member.joined.v1": Chat.open,
    "message.sent.v1": Chat.send,
}


@EXAMPLES
def test_an_example_is_what_is_published(example: Example) -> None:
    tables = WrittenTables()
    scenario(example, SCENARIOS)(Chat(tables))
    records = [*tables.records["channels"], *tables.records["messages"]]
    require(example, relayed(inspect.unwrap(app.relay)(), records))
