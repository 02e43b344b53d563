"""Notify's routes: what they answer, the problems they name, and the document that describes them."""

import base64
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import app
import pytest
from chalice.test import Client
from chalicelib.model import TOKEN_LENGTH
from contracts.http.openapi import document
from openapi_spec_validator import validate
from tests.events import follow, post
from tests.fakes import AIKO, BEN, Notify

pytestmark = pytest.mark.filterwarnings("ignore:CognitoUserPoolAuthorizer is not a supported")
"""Chalice's test client reads the claims of a token, and says that it checks nothing."""


Ask = Callable[..., tuple[int, Any]]


def token(user_id: str) -> str:
    """Return an access token as the gateway would have let it through."""
    who = {"sub": user_id, "cognito:username": user_id}
    claims = {**who, "token_use": "access", "client_id": os.environ["CLIENT_ID"]}
    part = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"e30.{part}.e30"


@pytest.fixture
def ask(served: Notify) -> Iterator[Ask]:
    """Ask the API, which stands on a notify in memory."""
    with Client(app.app) as client:

        def ask(method: str, path: str, body: Any = None, *, me: str | None = AIKO.id) -> tuple[int, Any]:
            headers = {"Content-Type": "application/json"}
            if me:
                headers["Authorization"] = token(me)
            data = b"" if body is None else json.dumps(body).encode()
            answer = client.http.request(method, path, headers=headers, body=data)
            return answer.status_code, json.loads(answer.body) if answer.body else None

        yield ask


def test_notifications_are_answered_with_their_actor(ask: Ask, notify: Notify) -> None:
    notify.inbox.post_published(post(BEN, "@aiko こんにちは", mentions=[AIKO]))
    status, page = ask("GET", "/v1/notifications")
    assert (status, page["next"]) == (200, None)
    (told,) = page["items"]
    assert told.pop("id")
    assert told == {
        "kind": "mention",
        "actor": {"id": BEN.id, "handle": "ben", "name": "Ben"},
        "post_id": "a-post",
        "channel_id": None,
        "preview": "@aiko こんにちは",
        "created_at": "2026-11-24T12:00:00.123456Z",
    }


def test_pages_are_followed_by_their_cursors(ask: Ask, notify: Notify) -> None:
    for sequence in (1, 3, 5):
        notify.inbox.follow_created(follow(BEN, AIKO, sequence))
    _, first = ask("GET", "/v1/notifications?limit=2")
    _, second = ask("GET", f"/v1/notifications?limit=2&cursor={first['next']}")
    assert len({told["id"] for told in first["items"] + second["items"]}) == 3
    assert second["next"] is None


def test_another_readers_cursor_is_a_400(ask: Ask, notify: Notify) -> None:
    for sequence in (1, 3):
        notify.inbox.follow_created(follow(BEN, AIKO, sequence))
    cursor = ask("GET", "/v1/notifications?limit=1")[1]["next"]
    status, problem = ask("GET", f"/v1/notifications?cursor={cursor}", me=BEN.id)
    assert (status, problem["type"]) == (400, "urn:hidoki:problem:bad-cursor")


@pytest.mark.parametrize("limit", ["0", "51", "many"])
def test_a_limit_out_of_bounds_is_a_422(ask: Ask, limit: str) -> None:
    assert ask("GET", f"/v1/notifications?limit={limit}")[0] == 422


def test_without_a_token_nothing_is_answered(ask: Ask) -> None:
    assert ask("GET", "/v1/notifications", me=None)[0] == 401


def test_a_device_is_registered_once_and_removed(ask: Ask) -> None:
    body = {"platform": "web", "token": "t" * TOKEN_LENGTH}
    status, device = ask("POST", "/v1/devices", body)
    assert (status, device["platform"]) == (201, "web")
    assert ask("POST", "/v1/devices", body) == (status, device)
    assert ask("DELETE", f"/v1/devices/{device['id']}") == (204, None)
    assert ask("DELETE", f"/v1/devices/{device['id']}")[0] == 404


def test_another_persons_device_is_a_404(ask: Ask) -> None:
    _, device = ask("POST", "/v1/devices", {"platform": "ios", "token": "t"})
    assert ask("DELETE", f"/v1/devices/{device['id']}", me=BEN.id)[0] == 404


@pytest.mark.parametrize(
    "body",
    [
        {"platform": "fax", "token": "t"},
        {"platform": "ios"},
        {"platform": "ios", "token": ""},
        {"platform": "ios", "token": "t" * (TOKEN_LENGTH + 1)},
        {"platform": "ios", "token": "with space"},
        {"platform": "ios", "token": "紅葉"},
        {"platform": "ios", "token": "t", "user_id": BEN.id},
        "ios",
    ],
)
def test_a_device_that_can_not_be_is_a_422(ask: Ask, body: Any) -> None:
    status, problem = ask("POST", "/v1/devices", body)
    assert (status, problem["type"]) == (422, "urn:hidoki:problem:invalid")


def test_the_committed_document_is_what_the_routes_say() -> None:
    described = document(app.api)
    assert json.loads(Path("openapi.json").read_text()) == described
    validate(described)
