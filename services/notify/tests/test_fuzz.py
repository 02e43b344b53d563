"""Requests of all kinds, made from the OpenAPI document: each answer is one that the document promises."""

from typing import Any

import app
from fuzzing import QUICK, fuzzed, run_stories
from tests.fakes import AIKO, Notify

schema = fuzzed(app.api, AIKO.id)


@schema.parametrize()
@QUICK
def test_no_request_gets_an_answer_that_the_document_does_not_promise(case: Any, served: Notify) -> None:
    case.call_and_validate()


def test_nor_does_any_in_a_sequence_in_which_each_uses_what_those_before_it_answered(served: Notify) -> None:
    run_stories(schema)
