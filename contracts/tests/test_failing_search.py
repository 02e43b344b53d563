"""Faults of the search engine: true to what it answers, and told apart from what it did."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from contracts.transport.failing_search import failing
from contracts.transport.faults import Fault, Journal
from fault_fakes import Scripted
from opensearchpy.exceptions import ConnectionTimeout, TransportError

BULK = b'{"index":1}\n{"doc":1}\n{"index":2}\n{"doc":2}\n'


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path, "search-index")


@dataclass
class Engine:
    """Keeps the bodies that reach it."""

    bodies: list[bytes] = field(default_factory=list)

    def perform(
        self, _connection: Any, _method: str, _url: str, _params: Any, body: Any
    ) -> tuple[int, dict[str, str], str]:
        self.bodies.append(body)
        return 200, {}, json.dumps({"errors": False, "items": [{"index": {"status": 201}}]})


def test_entries_that_the_engine_refuses_stand_at_their_places_in_the_answer(journal: Journal) -> None:
    engine = Engine()
    perform = failing(engine.perform, Scripted(parts=[{0}]), journal)

    _, _, answer = perform(None, "POST", "/_bulk", None, BULK)

    assert engine.bodies == [b'{"index":2}\n{"doc":2}\n']
    told = json.loads(answer)
    assert [item["index"]["status"] for item in told["items"]] == [429, 201]
    assert told["errors"]


def test_a_bulk_whose_answer_is_lost_was_done(journal: Journal) -> None:
    engine = Engine()

    with pytest.raises(ConnectionTimeout):
        failing(engine.perform, Scripted([Fault.LOST]), journal)(None, "POST", "/_bulk", None, BULK)

    assert engine.bodies == [BULK]


@pytest.mark.parametrize(("fault", "status"), [(Fault.THROTTLED, 429), (Fault.BROKEN, 503)])
def test_an_engine_that_refuses_was_not_asked(journal: Journal, fault: Fault, status: int) -> None:
    engine = Engine()

    with pytest.raises(TransportError) as refused:
        failing(engine.perform, Scripted([fault]), journal)(None, "GET", "/posts/_search", None, b"{}")

    assert refused.value.status_code == status
    assert engine.bodies == []
