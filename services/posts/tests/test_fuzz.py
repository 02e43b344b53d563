"""Requests of all kinds, made from the OpenAPI document: each answer is one that the document promises."""

from typing import Any

import app
import pytest
from fuzzing import QUICK, fuzzed, lacking_examples, placed, run_stories
from tests.api import Ask, posted
from tests.fakes import AIKO, BEN, World

schema = fuzzed(app.api, AIKO.id, **{"cognito:groups": "trusted moderators"})


@pytest.fixture
def known(ask: Ask, served: World) -> dict[str, list[str]]:
    """Let there be what requests can be about; return their names in paths, by parameter."""
    poll = {"options": ["はい", "いいえ"], "minutes": 60}
    mine, asked = posted(ask, "#京都 @ben"), posted(ask, "どっち", poll=poll)
    _, theirs = ask("POST", "/v1/posts", {"text": "こんにちは #京都", "in_reply_to": mine["id"]}, me=BEN.id)
    _, draft = ask("POST", "/v1/drafts", {"post": {"text": "あした"}})
    _, word = ask("POST", "/v1/muted-words", {"word": "ネタバレ"})
    subject = {"kind": "post", "id": mine["id"]}
    _, report = ask("POST", "/v1/reports", {"subject": subject, "reason": "spam"}, me=BEN.id)
    return {
        "post": [mine["id"], asked["id"], theirs["id"]],
        "person": ["@ben", AIKO.id, "%40chie"],
        "tag": ["京都"],
        "word": [word["id"]],
        "draft": [draft["id"]],
        "report": [report["id"]],
    }


@schema.parametrize()  # type: ignore[untyped-decorator] # a schema is Any
@QUICK
def test_no_request_gets_an_answer_that_the_document_does_not_promise(
    case: Any, known: dict[str, list[str]]
) -> None:
    placed(case, known).call_and_validate()


def test_nor_does_any_in_a_sequence_in_which_each_uses_what_those_before_it_answered(served: World) -> None:
    def anew() -> None:
        World.__init__(served)
        served.people.join(AIKO, BEN)

    run_stories(schema, 25, anew)


def test_every_operation_has_an_example_of_its_request_that_fits() -> None:
    assert not lacking_examples(app.api)
