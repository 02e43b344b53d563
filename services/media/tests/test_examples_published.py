"""What media publishes holds what each consumer relies on, made of records that its own store wrote."""

import inspect
import os
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import app
import pytest
from chalicelib.intake import Intake
from chalicelib.store import MediaTable
from chalicelib.uploads import Declared, open_session
from consumer_examples import Envelope, Example, expected_of
from contracts.http.idempotency import Idempotency
from example_matching import require, require_soon, scenario
from tests.fakes import MemoryObjects
from tests.pictures import full_of_metadata
from written_streams import StreamsFromNow, WrittenTables, relayed

EXAMPLES = pytest.mark.parametrize("example", expected_of("media"), ids=str)

TABLE = os.environ["TABLE_MEDIA"]
AIKO = "5c0e8d1a-3b52-4f0e-9d4e-6a1f0c2b7e91"


def upload(table: MediaTable, file: bytes) -> str:
    """Announce a file, let it arrive, and take it in; return its id."""
    declared = Declared("image/jpeg", len(file), alt="紅葉の写真")
    media = open_session(table, AIKO, declared, Idempotency(None, ""), datetime.now(UTC), None)
    Intake(table, MemoryObjects({media.upload_key: file}))(media.upload_key)
    return media.id


def remove(table: MediaTable, file: bytes) -> None:
    """Take a file in, and delete what became of it."""
    media = table.find(upload(table, file))
    assert media
    assert table.delete(media, datetime.now(UTC))


SCENARIOS: dict[str, Callable[[MediaTable], object]] = {
    "media.ready.v1": lambda table: upload(table, full_of_metadata("image/jpeg")),
    "media.deleted.v1": lambda table: remove(table, full_of_metadata("image/jpeg")),
    "media.failed.v1": lambda table: upload(table, b"no photo"),
}


def published(records: Mapping[str, Sequence[Mapping[str, Any]]]) -> list[Envelope]:
    """Return what the deployed relay makes of the table's records."""
    return relayed(inspect.unwrap(app.relay)(), records[TABLE])


@EXAMPLES
def test_an_example_is_what_is_published(example: Example) -> None:
    tables = WrittenTables()
    scenario(example, SCENARIOS)(MediaTable(tables, TABLE))
    require(example, published(tables.records))


@pytest.mark.cloud
@EXAMPLES
def test_an_example_is_what_the_stream_of_the_deployed_table_becomes(example: Example) -> None:
    streams = StreamsFromNow("media")
    scenario(example, SCENARIOS)(app.table())
    require_soon(example, lambda: published(streams.read()))
