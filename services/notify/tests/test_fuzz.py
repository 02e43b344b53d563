"""Requests of all kinds, made from the OpenAPI document: each answer is one that the document promises."""

from typing import Any

import app
from fuzzing import QUICK, fuzzed, lacking_examples, run_stories
from tests.fakes import AIKO, Notify

schema = fuzzed(app.api, AIKO.id)


@schema.parametrize()  # type: ignore[untyped-decorator] # a schema is Any
@QUICK
def test_no_request_gets_an_answer_that_the_document_does_not_promise(case: Any, served: Notify) -> None:
    case.call_and_validate()


def test_nor_does_any_in_a_sequence_in_which_each_uses_what_those_before_it_answered(served: Notify) -> None:
    run_stories(schema)


def test_every_operation_has_an_example_of_its_request_that_fits() -> None:
    assert not lacking_examples(app.api)
