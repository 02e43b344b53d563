"""The routes of media: what they answer, the problems they name, and the document that describes them."""

import base64
import json
import tomllib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import app
import pytest
from chalice.test import Client
from chalicelib.model import ALT_LIMIT, CONTENT_TYPES, SIZE_LIMIT, Media
from contracts.http.limits import Limiter
from contracts.http.openapi import document
from memory_ledger import MemoryLedger
from openapi_spec_validator import validate
from tests.fakes import AIKO, BEN, Cloud, Outage, PlainSigner
from tests.pictures import encoded, scene

PHOTO = encoded(scene())
BODY = {"content_type": "image/jpeg", "size": len(PHOTO)}
DIGEST = base64.b64encode(sha256(PHOTO).digest()).decode()

Ask = Callable[..., tuple[int, dict[str, Any]]]


def token(user_id: str, **claims: str) -> str:
    """An access token as the gateway lets it through; Chalice's client checks no signature."""
    payload = {"sub": user_id, "cognito:username": user_id, "token_use": "access", "client_id": "client-id"}
    part = base64.urlsafe_b64encode(json.dumps(payload | claims).encode()).decode().rstrip("=")
    return f"e30.{part}.e30"


@pytest.fixture
def cloud() -> Cloud:
    return Cloud()


@pytest.fixture
def ask(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ask]:
    monkeypatch.setattr(app, "table", lambda: cloud.shelf)
    monkeypatch.setattr(app, "bucket", PlainSigner)
    limiter = Limiter(MemoryLedger(), lambda: datetime.now(UTC))
    monkeypatch.setattr(app.api, "limiter", lambda: limiter)
    with Client(app.app) as client:

        def ask(
            method: str, path: str, body: Any = None, *, me: str | None = AIKO, **headers: str
        ) -> tuple[int, dict[str, Any]]:
            sent = {"Content-Type": "application/json", **headers}
            if me:
                sent["Authorization"] = token(me)
            data = body if isinstance(body, bytes) else json.dumps(body).encode()
            answer = client.http.request(method, path, headers=sent, body=data)
            return answer.status_code, json.loads(answer.body)

        yield ask


def test_a_session_says_where_the_file_goes_and_until_when(ask: Ask, cloud: Cloud) -> None:
    status, session = ask("POST", "/v1/media", BODY | {"alt": "京都の紅葉", "sha256": DIGEST})
    assert (status, session["state"]) == (201, "awaiting")
    assert session["upload"]["url"]
    assert session["upload"]["fields"]["key"] == f"uploads/{AIKO}/{session['id']}"
    media = cloud.shelf.items[session["id"]]
    assert (media.owner, media.alt, media.sha256, media.size) == (AIKO, "京都の紅葉", DIGEST, len(PHOTO))
    assert session["expires_at"] == media.upload_until.isoformat().replace("+00:00", "Z")


def test_the_state_is_told_from_awaiting_to_ready(ask: Ask, cloud: Cloud) -> None:
    _, session = ask("POST", "/v1/media", BODY)
    path = f"/v1/media/{session['id']}"
    awaiting = {"id": session["id"], "state": "awaiting", "reason": None, "detail": None, "renditions": []}
    assert ask("GET", path) == (200, awaiting)
    media = cloud.shelf.items[session["id"]]
    cloud.bucket.objects[media.upload_key] = PHOTO
    cloud.intake(media.upload_key)
    status, ready = ask("GET", path)
    assert (status, ready["state"]) == (200, "ready")
    assert ready["renditions"] == [
        {
            "name": "display",
            "url": f"/{media.display_key}",
            "content_type": "image/webp",
            "width": 64,
            "height": 48,
        }
    ]


def test_a_refused_file_is_told_with_its_reason(ask: Ask, cloud: Cloud) -> None:
    _, session = ask("POST", "/v1/media", BODY)
    media = cloud.shelf.items[session["id"]]
    cloud.bucket.objects[media.upload_key] = b"MZ".ljust(len(PHOTO), b"\0")
    cloud.intake(media.upload_key)
    _, failed = ask("GET", f"/v1/media/{session['id']}")
    assert (failed["state"], failed["reason"], failed["renditions"]) == ("failed", "wrong-type", [])
    assert "image/jpeg" in failed["detail"]


def test_the_same_request_twice_is_one_session(ask: Ask, cloud: Cloud) -> None:
    first, again = (ask("POST", "/v1/media", BODY, **{"Idempotency-Key": "photo 1"}) for _ in range(2))
    assert first[1]["id"] == again[1]["id"]
    assert len(cloud.shelf.items) == 1
    status, problem = ask("POST", "/v1/media", BODY | {"alt": "x"}, **{"Idempotency-Key": "photo 1"})
    assert (status, problem["type"]) == (422, "urn:hidoki:problem:idempotency-key-reused")


@pytest.mark.parametrize(
    "body",
    [
        *({"content_type": content_type} for content_type in CONTENT_TYPES),
        {"size": 1},
        {"size": SIZE_LIMIT},
        {"alt": "葉" * ALT_LIMIT},
        {"sha256": None},
        {"sha256": DIGEST},
    ],
)
def test_up_to_its_limits_a_session_is_opened(ask: Ask, body: dict[str, Any]) -> None:
    assert ask("POST", "/v1/media", BODY | body)[0] == 201


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"size": 0}, "#/size"),
        ({"size": -1}, "#/size"),
        ({"size": SIZE_LIMIT + 1}, "#/size"),
        ({"size": "5"}, "#/size"),
        ({"size": 1.5}, "#/size"),
        ({"size": True}, "#/size"),
        ({"size": 10**40}, "#/size"),
        ({"content_type": "image/gif"}, "#/content_type"),
        ({"content_type": "image/svg+xml"}, "#/content_type"),
        ({"content_type": "application/octet-stream"}, "#/content_type"),
        ({"content_type": "image/jpeg; charset=utf-8"}, "#/content_type"),
        ({"content_type": None}, "#/content_type"),
        ({"alt": "葉" * (ALT_LIMIT + 1)}, "#/alt"),
        ({"alt": "\ud800"}, "#/alt"),
        ({"sha256": ""}, "#/sha256"),
        ({"sha256": DIGEST[:-1]}, "#/sha256"),
        ({"sha256": DIGEST + "="}, "#/sha256"),
        ({"sha256": DIGEST + "\n"}, "#/sha256"),
        ({"sha256": "A" * 42 + "B="}, "#/sha256"),
        ({"sha256": "é" * 43 + "="}, "#/sha256"),
        ({"owner": BEN}, "#/owner"),
        ({"key": "media/x/display.webp"}, "#/key"),
    ],
)
def test_beyond_them_it_is_a_422_that_points_at_the_field(
    ask: Ask, cloud: Cloud, body: dict[str, Any], pointer: str
) -> None:
    status, problem = ask("POST", "/v1/media", BODY | body)
    assert (status, problem["type"]) == (422, "urn:hidoki:problem:invalid")
    assert [error["pointer"] for error in problem["errors"]] == [pointer]
    assert cloud.shelf.items == {}


@pytest.mark.parametrize(("body", "status"), [(b"{", 400), (b"[]", 422), (b"{}", 422), (b'"' * 70_000, 413)])
def test_a_body_that_is_none_is_refused(ask: Ask, cloud: Cloud, body: bytes, status: int) -> None:
    answered, problem = ask("POST", "/v1/media", body, **{"Accept-Language": "ja"})
    assert answered == status
    assert not problem["title"].isascii()
    assert cloud.shelf.items == {}


@pytest.mark.parametrize("key", ["7ZZZZZZZZZZZZZZZZZZZZZZZZZ", "ZZZZZZZZZZZZZZZZZZZZZZZZZZ", "x" * 64])
def test_a_strange_key_is_still_a_key(ask: Ask, key: str) -> None:
    assert ask("POST", "/v1/media", BODY, **{"Idempotency-Key": key})[0] == 201


def test_another_persons_item_is_not_there(ask: Ask) -> None:
    _, session = ask("POST", "/v1/media", BODY)
    for me, media_id in (
        (BEN, session["id"]),
        (AIKO, session["id"][:-1]),
        (AIKO, "%2e%2e%2f"),
        (AIKO, "nope"),
    ):
        status, problem = ask("GET", f"/v1/media/{media_id}", me=me)
        assert (status, problem["type"]) == (404, "urn:hidoki:problem:not-found")


def test_without_a_token_nothing_is_answered(ask: Ask, cloud: Cloud) -> None:
    assert ask("POST", "/v1/media", BODY, me=None)[0] == 401
    assert cloud.shelf.items == {}


def arrival(*media: Media) -> dict[str, Any]:
    """What S3 says of files that arrived, keys encoded as it encodes them."""
    keys = [item.upload_key.replace("/", "%2F") for item in media]
    return {"Records": [{"s3": {"bucket": {"name": "b"}, "object": {"key": key}}} for key in keys]}


def test_every_record_of_an_announcement_is_taken_in(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = (cloud.uploaded(PHOTO, token=name) for name in ("k3y-1", "k3y-2"))
    monkeypatch.setattr(app, "table", lambda: cloud.shelf)
    monkeypatch.setattr(app, "bucket", lambda: cloud.bucket)
    app.take_in(arrival(first, second), None)
    assert sorted(cloud.bucket.objects) == [first.display_key, second.display_key]


def test_our_failure_is_raised_after_the_other_files_are_taken_in(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (cloud.uploaded(PHOTO, token=name) for name in ("k3y-1", "k3y-2"))
    monkeypatch.setattr(app, "table", lambda: cloud.shelf)
    monkeypatch.setattr(app, "bucket", lambda: cloud.bucket)
    cloud.fail_at(1)
    with pytest.raises(ExceptionGroup) as failed:
        app.take_in(arrival(first, second), None)
    assert [type(failure) for failure in failed.value.exceptions] == [Outage]
    assert cloud.now(second).state == "ready"
    app.take_in(arrival(first, second), None)
    assert cloud.now(first).state == "ready"


def test_the_committed_document_describes_the_routes() -> None:
    committed = json.loads(Path("openapi.json").read_text())
    assert committed == document(app.api), "run `python -m contracts.http.openapi > openapi.json` here"
    validate(committed)


def test_what_is_shipped_is_what_is_locked() -> None:
    lock = tomllib.loads(Path("../../uv.lock").read_text())
    locked = {f"{package['name']}=={package['version']}" for package in lock["package"]}
    lines = Path("requirements.txt").read_text().splitlines()
    assert {line for line in lines if not line.startswith("#")} <= locked
