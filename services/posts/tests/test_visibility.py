"""Visibility: whoever may not see a post finds nothing of it, on whichever path they look for it."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import app
import pytest
from chalicelib.model import Deleted, PostId, State
from chalicelib.profiles import NAME_FRESHNESS, STANDING_FRESHNESS
from chalicelib.reports import Measure, Reason, Subject, SubjectKind
from contracts.http.openapi import document
from tests.api import Ask
from tests.fakes import AIKO, BEN, CHIE, World
from tests.secret_scene import (
    ELSEWHERE,
    LISTS,
    MODERATORS,
    PLACES,
    SECRET,
    SHOWING,
    TELLING,
    Scene,
    kept,
    made,
    stage,
)

pytestmark = pytest.mark.filterwarnings("ignore:CognitoUserPoolAuthorizer is not a supported")


@pytest.fixture
def scene(world: World, ask: Ask) -> Scene:
    """Return a public post that Chie quotes and passes on, and Ben quotes and keeps."""
    scene = stage(world, ask)
    secret, beginning, ids = scene.secret, scene.ids["beginning"], scene.ids
    ids["quote"] = made(ask, world, CHIE.id, "見て #もみじ", quote=secret, in_reply_to=beginning)
    ids["own"] = made(ask, world, BEN.id, "いいね", quote=secret)
    world.clock.move(timedelta(milliseconds=2))
    ids["repost"] = ask("PUT", f"/v1/posts/{secret}/repost", me=CHIE.id)[1]["id"]
    ask("PUT", f"/v1/posts/{ids['quote']}/pin", me=CHIE.id)
    scene.told()
    kept(scene, BEN.id)
    return scene


def goes_private(scene: Scene) -> None:
    scene.ask("DELETE", f"/v1/profiles/{AIKO.id}/follow", me=BEN.id)
    profile = {"handle": AIKO.handle, "name": AIKO.name, "private": True}
    assert scene.ask("PUT", "/v1/profiles/me", profile)[0] == 200


def blocks_the_reader(scene: Scene) -> None:
    scene.ask("PUT", f"/v1/profiles/{BEN.id}/block")


def is_blocked_by_the_reader(scene: Scene) -> None:
    scene.ask("PUT", f"/v1/profiles/{AIKO.id}/block", me=BEN.id)


def deletes_it(scene: Scene) -> None:
    scene.ask("DELETE", f"/v1/posts/{scene.secret}")
    scene.told()


def has_it_hidden(scene: Scene) -> None:
    post = PostId.parse(scene.secret)
    subject = Subject(SubjectKind.POST, scene.secret)
    report = scene.world.reporting.report(CHIE.id, subject, Reason.OTHER, "")
    scene.world.moderation.claim(report.id, MODERATORS[0].id)
    scene.world.moderation.resolve(report.id, MODERATORS[0].id, Measure.HIDE, (), "")
    found = scene.world.posts.posts[post]
    assert not isinstance(found, Deleted)
    assert found.state is State.HIDDEN
    scene.told()


HAPPENINGS: list[Callable[[Scene], None]] = [
    goes_private,
    blocks_the_reader,
    is_blocked_by_the_reader,
    deletes_it,
    has_it_hidden,
]


def test_each_path_that_is_read_is_looked_at_here() -> None:
    read = {path for path, methods in document(app.api)["paths"].items() if "get" in methods}
    looked_at = {path.partition("?")[0].replace("もみじ", "{tag}") for path in (*SHOWING, *LISTS, *PLACES)}
    assert read == looked_at | {*TELLING} | ELSEWHERE


def test_who_may_see_a_post_finds_it_on_each_path(scene: Scene) -> None:
    assert [path for path in scene.paths() if SECRET not in scene.answer(path)] == []


@pytest.mark.parametrize("happens", HAPPENINGS)
def test_who_may_see_it_no_longer_finds_it_on_none(scene: Scene, happens: Callable[[Scene], None]) -> None:
    begun = {path: scene.cursor(path) for path in scene.paths()}
    happens(scene)
    scene.world.clock.move(NAME_FRESHNESS + timedelta(seconds=1))
    assert [path for path in scene.paths() if SECRET in scene.answer(path)] == []
    assert [path for path, more in begun.items() if more and SECRET in scene.answer(more)] == []
    scene.told()
    assert [path for path in scene.paths() if SECRET in scene.answer(path)] == [], "once all heard of it"


@pytest.mark.parametrize("happens", HAPPENINGS)
def test_nothing_is_told_of_it_to_them_and_they_can_do_nothing_with_it(
    scene: Scene, happens: Callable[[Scene], None]
) -> None:
    happens(scene)
    scene.world.clock.move(NAME_FRESHNESS + timedelta(seconds=1))
    assert_untold(scene, "secret", "repost")


def assert_untold(scene: Scene, *names: str) -> None:
    """Let Ben learn nothing from asking about posts, and get nowhere with them."""
    ids = [scene.ids[name] for name in names]
    live = scene.ask("GET", f"/v1/posts/live?ids={','.join(ids)}", me=BEN.id)
    assert live == (200, {"items": [], "authors": []})
    asked: list[tuple[str, str, Any]] = [("GET", f"/v1/posts/{post}/reactions", None) for post in ids]
    asked += [("GET", f"/v1/posts/{scene.secret}/{of}", None) for of in ("history", "poll", "thread")]
    asked += [("PUT", f"/v1/posts/{post}/reaction", {"emoji": "🍂"}) for post in ids]
    asked += [("PUT", f"/v1/posts/{post}/{act}", None) for post in ids for act in ("bookmark", "repost")]
    asked += [("PUT", f"/v1/posts/{scene.secret}/vote", {"options": [0]})]
    refer = [{"text": "なに", to: post} for post in ids for to in ("quote", "in_reply_to")]
    asked += [("POST", "/v1/posts", body) for body in refer]
    for method, path, body in asked:
        status, answer = scene.ask(method, path, body, me=BEN.id)
        assert 400 <= status < 500, (method, path, body)
        assert SECRET not in json.dumps(answer, ensure_ascii=False)
    for number, body in enumerate(refer):
        _, draft = scene.ask("POST", "/v1/drafts", {"post": body}, me=BEN.id)
        path = f"/v1/drafts/{draft['id']}/publish"
        status, answer = scene.ask("POST", path, me=BEN.id, **{"Idempotency-Key": f"key-{number}-of-ben"})
        assert 400 <= status < 500, body
        assert SECRET not in json.dumps(answer, ensure_ascii=False)


def test_an_edit_of_a_quote_does_not_bring_back_what_it_may_show_no_longer(scene: Scene) -> None:
    blocks_the_reader(scene)
    path = f"/v1/posts/{scene.ids['own']}"
    status, answer = scene.ask("PUT", path, {"text": "まだ"}, me=BEN.id, **{"If-Match": '"1"'})
    assert status == 200
    assert SECRET not in json.dumps(answer, ensure_ascii=False)
    scene.told()
    assert [path for path in scene.paths() if SECRET in scene.answer(path)] == []


@pytest.mark.parametrize(("audience", "text"), [("followers", SECRET), ("mentioned", f"@chie {SECRET}")])
def test_a_post_for_some_is_found_by_no_other(world: World, ask: Ask, audience: str, text: str) -> None:
    scene = stage(world, ask, audience, f"{text} #もみじ")
    ask("DELETE", f"/v1/profiles/{AIKO.id}/follow", me=BEN.id)
    kept(scene, CHIE.id)
    for path in (f"/v1/posts/{scene.secret}", f"/v1/profiles/{AIKO.id}/posts", "/v1/timelines/home"):
        assert SECRET in scene.answer(path, CHIE.id)
    assert [path for path in scene.paths() if SECRET in scene.answer(path)] == []
    assert_untold(scene, "secret")
    assert ask("PUT", f"/v1/posts/{scene.secret}/repost", me=CHIE.id)[0] == 409
    assert ask("POST", "/v1/posts", {"text": "見て", "quote": scene.secret}, me=CHIE.id)[0] == 403


def test_who_follows_a_private_account_passes_on_nothing_that_it_said_in_public_before(scene: Scene) -> None:
    goes_private(scene)
    scene.ask("DELETE", f"/v1/posts/{scene.secret}/repost", me=CHIE.id)
    assert scene.ask("PUT", f"/v1/posts/{scene.secret}/repost", me=CHIE.id)[0] == 409
    assert scene.ask("POST", "/v1/posts", {"text": "見て", "quote": scene.secret}, me=CHIE.id)[0] == 403
    assert SECRET in scene.answer(f"/v1/posts/{scene.ids['quote']}", CHIE.id)


def test_what_a_private_account_passes_on_is_for_its_followers(scene: Scene) -> None:
    scene.ask("PUT", "/v1/profiles/me", {"handle": "dai", "name": "D", "private": True}, me=MODERATORS[0].id)
    status, repost = scene.ask("PUT", f"/v1/posts/{scene.secret}/repost", me=MODERATORS[0].id)
    assert (status, repost["audience"]) == (200, "followers")
    assert scene.ask("GET", f"/v1/posts/{repost['id']}", me=BEN.id)[0] == 404


def test_what_someone_mutes_comes_in_no_list_of_several_people_and_can_be_opened(scene: Scene) -> None:
    scene.ask("PUT", f"/v1/profiles/{AIKO.id}/mute", {}, me=BEN.id)
    scene.ask("DELETE", f"/v1/posts/{scene.ids.pop('own')}", me=BEN.id)
    scene.told()
    lists = {"/v1/tags/もみじ/posts", "/v1/timelines/home", f"/v1/posts/{scene.ids['beginning']}/thread"}
    lists |= {f"/v1/posts/{scene.secret}/thread", f"/v1/profiles/{BEN.id}/posts"}
    assert {path for path in scene.paths() if SECRET not in scene.answer(path)} == lists
    assert scene.ask("GET", f"/v1/posts/{scene.secret}", me=BEN.id)[0] == 200


def test_who_is_suspended_reads_nothing(scene: Scene) -> None:
    report = scene.world.reporting.report(CHIE.id, Subject(SubjectKind.PROFILE, BEN.id), Reason.SPAM, "")
    scene.world.moderation.claim(report.id, MODERATORS[0].id)
    scene.world.moderation.resolve(report.id, MODERATORS[0].id, Measure.SUSPEND, (), "")
    scene.world.clock.move(STANDING_FRESHNESS + timedelta(seconds=1))
    telling = (f"/v1/posts/live?ids={scene.secret}", f"/v1/posts/{scene.secret}/reactions")
    assert {scene.ask("GET", path, me=BEN.id)[0] for path in (*scene.paths(), *telling)} == {403}


def test_what_someone_said_is_not_seen_of_their_account_while_it_is_being_deleted(scene: Scene) -> None:
    goes_private(scene)
    assert scene.ask("DELETE", "/v1/profiles/me", {"handle": AIKO.handle})[0] == 204
    assert [path for path in scene.paths() if SECRET in scene.answer(path)] == []
