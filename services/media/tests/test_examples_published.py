"""What media publishes holds what each consumer relies on, made of records that its own store wrote."""

import inspect
from collections.abc import Callable
from datetime import UTC, datetime

import app
import pytest
from chalicelib.intake import Intake
from chalicelib.store import MediaTable
from chalicelib.uploads import Declared, open_session
from consumer_examples import Example, expected_of
from contracts.http.idempotency import Idempotency
from example_matching import require, scenario
from tests.fakes import MemoryObjects
from tests.pictures import full_of_metadata
from written_streams import WrittenTables, relayed

EXAMPLES = pytest.mark.parametrize("example", expected_of("media"), ids=str)

AIKO = "5c0e8d1a-3b52-4f0e-9d4e-6a1f0c2b7e91"


def upload(table: MediaTable, file: bytes) -> None:
    """Announce a file, let it arrive, and take it in."""
    declared = Declared("image/jpeg", len(file), alt="紅葉の写真")
    media = open_session(table, AIKO, declared, Idempotency(None, ""), datetime.now(UTC), None)
    Intake(table, MemoryObjects({media.upload_key: file}))(media.upload_key)


SCENARIOS: dict[str, Callable[[MediaTable], object]] = {
    "media.ready.v1": lambda table: upload(table, full_of_metadata("image/jpeg")),
    "media.failed.v1": lambda table: upload(table, b"no photo"),
}


@EXAMPLES
def test_an_example_is_what_is_published(example: Example) -> None:
    tables = WrittenTables()
    scenario(example, SCENARIOS)(MediaTable(tables, "media"))
    require(example, relayed(inspect.unwrap(app.relay)(), tables.records["media"]))
