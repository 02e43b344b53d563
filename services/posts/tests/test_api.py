"""The routes of posts: what they answer, the problems they name, and the document that describes them."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import app
import pytest
from contracts.http.openapi import document
from openapi_spec_validator import validate
from tests.api import Ask, posted, slug, token
from tests.fakes import AIKO, BEN, World
from ulid import ULID

pytestmark = pytest.mark.filterwarnings("ignore:CognitoUserPoolAuthorizer is not a supported")
"""Chalice's test client reads the claims of a token, and says that it checks nothing."""

NEWCOMER = "00000000-0000-0000-0000-0000000000ff"


def test_a_profile_is_made_and_read_by_its_owner_and_by_others(ask: Ask) -> None:
    status, made = ask("PUT", "/v1/profiles/me", {"handle": "Dai", "name": "大"}, me=NEWCOMER)
    assert (status, made["handle"], made["locale"], made["followed"]) == (200, "dai", "ja", None)
    assert ask("GET", "/v1/profiles/me", me=NEWCOMER) == (200, made)
    assert ask("GET", "/v1/profiles/@dai")[1] == made | {"followed": False}
    assert ask("GET", "/v1/profiles/%40dai")[1]["id"] == NEWCOMER


def test_a_follow_shows_in_the_profile_of_the_followed(ask: Ask) -> None:
    for _ in range(2):
        assert ask("PUT", "/v1/profiles/@ben/follow") == (204, {})
    assert ask("GET", f"/v1/profiles/{BEN.id}")[1]["followed"] is True
    for _ in range(2):
        assert ask("DELETE", f"/v1/profiles/{BEN.id}/follow") == (204, {})
    assert ask("GET", f"/v1/profiles/{BEN.id}")[1]["followed"] is False


def test_a_block_shows_in_both_profiles_and_in_the_list_of_blocks(ask: Ask) -> None:
    assert ask("PUT", "/v1/profiles/me", {"handle": "ben", "name": "Ben", "bio": "京都"}, me=BEN.id)[0] == 200
    for _ in range(2):
        assert ask("PUT", "/v1/profiles/@aiko/block", me=BEN.id) == (204, {})
    hers, his = ask("GET", "/v1/profiles/@ben")[1], ask("GET", "/v1/profiles/@aiko", me=BEN.id)[1]
    assert (hers["blocked"], hers["blocked_by"], hers["bio"]) == (False, True, "")
    assert (his["blocked"], his["blocked_by"]) == (True, False)
    aiko = {"id": AIKO.id, "handle": "aiko", "name": "Aiko"}
    assert ask("GET", "/v1/blocks", me=BEN.id) == (200, {"items": [aiko], "next": None})
    status, problem = ask("PUT", "/v1/profiles/@ben/follow")
    assert (status, slug(problem)) == (403, "forbidden")
    assert ask("DELETE", "/v1/profiles/@aiko/block", me=BEN.id) == (204, {})
    assert ask("GET", "/v1/profiles/@ben")[1]["bio"] == "京都"


def test_a_private_account_is_asked_and_accepts(ask: Ask) -> None:
    mine = {"handle": "ben", "name": "Ben", "private": True}
    assert ask("PUT", "/v1/profiles/me", mine, me=BEN.id)[1]["private"] is True
    post = ask("POST", "/v1/posts", {"text": "京都の紅葉"}, me=BEN.id)[1]
    assert ask("PUT", "/v1/profiles/@ben/follow") == (204, {})
    shown = ask("GET", "/v1/profiles/@ben")[1]
    assert (shown["followed"], shown["requested"], shown["private"]) == (False, True, True)
    assert ask("GET", f"/v1/posts/{post['id']}")[0] == 404
    assert ask("GET", "/v1/profiles/@ben/posts")[1]["items"] == []
    aiko = {"id": AIKO.id, "handle": "aiko", "name": "Aiko"}
    assert ask("GET", "/v1/follow-requests", me=BEN.id) == (200, {"items": [aiko], "next": None})
    assert ask("PUT", "/v1/follow-requests/@aiko", me=BEN.id) == (204, {})
    assert ask("DELETE", "/v1/follow-requests/@aiko", me=BEN.id) == (204, {})
    assert ask("GET", "/v1/profiles/@ben")[1]["followed"] is True
    assert ask("GET", f"/v1/posts/{post['id']}")[0] == 200


def test_a_mute_shows_in_the_profile_and_in_the_list_of_mutes(ask: Ask) -> None:
    until = "2040-01-01T00:00:00Z"
    assert ask("PUT", "/v1/profiles/@ben/mute", {"until": until}) == (204, {})
    assert ask("GET", "/v1/profiles/@ben")[1]["muted"] is True
    ben = {"id": BEN.id, "handle": "ben", "name": "Ben"}
    assert ask("GET", "/v1/mutes") == (200, {"items": [{"person": ben, "until": until}], "next": None})
    assert ask("DELETE", "/v1/profiles/@ben/mute") == (204, {})
    assert ask("GET", "/v1/mutes")[1]["items"] == []


def test_a_word_is_muted_listed_and_unmuted(ask: Ask) -> None:
    status, word = ask("POST", "/v1/muted-words", {"word": "ＳＰＯＩＬＥＲ"})
    assert (status, word["word"], word["until"]) == (201, "spoiler", None)
    assert ask("POST", "/v1/muted-words", {"word": "Spoiler"}) == (201, word)
    assert ask("GET", "/v1/muted-words") == (200, {"items": [word]})
    assert ask("DELETE", f"/v1/muted-words/{word['id']}") == (204, {})
    assert ask("GET", "/v1/muted-words") == (200, {"items": []})


def test_an_answer_across_a_block_is_forbidden(ask: Ask) -> None:
    post = posted(ask)
    ask("PUT", "/v1/profiles/@ben/block")
    status, problem = ask("POST", "/v1/posts", {"text": "はい", "in_reply_to": post["id"]}, me=BEN.id)
    assert (status, slug(problem)) == (403, "forbidden")
    assert ask("GET", f"/v1/posts/{post['id']}", me=BEN.id)[0] == 404


def test_a_post_is_made_read_listed_and_deleted(ask: Ask, world: World) -> None:
    post = posted(ask, "@ben こんにちは")
    assert post["author"] == {"id": AIKO.id, "handle": "aiko", "name": "Aiko"}
    assert post["mentions"] == [{"id": BEN.id, "handle": "ben"}]
    assert (post["state"], post["media"], post["in_reply_to"]) == ("published", [], None)
    assert ask("GET", f"/v1/posts/{post['id']}", me=BEN.id) == (200, post)
    assert ask("GET", f"/v1/profiles/{AIKO.id}/posts") == (200, {"items": [post], "next": None})
    world.fan_out.appeared(next(iter(world.posts.posts)))
    assert ask("GET", "/v1/timelines/home") == (200, {"items": [post], "next": None})
    assert ask("DELETE", f"/v1/posts/{post['id']}") == (204, {})
    assert ask("GET", f"/v1/posts/{post['id']}")[0] == 404


def test_a_post_that_waits_for_media_is_pending_and_hidden(ask: Ask) -> None:
    post = posted(ask, media=["m1"])
    assert (post["state"], post["problem"]) == ("pending", None)
    assert ask("GET", f"/v1/posts/{post['id']}", me=BEN.id)[0] == 404


def test_a_key_sent_again_gives_the_same_answer_and_with_another_body_422(ask: Ask) -> None:
    key = {"Idempotency-Key": str(ULID())}
    first = ask("POST", "/v1/posts", {"text": "一"}, **key)
    assert first[0] == 201
    assert ask("POST", "/v1/posts", {"text": "一"}, **key) == first
    status, problem = ask("POST", "/v1/posts", {"text": "二"}, **key)
    assert (status, slug(problem)) == (422, "idempotency-key-reused")


def test_pages_follow_their_cursor(ask: Ask) -> None:
    made = [posted(ask, str(number))["id"] for number in range(3)]
    first = ask("GET", f"/v1/profiles/{AIKO.id}/posts?limit=2")[1]
    second = ask("GET", f"/v1/profiles/{AIKO.id}/posts?limit=2&cursor={first['next']}")[1]
    assert {post["id"] for post in first["items"] + second["items"]} == set(made)
    status, problem = ask("GET", f"/v1/timelines/home?cursor={first['next']}")
    assert (status, slug(problem)) == (400, "bad-cursor")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/profiles/me"),
        ("GET", "/v1/profiles/@aiko"),
        ("PUT", "/v1/profiles/@aiko/follow"),
        ("DELETE", "/v1/profiles/@aiko/follow"),
        ("GET", "/v1/profiles/@aiko/posts"),
        ("PUT", "/v1/profiles/@aiko/block"),
        ("DELETE", "/v1/profiles/@aiko/block"),
        ("GET", "/v1/blocks"),
        ("GET", "/v1/follow-requests"),
        ("PUT", "/v1/follow-requests/@aiko"),
        ("DELETE", "/v1/follow-requests/@aiko"),
        ("DELETE", "/v1/profiles/@aiko/mute"),
        ("GET", "/v1/mutes"),
        ("GET", "/v1/muted-words"),
        ("DELETE", "/v1/muted-words/x"),
        ("GET", "/v1/timelines/home"),
        ("POST", "/v1/posts"),
        ("GET", "/v1/posts/x"),
        ("DELETE", "/v1/posts/x"),
        ("GET", "/v1/drafts"),
        ("GET", "/v1/drafts/x"),
        ("DELETE", "/v1/drafts/x"),
        ("POST", "/v1/drafts/x/publish"),
    ],
)
def test_every_other_route_asks_a_newcomer_for_a_profile(ask: Ask, method: str, path: str) -> None:
    status, problem = ask(method, path, {"text": "x"}, me=NEWCOMER)
    assert (status, slug(problem)) == (409, "profile-required")


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "problem"),
    [
        ("PUT", "/v1/profiles/me", {"handle": "ben", "name": "A"}, 409, "conflict"),
        ("PUT", "/v1/profiles/me", {"handle": "a b", "name": "A"}, 422, "invalid"),
        ("PUT", "/v1/profiles/me", {"handle": "aiko", "name": "A", "admin": True}, 422, "invalid"),
        ("PUT", "/v1/profiles/me", {"handle": "aiko", "name": "A", "locale": "fr"}, 422, "invalid"),
        ("GET", "/v1/profiles/@nobody", None, 404, "not-found"),
        ("PUT", "/v1/profiles/@aiko/follow", None, 422, "invalid"),
        ("PUT", "/v1/profiles/@nobody/follow", None, 404, "not-found"),
        ("PUT", "/v1/profiles/@aiko/block", None, 422, "invalid"),
        ("PUT", "/v1/profiles/@nobody/block", None, 404, "not-found"),
        ("GET", "/v1/blocks?cursor=forged", None, 400, "bad-cursor"),
        ("GET", "/v1/follow-requests?cursor=forged", None, 400, "bad-cursor"),
        ("PUT", "/v1/follow-requests/@ben", None, 404, "not-found"),
        ("PUT", "/v1/profiles/@aiko/mute", {}, 422, "invalid"),
        ("PUT", "/v1/profiles/@ben/mute", {"until": "2020-01-01T00:00:00Z"}, 422, "invalid"),
        ("PUT", "/v1/profiles/@ben/mute", {"until": "2040-01-01T00:00:00"}, 422, "invalid"),
        ("GET", "/v1/mutes?cursor=forged", None, 400, "bad-cursor"),
        ("POST", "/v1/muted-words", {"word": " "}, 422, "invalid"),
        ("POST", "/v1/posts", {"text": "a" * 501}, 422, "invalid"),
        ("POST", "/v1/posts", {"text": ""}, 422, "invalid"),
        ("POST", "/v1/posts", {"text": "x", "author": BEN.id}, 422, "invalid"),
        ("POST", "/v1/posts", {"text": "x", "media": ["m"] * 11}, 422, "invalid"),
        ("POST", "/v1/posts", {"text": "x", "media": ["../m"]}, 422, "invalid"),
        ("POST", "/v1/posts", {"text": "x", "in_reply_to": "nothing"}, 422, "invalid"),
        ("POST", "/v1/posts", ["text"], 422, "invalid"),
        ("GET", "/v1/posts/not-an-id", None, 404, "not-found"),
        ("DELETE", f"/v1/posts/{'A' * 43}", None, 403, "forbidden"),
        ("GET", "/v1/timelines/home?limit=51", None, 422, "invalid"),
        ("GET", "/v1/timelines/home?limit=0", None, 422, "invalid"),
        ("GET", "/v1/timelines/home?page=2", None, 422, "invalid"),
        ("GET", "/v1/timelines/home?cursor=forged", None, 400, "bad-cursor"),
        ("GET", "/v1/profiles/@nobody/posts", None, 404, "not-found"),
    ],
)
def test_what_is_wrong_is_a_problem_with_a_name(
    ask: Ask, world: World, method: str, path: str, body: Any, status: int, problem: str
) -> None:
    answered, details = ask(method, path, body)
    assert (answered, slug(details)) == (status, problem)
    assert details["title"]
    assert not world.posts.posts


@pytest.mark.parametrize(
    ("raw", "status"), [(b"{", 400), (b"\xff", 400), (b"", 400), (b'{"text":"\\ud800"}', 422)]
)
def test_a_body_that_can_not_be_read_is_refused(ask: Ask, raw: bytes, status: int) -> None:
    assert ask("POST", "/v1/posts", raw=raw)[0] == status


def test_a_title_comes_in_the_readers_language(ask: Ask) -> None:
    _, problem = ask("GET", "/v1/posts/x", **{"Accept-Language": "ja"})
    assert problem["title"] == "見つかりません"


@pytest.mark.parametrize("claims", [{"token_use": "id"}, {"client_id": "another"}])
def test_only_access_tokens_of_our_client_are_taken(ask: Ask, claims: dict[str, str]) -> None:
    assert ask("GET", "/v1/profiles/me", authorization=token(AIKO.id, **claims))[0] == 401


def test_health_needs_no_token(ask: Ask) -> None:
    assert ask("GET", "/v1/health", me=None) == (200, {"service": "posts", "status": "ok"})


def test_the_committed_document_is_the_one_of_the_routes_and_is_valid() -> None:
    described = document(app.api)
    validate(described)
    assert json.loads(Path("openapi.json").read_text()) == described


def test_a_cold_start_imports_neither_regex_nor_the_tracer() -> None:
    program = (
        "from contracts.http.openapi import stand_in_environment; stand_in_environment();"
        "import app, sys; print([name for name in ('regex', 'aws_xray_sdk', 'boto3') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("handler", "served"), [("app.app", True), ("app.fan_out", False), ("wrap.it", True)]
)
def test_a_function_that_is_there_for_no_requests_loads_no_routes(handler: str, served: bool) -> None:
    program = (
        "from contracts.http.openapi import stand_in_environment; stand_in_environment();"
        "import app, sys; print('chalicelib.routes' in sys.modules, '/v1/posts' in app.app.routes)"
    )
    environment = {**os.environ, "_HANDLER": handler}
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    assert done.stdout.split() == [str(served)] * 2


def test_every_function_has_a_policy_and_every_variable_its_own_placeholder() -> None:
    config = json.loads(Path(".chalice/config.json").read_text())
    (stage,) = config["stages"].values()
    assert all(value == f"${{{name}}}" for name, value in stage["environment_variables"].items())
    handlers = {handler.name for handler in app.app.event_sources}
    assert set(stage["lambda_functions"]) == {"api_handler", *handlers}
    for function in stage["lambda_functions"].values():
        assert (Path(".chalice") / function["iam_policy_file"]).exists()
