"""The routes of what people do to posts: what they answer, and the problems they name."""

from typing import Any

import pytest
from tests.api import Ask, posted, slug
from tests.fakes import AIKO, BEN, CHIE, World

pytestmark = pytest.mark.filterwarnings("ignore:CognitoUserPoolAuthorizer is not a supported")

NEWCOMER = "00000000-0000-0000-0000-0000000000ff"


def test_a_reaction_is_made_changed_listed_and_taken_back(ask: Ask, world: World) -> None:
    post = f"/v1/posts/{posted(ask)['id']}"
    for emoji in ("🍁", "❤"):
        assert ask("PUT", f"{post}/reaction", {"emoji": emoji}, me=BEN.id) == (204, {})
    ask("PUT", f"{post}/reaction", {"emoji": ":kusa:"}, me=CHIE.id)
    world.count()
    ben, chie = (
        {"person": {"id": one.id, "handle": one.handle, "name": one.name}, "emoji": emoji}
        for one, emoji in ((BEN, "❤️"), (CHIE, ":kusa:"))
    )
    assert ask("GET", f"{post}/reactions") == (200, {"items": [ben, chie], "next": None})
    first = ask("GET", f"{post}/reactions?limit=1")[1]
    assert first["items"] == [ben]
    assert ask("GET", f"{post}/reactions?cursor={first['next']}")[1]["items"] == [chie]
    assert ask("GET", f"{post}/reactions?cursor={first['next']}", me=BEN.id)[0] == 400
    for _ in range(2):
        assert ask("DELETE", f"{post}/reaction", me=BEN.id) == (204, {})
    world.count()
    assert ask("GET", f"{post}/reactions")[1]["items"] == [chie]


def test_a_reaction_can_be_taken_back_when_the_post_is_gone(ask: Ask) -> None:
    post = f"/v1/posts/{posted(ask)['id']}"
    ask("PUT", f"{post}/reaction", {"emoji": "🍁"}, me=BEN.id)
    ask("DELETE", post)
    assert ask("DELETE", f"{post}/reaction", me=BEN.id) == (204, {})
    assert ask("PUT", f"{post}/reaction", {"emoji": "🍁"}, me=BEN.id)[0] == 404
    assert ask("GET", f"{post}/reactions", me=BEN.id)[0] == 404


def test_a_post_that_waits_takes_no_reaction_not_even_its_authors(ask: Ask) -> None:
    post = f"/v1/posts/{posted(ask, media=['m1'])['id']}"
    assert ask("PUT", f"{post}/reaction", {"emoji": "🍁"})[0] == 404


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", "/v1/posts/x/reaction"),
        ("DELETE", "/v1/posts/x/reaction"),
        ("GET", "/v1/posts/x/reactions"),
    ],
)
def test_every_route_asks_a_newcomer_for_a_profile(ask: Ask, method: str, path: str) -> None:
    status, problem = ask(method, path, {"emoji": "🍁"} if method == "PUT" else None, me=NEWCOMER)
    assert (status, slug(problem)) == (409, "profile-required")


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "problem"),
    [
        ("PUT", "/v1/posts/x/reaction", {"emoji": "🍁"}, 404, "not-found"),
        ("PUT", f"/v1/posts/{'A' * 43}/reaction", {"emoji": "🍁"}, 404, "not-found"),
        ("PUT", f"/v1/posts/{'A' * 43}/reaction", {"emoji": "草"}, 422, "invalid"),
        ("PUT", f"/v1/posts/{'A' * 43}/reaction", {"emoji": "🍁" * 49}, 422, "invalid"),
        ("PUT", f"/v1/posts/{'A' * 43}/reaction", {}, 422, "invalid"),
        ("DELETE", "/v1/posts/x/reaction", None, 404, "not-found"),
        ("GET", f"/v1/posts/{'A' * 43}/reactions", None, 404, "not-found"),
    ],
)
def test_what_is_wrong_is_a_problem_with_a_name(
    ask: Ask, world: World, method: str, path: str, body: Any, status: int, problem: str
) -> None:
    answered, details = ask(method, path, body)
    assert (answered, slug(details)) == (status, problem)
    assert not world.acts.reactions


def test_who_reacts_signs_with_the_name_they_have(ask: Ask, world: World) -> None:
    post = f"/v1/posts/{posted(ask)['id']}"
    ask("PUT", "/v1/profiles/me", {"handle": "aiko", "name": "愛子"})
    ask("PUT", f"{post}/reaction", {"emoji": "🍁"})
    assert world.acts.told[-1].by == type(AIKO)(AIKO.id, "aiko", "愛子")
