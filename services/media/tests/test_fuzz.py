"""Requests of all kinds, made from the OpenAPI document: each answer is one that the document promises."""

from datetime import UTC, datetime
from typing import Any

import app
import pytest
from contracts.http.limits import Limiter
from fuzzing import QUICK, fuzzed, lacking_examples, run_stories
from memory_ledger import MemoryLedger
from tests.fakes import AIKO, Cloud, PlainSigner

schema = fuzzed(app.api, AIKO, **{"cognito:groups": "trusted"})


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> Cloud:
    """Return the cloud in memory that the API stands on."""
    cloud, limiter = Cloud(), Limiter(MemoryLedger(), lambda: datetime.now(UTC))
    monkeypatch.setattr(app, "table", lambda: cloud.shelf)
    monkeypatch.setattr(app, "bucket", PlainSigner)
    monkeypatch.setattr(app.api, "limiter", lambda: limiter)
    return cloud


@schema.parametrize()  # type: ignore[untyped-decorator] # a schema is Any
@QUICK
def test_no_request_gets_an_answer_that_the_document_does_not_promise(case: Any, served: Cloud) -> None:
    case.call_and_validate()


def test_nor_does_any_in_a_sequence_in_which_each_uses_what_those_before_it_answered(served: Cloud) -> None:
    run_stories(schema)


def test_every_operation_has_an_example_of_its_request_that_fits() -> None:
    assert not lacking_examples(app.api)
