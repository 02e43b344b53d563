"""Journals: attempts and faults of all processes, counted."""

import json
from pathlib import Path

import pytest
from contracts.transport.faults import Fault, Journal

from e2e.chaos.journals import tally


def test_every_process_counts_and_a_partial_failure_is_a_failed_attempt(tmp_path: Path) -> None:
    for _ in range(2):
        journal = Journal(tmp_path, "search-index")
        journal.attempt("opensearch._bulk", None)
        journal.partial("opensearch._bulk")
        journal.attempt("dynamodb.PutItem", Fault.LOST)
        journal.attempt("dynamodb.PutItem", None)
    journal.forgotten(json.dumps({"detail": {"id": "abc"}}))

    told = tally(tmp_path)

    assert told.processes == 2
    assert told.attempts == {"opensearch._bulk": 2, "dynamodb.PutItem": 4}
    assert told.kinds == {"partial": 2, "answer lost": 2}
    assert told.rate == pytest.approx(4 / 6)
    assert told.forgotten == ["abc"]


def test_a_run_without_calls_failed_none(tmp_path: Path) -> None:
    assert tally(tmp_path).rate == 0.0
