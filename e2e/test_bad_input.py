"""Bad input: each is a 4xx problem document that says what is wrong, and nothing is half-written."""

import base64
import io
import json
import struct
import zlib
from typing import Any

import httpx
import pytest
from PIL import Image

from e2e.conftest import SignUp
from e2e.people import Person
from e2e.photos import photo_with_gps
from e2e.system import System
from e2e.waiting import eventually


@pytest.fixture
def aiko(person: SignUp) -> Person:
    return person("Aiko")


def refused(answer: httpx.Response, status: int, slug: str) -> dict[str, Any]:
    """Assert that an answer is this problem, and return it."""
    assert answer.status_code == status, f"{answer.status_code} {answer.text}"
    assert answer.headers["content-type"].startswith("application/problem+json"), answer.headers
    problem = dict(answer.json())
    assert problem["status"] == status
    assert problem["type"] == f"urn:hidoki:problem:{slug}"
    assert problem["title"]
    return problem


@pytest.mark.parametrize(
    ("body", "status", "slug", "tells"),
    [
        ("{", 400, "malformed", "JSON"),
        ('{"text": "a", "colour": "red"}', 422, "invalid", "#/colour"),
        ('{"txt": "a"}', 422, "invalid", "#/text"),
        (json.dumps({"text": ""}), 422, "invalid", ""),
        (json.dumps({"text": "👨‍👩‍👧‍👦" * 10 + "あ" * 491}), 422, "invalid", "500"),
        (json.dumps({"text": "👨‍👩‍👧‍👦" * 200}), 422, "invalid", "4"),
        (json.dumps({"text": "a", "in_reply_to": "nothing"}), 422, "invalid", ""),
    ],
)
def test_a_bad_post_is_refused_and_not_written(
    aiko: Person, body: str, status: int, slug: str, tells: str
) -> None:
    headers = {"Content-Type": "application/json"}
    problem = refused(aiko.ask("POST", "/posts/v1/posts", content=body, headers=headers), status, slug)
    assert tells in json.dumps(problem, ensure_ascii=False)
    assert aiko.get(f"/posts/v1/profiles/{aiko.id}/posts")["items"] == []


def test_500_graphemes_are_one_post(aiko: Person) -> None:
    text = "あ" * 480 + "👨‍👩‍👧‍👦" * 20
    assert aiko.post(text)["text"] == text


def test_a_problem_is_told_in_japanese(aiko: Person) -> None:
    answer = aiko.ask("POST", "/posts/v1/posts", json={}, headers={"Accept-Language": "ja"})
    assert refused(answer, 422, "invalid")["title"] == "入力内容に誤りがあります"


def test_another_persons_post_can_not_be_deleted(aiko: Person, person: SignUp) -> None:
    ben = person("Ben")
    post = aiko.post("Mine")
    answer = ben.ask("DELETE", f"/posts/v1/posts/{post['id']}")
    assert answer.status_code in {403, 404}
    refused(answer, answer.status_code, "forbidden" if answer.status_code == 403 else "not-found")
    assert aiko.get(f"/posts/v1/posts/{post['id']}")["text"] == "Mine"


def test_another_persons_channel_can_not_be_read(aiko: Person, person: SignUp) -> None:
    ben, chie = person("Ben"), person("Chie")
    channel = aiko.channel_with(ben)
    refused(chie.ask("GET", f"/chat/v1/channels/{channel}/messages"), 404, "not-found")
    refused(chie.ask("POST", f"/chat/v1/channels/{channel}/messages", json={"text": "hi"}), 404, "not-found")


def test_the_first_call_is_to_make_a_profile(person: SignUp) -> None:
    nobody = person("Nobody", profile=False)
    refused(nobody.ask("POST", "/posts/v1/posts", json={"text": "hi"}), 409, "profile-required")


def _forged(token: str) -> str:
    header, claims, signature = token.split(".")
    changed = json.loads(base64.urlsafe_b64decode(claims + "=="))
    changed["sub"] = "00000000-0000-4000-8000-000000000000"
    text = base64.urlsafe_b64encode(json.dumps(changed).encode()).decode().rstrip("=")
    return f"{header}.{text}.{signature}"


def test_a_missing_token_is_a_401_problem(system: System) -> None:
    refused(httpx.get(f"{system.page}/api/posts/v1/timelines/home"), 401, "unauthorized")


@pytest.mark.parametrize("service", ["posts", "media", "chat", "rtc", "notify", "search"])
def test_a_forged_token_is_a_401_problem_at_every_service(system: System, aiko: Person, service: str) -> None:
    routes = {
        "posts": "timelines/home",
        "media": "media/x",
        "chat": "channels",
        "rtc": "sockets",
        "notify": "notifications",
        "search": "search/posts?q=a",
    }
    url = f"{system.page}/api/{service}/v1/{routes[service]}"
    method = "POST" if service == "rtc" else "GET"
    for token in (_forged(aiko.token), "nonsense", aiko.token[:-4] + "AAAA"):
        refused(httpx.request(method, url, headers={"Authorization": token}), 401, "unauthorized")


def test_a_cursor_from_elsewhere_is_refused(aiko: Person, person: SignUp) -> None:
    ben = person("Ben")
    for number in range(3):
        aiko.post(f"Number {number}")
    posts = f"/posts/v1/profiles/{aiko.id}/posts"
    cursor = aiko.get(posts, limit=1)["next"]
    assert cursor
    assert aiko.get(posts, limit=1, cursor=cursor)["items"]
    refused(ben.ask("GET", posts, params={"cursor": cursor}), 400, "bad-cursor")
    refused(aiko.ask("GET", "/posts/v1/timelines/home", params={"cursor": cursor}), 400, "bad-cursor")
    refused(aiko.ask("GET", posts, params={"cursor": cursor[:-2] + "AA"}), 400, "bad-cursor")
    refused(aiko.ask("GET", posts, params={"cursor": "nonsense"}), 400, "bad-cursor")


def test_the_same_key_is_the_same_post_and_another_body_is_refused(aiko: Person) -> None:
    key = {"Idempotency-Key": "my-own-key-1"}
    first = aiko.ask("POST", "/posts/v1/posts", json={"text": "Once"}, headers=key)
    again = aiko.ask("POST", "/posts/v1/posts", json={"text": "Once"}, headers=key)
    assert (first.status_code, first.json()["id"]) == (201, again.json()["id"])
    other = aiko.ask("POST", "/posts/v1/posts", json={"text": "Twice"}, headers=key)
    refused(other, 422, "idempotency-key-reused")
    assert len(aiko.get(f"/posts/v1/profiles/{aiko.id}/posts")["items"]) == 1


def test_a_declared_size_over_the_limit_is_refused(aiko: Person) -> None:
    session = {"content_type": "image/jpeg", "size": 10**9}
    assert "#/size" in json.dumps(refused(aiko.ask("POST", "/media/v1/media", json=session), 422, "invalid"))


def test_a_type_that_is_no_image_is_refused(aiko: Person) -> None:
    session = {"content_type": "application/x-msdownload", "size": 100}
    refused(aiko.ask("POST", "/media/v1/media", json=session), 422, "invalid")


def test_an_upload_larger_than_declared_is_refused_by_the_store(aiko: Person) -> None:
    photo = photo_with_gps()
    answer = aiko.send("POST", "/media/v1/media", {"content_type": "image/jpeg", "size": len(photo)})
    form = answer["upload"]
    larger = httpx.post(
        form["url"], data=form["fields"], files={"file": ("photo", photo + b"x", "image/jpeg")}
    )
    assert 400 <= larger.status_code < 500
    assert aiko.get(f"/media/v1/media/{answer['id']}")["state"] == "awaiting"


def _bomb() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\0" * 1_000_000, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def _gif() -> bytes:
    file = io.BytesIO()
    Image.new("P", (8, 8)).save(file, "GIF")
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "file", "content_type"),
    [
        ("an .exe named .jpg", b"MZ\x90\x00" + b"\0" * 500, "image/jpeg"),
        ("a GIF named .jpg", _gif(), "image/jpeg"),
        ("a decompression bomb", _bomb(), "image/png"),
        ("half a photo", photo_with_gps()[:2000], "image/jpeg"),
    ],
)
def test_a_file_that_is_no_good_image_fails_with_a_reason_and_is_never_served(
    aiko: Person, name: str, file: bytes, content_type: str
) -> None:
    media = aiko.media(aiko.upload(file, content_type), "failed")
    assert media["reason"], name
    assert not media.get("renditions")


def test_a_post_with_a_failed_photo_becomes_a_draft_that_says_why(aiko: Person, person: SignUp) -> None:
    ben = person("Ben")
    media_id = aiko.upload(b"MZ" + b"\0" * 500)
    post = aiko.post("With a photo that is none", media=[media_id])
    aiko.media(media_id, "failed")

    def draft() -> dict[str, Any] | None:
        found = aiko.get(f"/posts/v1/posts/{post['id']}")
        return found if found["state"] == "draft" else None

    assert eventually(draft, "the post is a draft again")["problem"]
    assert ben.ask("GET", f"/posts/v1/posts/{post['id']}").status_code == 404
