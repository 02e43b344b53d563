"""Search's routes: what they answer, the problems they name, and the document that describes them."""

import base64
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import app
import pytest
from chalice.test import Client
from chalicelib.finding import Search
from chalicelib.indexing import index
from contracts.http.openapi import document
from openapi_spec_validator import validate
from tests.fakes import MemoryEngine, cursors, joined, published

pytestmark = pytest.mark.filterwarnings("ignore:CognitoUserPoolAuthorizer is not a supported")
"""Chalice's test client reads the claims of a token, and says that it checks nothing."""

Ask = Callable[..., tuple[int, dict[str, Any]]]


def token(user_id: str) -> str:
    """Return an access token as the gateway would have let it through."""
    claims = {
        "sub": user_id,
        "cognito:username": user_id,
        "token_use": "access",
        "client_id": os.environ["CLIENT_ID"],
    }
    part = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"e30.{part}.e30"


@pytest.fixture
def engine() -> MemoryEngine:
    """Return an engine in memory."""
    return MemoryEngine()


@pytest.fixture
def ask(engine: MemoryEngine, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ask]:
    """Ask the API, which stands on an engine in memory."""
    monkeypatch.setattr(app, "search", lambda: Search(engine, cursors()))
    with Client(app.app) as client:

        def ask(path: str, *, me: str | None = "ben", language: str = "en", **query: Any) -> Any:
            headers = {"Accept-Language": language, **({"Authorization": token(me)} if me else {})}
            answer = client.http.get(f"{path}?{urlencode(query)}" if query else path, headers=headers)
            return answer.status_code, json.loads(answer.body)

        yield ask


def test_a_post_is_found_with_its_author_as_published(ask: Ask, engine: MemoryEngine) -> None:
    index(engine, [published("a", "京都の紅葉")])
    status, found = ask("/v1/search/posts", q="紅葉")
    assert status == 200
    assert found["next"] is None
    (item,) = found["items"]
    assert set(item) == {"post", "highlight"}
    assert item["post"] == {
        "id": "a",
        "author": {"id": "aiko-id", "handle": "aiko_yamada", "name": "山田愛子"},
        "text": "京都の紅葉",
        "media": [],
        "mentions": [],
        "in_reply_to": None,
        "created_at": "2026-11-24T12:00:00Z",
        "warning": None,
        "language": None,
        "tags": [],
        "replies": None,
        "edited_at": None,
        "root": None,
        "quotes": None,
        "quote": None,
    }


def test_a_person_is_found(ask: Ask, engine: MemoryEngine) -> None:
    index(engine, [joined("aiko-id", "aiko", "愛子", "写真")])
    status, found = ask("/v1/search/people", q="写真")
    assert status == 200
    person = {"id": "aiko-id", "handle": "aiko", "name": "愛子", "bio": "写真"}
    assert found == {"items": [{"person": person, "highlight": ""}], "next": None}


@pytest.mark.parametrize(
    ("q", "status"),
    [
        ("", 422),
        ("  \u3000\n", 422),
        ("x", 200),
        ("x" * 200, 200),
        (f"  {'x' * 200} ", 200),
        ("x" * 201, 422),
    ],
)
def test_a_text_has_1_to_200_characters_without_the_space_around_it(ask: Ask, q: str, status: int) -> None:
    for path in ("/v1/search/posts", "/v1/search/people"):
        answered, body = ask(path, q=q)
        assert answered == status
        if status == 422:
            assert (body["type"], body["errors"][0]["pointer"]) == ("urn:hidoki:problem:invalid", "#/q")


def test_without_a_text_there_is_nothing_to_search(ask: Ask) -> None:
    status, problem = ask("/v1/search/posts")
    assert (status, problem["errors"]) == (422, [{"pointer": "#/q", "detail": "Field required"}])


@pytest.mark.parametrize("query", [{"limit": 0}, {"limit": 51}, {"limit": "many"}, {"sort": "new"}])
def test_a_query_that_is_not_offered_is_a_422(ask: Ask, query: dict[str, Any]) -> None:
    assert ask("/v1/search/posts", q="x", **query)[0] == 422


def test_space_around_the_text_does_not_matter_to_a_cursor(ask: Ask, engine: MemoryEngine) -> None:
    index(engine, [published(name, "紅葉", minutes=minutes) for minutes, name in enumerate("abc")])
    _, first = ask("/v1/search/posts", q="紅葉", limit=2)
    status, second = ask("/v1/search/posts", q=" 紅葉 ", limit=2, cursor=first["next"])
    assert [item["post"]["id"] for item in first["items"] + second["items"]] == ["c", "b", "a"]
    assert (status, second["next"]) == (200, None)


@pytest.mark.parametrize("where", ["another text", "another reader", "another list", "nowhere", "bent"])
def test_a_cursor_from_elsewhere_is_a_400(ask: Ask, engine: MemoryEngine, where: str) -> None:
    index(engine, [published(name, "紅葉") for name in "ab"])
    cursor = ask("/v1/search/posts", q="紅葉", limit=1)[1]["next"]
    status, problem = {
        "another text": lambda: ask("/v1/search/posts", q="紅", cursor=cursor),
        "another reader": lambda: ask("/v1/search/posts", q="紅葉", cursor=cursor, me="chie"),
        "another list": lambda: ask("/v1/search/people", q="紅葉", cursor=cursor),
        "nowhere": lambda: ask("/v1/search/posts", q="紅葉", cursor="AAAA"),
        "bent": lambda: ask("/v1/search/posts", q="紅葉", cursor=cursor[:-2]),
    }[where]()
    assert (status, problem["type"]) == (400, "urn:hidoki:problem:bad-cursor")


def test_while_the_engine_is_down_a_search_is_a_503_in_the_readers_language(
    ask: Ask, engine: MemoryEngine
) -> None:
    engine.down = True
    status, problem = ask("/v1/search/posts", q="x", language="ja")
    assert (status, problem["type"]) == (503, "urn:hidoki:problem:unavailable")
    assert problem["title"] == "しばらくしてからもう一度お試しください"
    assert "Timeout" not in problem["detail"]


def test_without_a_token_nothing_is_answered(ask: Ask) -> None:
    assert ask("/v1/search/posts", me=None, q="x")[0] == 401


def test_health_needs_no_engine(ask: Ask, engine: MemoryEngine) -> None:
    engine.down = True
    assert ask("/v1/health", me=None) == (200, {"service": "search", "status": "ok"})


def test_the_committed_document_is_what_the_routes_say() -> None:
    described = document(app.api)
    assert json.loads(Path("openapi.json").read_text()) == described
    validate(described)
