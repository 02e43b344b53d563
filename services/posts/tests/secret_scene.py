"""A secret post and all the ways that lead to it, for the tests of visibility."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from chalicelib.model import Deleted, Media, MediaStatus, PostId, State
from tests.api import Ask
from tests.fakes import AIKO, BEN, CHIE, World, person

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
