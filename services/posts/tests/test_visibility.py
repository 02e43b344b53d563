"""Visibility: whoever may not see a post finds nothing of it, on whichever path they look for it."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import app
import pytest
from chalicelib.model import Deleted, Media, MediaStatus, PostId, State
from chalicelib.profiles import NAME_FRESHNESS, STANDING_FRESHNESS
from chalicelib.reports import Measure, Reason, Subject, SubjectKind
from contracts.http.openapi import document
from tests.api import Ask
from tests.fakes import AIKO, BEN, CHIE, World, person

pytestmark = pytest.mark.filterwarnings("ignore:CognitoUserPoolAuthorizer is not a supported")

SECRET = "秘密"
"""In all that Aiko says, and in nothing that others say or ask for."""

PHOTO = Media("photo", "/media/photo.webp", "image/webp", 4, 3, SECRET)
MODERATORS = person(8, "dai"), person(9, "emi")

SHOWING = {
    "/v1/posts/{post}": ("secret", "quote", "repost", "own"),
    "/v1/posts/{post}/history": ("secret",),
    "/v1/posts/{post}/thread": ("beginning", "secret"),
    "/v1/posts/{post}/poll": ("secret",),
}
"""Paths that lead to what a post says, and the posts through which they lead to the secret one."""

LISTS = {
    "/v1/profiles/{person}/posts": (AIKO, CHIE, BEN),
    "/v1/profiles/{person}/posts?only=media": (AIKO,),
    "/v1/profiles/{person}/posts?only=replies": (AIKO, CHIE),
    "/v1/profiles/{person}/pinned": (AIKO, CHIE),
}
"""Paths that list what a person posted, and those in whose lists the secret post is."""

PLACES = ("/v1/tags/もみじ/posts", "/v1/bookmarks", "/v1/timelines/home")
"""Other lists in which it is."""

TELLING = ("/v1/posts/live", "/v1/posts/{post}/reactions")
"""Paths that tell about a post, not what it says."""

ELSEWHERE = {
    "/v1/blocks",
    "/v1/drafts",
    "/v1/drafts/{draft}",
    "/v1/follow-requests",
    "/v1/health",
    "/v1/moderation/audit",
    "/v1/moderation/reports",
    "/v1/moderation/reports/{report}",
    "/v1/muted-words",
    "/v1/mutes",
    "/v1/profiles/me",
    "/v1/profiles/{person}",
}
"""Paths that show no posts of others, or to moderators only."""


@dataclass
class Scene:
    """Aiko's secret post and all that leads to it, made while Ben, who reads, could see it."""

    world: World
    ask: Ask
    ids: dict[str, str]

    @property
    def secret(self) -> str:
        return self.ids["secret"]

    def paths(self) -> Iterator[str]:
        """Return all addresses under which the secret may be found."""
        for path, names in SHOWING.items():
            yield from (path.format(post=self.ids[name]) for name in names if name in self.ids)
        for path, people in LISTS.items():
            yield from (path.format(person=one.id) for one in people)
        yield from PLACES

    def answer(self, path: str, me: str = BEN.id) -> str:
        """Return what Ben, or someone else, is answered, all pages of it."""
        status, found = self.ask("GET", path, me=me)
        pages = [found]
        while status == 200 and pages[-1].get("next"):
            pages.append(self.ask("GET", _further(path, pages[-1]["next"]), me=me)[1])
        return json.dumps(pages, ensure_ascii=False)

    def cursor(self, path: str) -> str | None:
        """Return where Ben's second page of a list starts, if it has one post a page."""
        path = path + ("&" if "?" in path else "?") + "limit=1"
        more = self.ask("GET", path, me=BEN.id)[1].get("next")
        return _further(path, more) if more else None

    def told(self) -> None:
        """Let posts' own consumers hear of all that happened."""
        for post, found in list(self.world.posts.posts.items()):
            self.world.relate(post)
            gone = isinstance(found, Deleted) or found.state is not State.PUBLISHED
            (self.world.fan_out.went if gone else self.world.fan_out.appeared)(post)


def _further(path: str, cursor: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}cursor={cursor}"


def made(ask: Ask, world: World, by: str, text: str, **more: Any) -> str:
    world.clock.move(timedelta(milliseconds=2))
    status, post = ask("POST", "/v1/posts", {"text": text, **more}, me=by)
    assert status == 201
    world.relate(PostId.parse(post["id"]))
    world.fan_out.appeared(PostId.parse(post["id"]))
    return str(post["id"])


def stage(world: World, ask: Ask, audience: str = "public", text: str = f"{SECRET}の #もみじ") -> Scene:
    """Return Aiko's answer to Chie, with a picture, a poll and a tag; Ben and Chie follow her."""
    world.people.join(*MODERATORS)
    world.posts.media["photo"] = MediaStatus("photo", AIKO.id, 1, PHOTO)
    for one, other in ((BEN, AIKO), (BEN, CHIE), (CHIE, AIKO)):
        ask("PUT", f"/v1/profiles/{other.id}/follow", me=one.id)
    beginning = made(ask, world, CHIE.id, "京都へ行きたい")
    poll = {"options": [f"{SECRET}一", f"{SECRET}二"], "minutes": 60}
    more = {"media": ["photo"], "poll": poll, "in_reply_to": beginning, "audience": audience}
    secret = made(ask, world, AIKO.id, text, **more)
    assert ask("PUT", f"/v1/posts/{secret}", {"text": f"今も{text}"}, **{"If-Match": '"1"'})[0] == 200
    ask("PUT", f"/v1/posts/{secret}/pin")
    scene = Scene(world, ask, {"beginning": beginning, "secret": secret})
    scene.told()
    return scene


def kept(scene: Scene, reader: str) -> None:
    """Let someone keep, react to and vote in the secret post."""
    for name in {"secret", "quote", "repost"} & scene.ids.keys():
        assert scene.ask("PUT", f"/v1/posts/{scene.ids[name]}/bookmark", me=reader)[0] == 204
    assert scene.ask("PUT", f"/v1/posts/{scene.secret}/reaction", {"emoji": "🍁"}, me=reader)[0] == 204
    assert scene.ask("PUT", f"/v1/posts/{scene.secret}/vote", {"options": [0]}, me=reader)[0] == 204
    scene.world.count()


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
    asked = [("GET", f"/v1/posts/{post}/reactions", None) for post in ids]
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
