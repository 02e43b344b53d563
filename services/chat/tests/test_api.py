"""Chat's routes: what they answer, the problems they name, and the document that describes them."""

import base64
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import app
import pytest
from chalice.test import Client
from contracts.http.openapi import document
from openapi_spec_validator import validate
from tests.fakes import AIKO, BEN, CHIE, Chat

pytestmark = pytest.mark.filterwarnings("ignore:CognitoUserPoolAuthorizer is not a supported")
"""Chalice's test client reads the claims of a token, and says that it checks nothing."""


Ask = Callable[..., tuple[int, dict[str, Any]]]


def token(user_id: str) -> str:
    """Return an access token as the gateway would have let it through."""
    who = {"sub": user_id, "cognito:username": user_id}
    claims = {**who, "token_use": "access", "client_id": os.environ["CLIENT_ID"]}
    part = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"e30.{part}.e30"


@pytest.fixture
def ask(served: Chat) -> Iterator[Ask]:
    """Ask the API, which stands on a chat in memory."""
    with Client(app.app) as client:

        def ask(
            method: str,
            path: str,
            body: Any = None,
            *,
            me: str | None = AIKO.id,
            raw: bytes | None = None,
            **headers: str,
        ) -> tuple[int, dict[str, Any]]:
            sent = {"Content-Type": "application/json", **headers}
            if me:
                sent["Authorization"] = token(me)
            data = raw if raw is not None else b"" if body is None else json.dumps(body).encode()
            answer = client.http.request(method, path, headers=sent, body=data)
            return answer.status_code, json.loads(answer.body)

        yield ask


def opened(ask: Ask) -> str:
    """Open the channel of Aiko and Ben over HTTP and return its id."""
    _, channel = ask("POST", "/v1/channels", {"kind": "direct", "with": BEN.id})
    return str(channel["id"])


def test_opening_a_channel_answers_201_both_times(ask: Ask) -> None:
    first = ask("POST", "/v1/channels", {"kind": "direct", "with": BEN.id})
    again = ask("POST", "/v1/channels", {"kind": "direct", "with": AIKO.id}, me=BEN.id)
    assert first == again
    assert first[0] == 201
    assert first[1]["members"][0] == {"id": AIKO.id, "handle": "aiko", "name": "愛子"}


@pytest.mark.parametrize(
    ("body", "me", "status", "slug"),
    [
        ({"kind": "direct", "with": AIKO.id}, AIKO.id, 422, "invalid"),
        ({"kind": "direct", "with": "nobody"}, AIKO.id, 404, "not-found"),
        ({"kind": "direct", "with": AIKO.id}, "newcomer", 409, "profile-required"),
        ({"kind": "group", "with": BEN.id}, AIKO.id, 422, "invalid"),
        ({"kind": "direct", "with": BEN.id, "name": "x"}, AIKO.id, 422, "invalid"),
        ({"kind": "direct", "other": BEN.id}, AIKO.id, 422, "invalid"),
        ({"kind": "direct", "with": ""}, AIKO.id, 422, "invalid"),
        ({"kind": "direct", "with": "x" * 65}, AIKO.id, 422, "invalid"),
        ([], AIKO.id, 422, "invalid"),
    ],
)
def test_a_channel_that_can_not_be_is_a_problem(ask: Ask, body: Any, me: str, status: int, slug: str) -> None:
    answered, problem = ask("POST", "/v1/channels", body, me=me)
    assert (answered, problem["type"]) == (status, f"urn:hidoki:problem:{slug}")


def test_malformed_json_is_a_400_in_the_readers_language(ask: Ask) -> None:
    status, problem = ask("POST", "/v1/channels", raw=b"{", **{"Accept-Language": "ja"})
    assert status == 400
    assert problem["title"] == "リクエストを読み取れません"


def test_without_a_token_nothing_is_answered(ask: Ask) -> None:
    assert ask("GET", "/v1/channels", me=None)[0] == 401


def test_a_message_is_sent_and_read(ask: Ask) -> None:
    channel = opened(ask)
    status, sent = ask("POST", f"/v1/channels/{channel}/messages", {"text": "こんにちは"})
    assert status == 201
    assert (sent["channel_id"], sent["author"]["name"], sent["text"]) == (channel, "愛子", "こんにちは")
    status, page = ask("GET", f"/v1/channels/{channel}/messages", me=BEN.id)
    assert (status, page) == (200, {"items": [sent], "next": None})


@pytest.mark.parametrize("text", ["", "あ" * 2_001, "a" * 8_001, 1, None, "\ud800"])
def test_a_text_that_breaks_a_rule_is_a_422(ask: Ask, text: Any) -> None:
    status, problem = ask("POST", f"/v1/channels/{opened(ask)}/messages", {"text": text})
    assert (status, problem["type"]) == (422, "urn:hidoki:problem:invalid")


def test_a_stranger_gets_404_for_reading_and_for_writing(ask: Ask) -> None:
    path = f"/v1/channels/{opened(ask)}/messages"
    assert ask("GET", path, me=CHIE.id)[0] == 404
    assert ask("POST", path, {"text": "hello"}, me=CHIE.id)[0] == 404


def test_the_same_key_with_another_text_is_a_422(ask: Ask) -> None:
    path = f"/v1/channels/{opened(ask)}/messages"
    key = {"Idempotency-Key": "my-key"}
    assert ask("POST", path, {"text": "one"}, **key) == ask("POST", path, {"text": "one"}, **key)
    status, problem = ask("POST", path, {"text": "two"}, **key)
    assert (status, problem["type"]) == (422, "urn:hidoki:problem:idempotency-key-reused")


def test_pages_are_followed_by_their_cursors(ask: Ask) -> None:
    path = f"/v1/channels/{opened(ask)}/messages"
    for text in ("one", "two", "three"):
        ask("POST", path, {"text": text})
    _, first = ask("GET", f"{path}?limit=2")
    _, second = ask("GET", f"{path}?limit=2&cursor={first['next']}")
    assert len(first["items"]) == 2
    assert {one["text"] for one in first["items"] + second["items"]} == {"one", "two", "three"}
    assert second["next"] is None


@pytest.mark.parametrize("where", ["another reader", "another list", "nowhere"])
def test_a_cursor_from_elsewhere_is_a_400(ask: Ask, where: str) -> None:
    path = f"/v1/channels/{opened(ask)}/messages"
    for text in ("one", "two"):
        ask("POST", path, {"text": text})
    cursor = ask("GET", f"{path}?limit=1")[1]["next"]
    status, problem = {
        "another reader": lambda: ask("GET", f"{path}?cursor={cursor}", me=BEN.id),
        "another list": lambda: ask("GET", f"/v1/channels?cursor={cursor}"),
        "nowhere": lambda: ask("GET", f"{path}?cursor=AAAA"),
    }[where]()
    assert (status, problem["type"]) == (400, "urn:hidoki:problem:bad-cursor")


@pytest.mark.parametrize("limit", ["0", "51", "many"])
def test_a_limit_out_of_bounds_is_a_422(ask: Ask, limit: str) -> None:
    assert ask("GET", f"/v1/channels?limit={limit}")[0] == 422


def test_the_committed_document_is_what_the_routes_say() -> None:
    described = document(app.api)
    assert json.loads(Path("openapi.json").read_text()) == described
    validate(described)
