"""Requests of all kinds, made from the OpenAPI document: each answer is one that the document promises."""

from typing import Any

import app
import pytest
from fuzzing import QUICK, fuzzed, lacking_examples
from tests.fakes import FakeTickets
from tests.memory_leavings import MemoryLeavings

schema = fuzzed(app.api, "aiko")


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> FakeTickets:
    """Return the tickets in memory that the API issues."""
    tickets = FakeTickets()
    monkeypatch.setattr(app, "LeavingsTable", MemoryLeavings)
    monkeypatch.setattr(app, "TicketTable", lambda: tickets)
    monkeypatch.setattr(app, "websocket_url", lambda stage: f"wss://{stage}.test")
    return tickets


@schema.parametrize()  # type: ignore[untyped-decorator] # a schema is Any
@QUICK
def test_no_request_gets_an_answer_that_the_document_does_not_promise(case: Any, served: FakeTickets) -> None:
    case.call_and_validate()


def test_every_operation_has_an_example_of_its_request_that_fits() -> None:
    assert not lacking_examples(app.api)
