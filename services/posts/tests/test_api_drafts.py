"""The routes of drafts: what they answer, and the problems that they name."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from chalicelib.scheduling import Firing
from tests.api import Ask, slug
from tests.fakes import AIKO, BEN, World
from ulid import ULID

pytestmark = pytest.mark.filterwarnings("ignore:CognitoUserPoolAuthorizer is not a supported")


def kept(ask: Ask, **post: Any) -> dict[str, Any]:
    status, draft = ask("POST", "/v1/drafts", {"post": post})
    assert status == 201
    return draft


def test_a_draft_is_made_read_listed_changed_and_deleted(ask: Ask) -> None:
    draft = kept(ask, text="")
    path = f"/v1/drafts/{draft['id']}"
    assert (draft["post"], draft["version"]) == ({"text": ""}, 1)
    assert ask("GET", path) == (200, draft)
    assert ask("GET", "/v1/drafts") == (200, {"items": [draft], "next": None})
    status, changed = ask("PUT", path, {"post": {"text": "京都"}}, **{"If-Match": '"1"'})
    assert (status, changed["version"], changed["post"]) == (200, 2, {"text": "京都"})
    assert ask("DELETE", path) == (204, {})
    assert ask("GET", path)[0] == 404


def test_a_published_draft_is_a_post_under_whatever_key(ask: Ask) -> None:
    draft = kept(ask, text="@ben 京都")
    publish = f"/v1/drafts/{draft['id']}/publish"
    status, post = ask("POST", publish, **{"Idempotency-Key": str(ULID())})
    assert (status, post["text"], post["mentions"]) == (201, "@ben 京都", [{"id": BEN.id, "handle": "ben"}])
    assert ask("POST", publish, **{"Idempotency-Key": "another"}) == (201, post)
    assert ask("GET", f"/v1/posts/{post['id']}", me=BEN.id) == (200, post)
    assert ask("GET", "/v1/drafts")[1]["items"] == []


def test_a_key_sent_again_gives_the_same_draft_and_with_another_body_422(ask: Ask) -> None:
    key = {"Idempotency-Key": "a-key"}
    first = ask("POST", "/v1/drafts", {"post": {"text": "一"}}, **key)
    assert ask("POST", "/v1/drafts", {"post": {"text": "一"}}, **key) == first
    status, problem = ask("POST", "/v1/drafts", {"post": {"text": "二"}}, **key)
    assert (status, slug(problem)) == (422, "idempotency-key-reused")


def test_a_change_needs_the_version_that_is_there(ask: Ask) -> None:
    path = f"/v1/drafts/{kept(ask, text='一')['id']}"
    assert slug(ask("PUT", path, {"post": {}})[1]) == "precondition-required"
    status, problem = ask("PUT", path, {"post": {}}, **{"If-Match": '"7"'})
    assert (status, slug(problem)) == (412, "precondition-failed")
    assert "version 1" in problem["detail"]


def test_a_draft_is_scheduled_and_called_off(ask: Ask, world: World) -> None:
    at = world.clock() + timedelta(hours=1)
    sent = {"post": {"text": "x"}, "publish_at": at.isoformat()}
    status, draft = ask("POST", "/v1/drafts", sent)
    assert (status, datetime.fromisoformat(draft["publish_at"]), draft["problem"]) == (201, at, None)
    path = f"/v1/drafts/{draft['id']}"
    status, called_off = ask("PUT", path, {"post": {"text": "x"}}, **{"If-Match": '"1"'})
    assert (status, called_off["publish_at"], called_off["version"]) == (200, None, 2)


def test_a_draft_that_was_refused_in_time_says_why(ask: Ask, world: World) -> None:
    at = world.clock() + timedelta(hours=1)
    draft = ask("POST", "/v1/drafts", {"post": {"text": ""}, "publish_at": at.isoformat()})[1]
    world.clock.move(timedelta(hours=1))
    world.scheduling.fire(Firing(AIKO.id, draft["id"], 1))
    refused = ask("GET", f"/v1/drafts/{draft['id']}")[1]
    assert (refused["publish_at"], refused["problem"]["reason"]) == (None, "invalid")
    assert "#/text" in refused["problem"]["detail"]


@pytest.mark.parametrize(
    "at",
    [
        "tomorrow",
        "2026-11-24T13:00:00",
        "2026-11-24T12:00:59Z",
        "2027-11-25T12:00:00Z",
        "9999-12-31T23:59:59-23:59",
        "0001-01-01T00:00:00+23:59",
    ],
)
def test_a_time_that_is_none_or_too_near_or_too_far_is_refused(ask: Ask, at: str) -> None:
    status, problem = ask("POST", "/v1/drafts", {"post": {}, "publish_at": at})
    assert (status, slug(problem)) == (422, "invalid")


def test_a_draft_that_no_post_may_be_says_what_to_change(ask: Ask) -> None:
    draft = kept(ask, text="x", media=["../m"], colour="red")
    status, problem = ask("POST", f"/v1/drafts/{draft['id']}/publish")
    assert (status, slug(problem)) == (422, "invalid")
    assert {error["pointer"] for error in problem["errors"]} == {"#/media/0", "#/colour"}


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "problem"),
    [
        ("POST", "/v1/drafts", {}, 422, "invalid"),
        ("POST", "/v1/drafts", {"post": "text"}, 422, "invalid"),
        ("POST", "/v1/drafts", {"post": {"text": "x" * 20_000}}, 422, "invalid"),
        ("POST", "/v1/drafts", {"post": {"text": "\ud800"}}, 422, "invalid"),
        ("POST", "/v1/drafts", {"post": {}, "author": BEN.id}, 422, "invalid"),
        ("GET", "/v1/drafts?cursor=forged", None, 400, "bad-cursor"),
        ("GET", "/v1/drafts/x", None, 404, "not-found"),
        ("GET", f"/v1/drafts/{ULID()}", None, 404, "not-found"),
        ("DELETE", f"/v1/drafts/{ULID()}", None, 404, "not-found"),
        ("POST", f"/v1/drafts/{ULID()}/publish", None, 404, "not-found"),
    ],
)
def test_what_is_wrong_is_a_problem_with_a_name(
    ask: Ask, method: str, path: str, body: Any, status: int, problem: str
) -> None:
    answered, details = ask(method, path, body)
    assert (answered, slug(details)) == (status, problem)


@pytest.mark.parametrize("depth", [9, 900, 30_000])
def test_a_draft_too_deep_to_be_kept_is_refused(ask: Ask, depth: int) -> None:
    raw = b'{"post": {"deep": ' + b"[" * depth + b"]" * depth + b"}}"
    assert ask("POST", "/v1/drafts", raw=raw)[0] in {400, 422}
