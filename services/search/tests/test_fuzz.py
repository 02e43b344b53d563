"""Requests of all kinds, made from the OpenAPI document: each answer is one that the document promises."""

from typing import Any

import app
import pytest
from chalicelib.finding import Search
from fuzzing import QUICK, fuzzed, lacking_examples, run_stories
from tests.fakes import MemoryEngine, cursors

schema = fuzzed(app.api, "ben")


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> MemoryEngine:
    """Return the engine in memory that the API stands on."""
    engine = MemoryEngine()
    monkeypatch.setattr(app, "search", lambda: Search(engine, engine, cursors()))
    return engine


@schema.parametrize()  # type: ignore[untyped-decorator] # a schema is Any
@QUICK
def test_no_request_gets_an_answer_that_the_document_does_not_promise(
    case: Any, served: MemoryEngine
) -> None:
    case.call_and_validate()


def test_nor_does_any_in_a_sequence_in_which_each_uses_what_those_before_it_answered(
    served: MemoryEngine,
) -> None:
    run_stories(schema)


def test_every_operation_has_an_example_of_its_request_that_fits() -> None:
    assert not lacking_examples(app.api)
