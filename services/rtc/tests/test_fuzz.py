"""Requests of all kinds, made from the OpenAPI document: each answer is one that the document promises."""

from typing import Any

import app
import pytest
from fuzzing import QUICK, fuzzed, run_stories
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


@schema.parametrize()
@QUICK
def test_no_request_gets_an_answer_that_the_document_does_not_promise(case: Any, served: FakeTickets) -> None:
    case.call_and_validate()


def test_nor_does_any_in_a_sequence_in_which_each_uses_what_those_before_it_answered(
    served: FakeTickets,
) -> None:
    run_stories(schema)
