"""The routes of what people do to posts: what they answer, and the problems they name."""

from typing import Any

import pytest
from chalicelib.live import COUNT_FRESHNESS
from tests.api import Ask, posted, slug
from tests.fakes import AIKO, BEN, CHIE, World

pytestmark = pytest.mark.filterwarnings("ignore:CognitoUserPoolAuthorizer is not a supported")

ID = "XA6NGjtSTw6dTmofDCt-kQGiDW1aAHJlcGx5LTAwMDE"

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
        ("PUT", "/v1/posts/x/bookmark"),
        ("DELETE", "/v1/posts/x/bookmark"),
        ("GET", "/v1/bookmarks"),
        ("PUT", "/v1/posts/x/vote"),
        ("GET", "/v1/posts/x/poll"),
        ("GET", "/v1/posts/live?ids=x"),
    ],
)
def test_every_route_asks_a_newcomer_for_a_profile(ask: Ask, method: str, path: str) -> None:
    body = {"options": [0]} if path.endswith("vote") else {"emoji": "🍁"} if method == "PUT" else None
    status, problem = ask(method, path, body, me=NEWCOMER)
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
        ("PUT", "/v1/posts/x/bookmark", None, 404, "not-found"),
        ("PUT", f"/v1/posts/{'A' * 43}/bookmark", None, 404, "not-found"),
        ("DELETE", "/v1/posts/x/bookmark", None, 404, "not-found"),
        ("GET", "/v1/bookmarks?cursor=forged", None, 400, "bad-cursor"),
        ("GET", "/v1/posts/live", None, 422, "invalid"),
        ("GET", "/v1/posts/live?ids=", None, 422, "invalid"),
        ("GET", "/v1/posts/live?ids=x", None, 422, "invalid"),
        ("GET", f"/v1/posts/live?ids={'A' * 43},", None, 422, "invalid"),
        ("GET", "/v1/posts/live?ids=" + ",".join([ID] * 51), None, 422, "invalid"),
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


def test_bookmarks_are_listed_newest_first_without_what_can_be_seen_no_longer(ask: Ask) -> None:
    first, second, third = (posted(ask, str(number))["id"] for number in range(3))
    for post in (second, first, third, second):
        assert ask("PUT", f"/v1/posts/{post}/bookmark", me=BEN.id) == (204, {})
    assert [one["id"] for one in ask("GET", "/v1/bookmarks", me=BEN.id)[1]["items"]] == [third, first, second]
    assert ask("GET", "/v1/bookmarks") == (200, {"items": [], "next": None})
    page = ask("GET", "/v1/bookmarks?limit=2", me=BEN.id)[1]
    rest = ask("GET", f"/v1/bookmarks?cursor={page['next']}", me=BEN.id)[1]
    assert [one["id"] for one in (*page["items"], *rest["items"])] == [third, first, second]
    ask("DELETE", f"/v1/posts/{first}")
    for _ in range(2):
        assert ask("DELETE", f"/v1/posts/{third}/bookmark", me=BEN.id) == (204, {})
    assert [one["id"] for one in ask("GET", "/v1/bookmarks", me=BEN.id)[1]["items"]] == [second]
    ask("PUT", "/v1/profiles/@ben/block")
    assert ask("GET", "/v1/bookmarks", me=BEN.id)[1]["items"] == []


def test_live_tells_counts_what_i_did_and_what_authors_are_called_now(ask: Ask, world: World) -> None:
    post, other = posted(ask)["id"], posted(ask)["id"]
    for person, emoji in ((AIKO, "🍁"), (BEN, "👍"), (CHIE, "👍")):
        ask("PUT", f"/v1/posts/{post}/reaction", {"emoji": emoji}, me=person.id)
    ask("PUT", f"/v1/posts/{other}/bookmark", me=BEN.id)
    ask("PUT", "/v1/profiles/me", {"handle": "aiko", "name": "愛子"})
    world.count()
    status, live = ask("GET", f"/v1/posts/live?ids={post},{other},{post}", me=BEN.id)
    assert status == 200
    assert live == {
        "items": [
            {
                "id": post,
                "replies": 0,
                "quotes": 0,
                "reposts": 0,
                "reactions": [{"emoji": "👍", "count": 2}, {"emoji": "🍁", "count": 1}],
                "mine": {"reaction": "👍", "bookmarked": False, "vote": None},
            },
            {
                "id": other,
                "replies": 0,
                "quotes": 0,
                "reposts": 0,
                "reactions": [],
                "mine": {"reaction": None, "bookmarked": True, "vote": None},
            },
        ],
        "authors": [{"id": AIKO.id, "handle": "aiko", "name": "愛子"}],
    }


def test_live_counts_are_a_few_seconds_old_at_most_and_what_i_did_is_never_old(
    ask: Ask, world: World
) -> None:
    post = posted(ask)["id"]

    def look() -> tuple[Any, Any]:
        (item,) = ask("GET", f"/v1/posts/live?ids={post}")[1]["items"]
        return item["reactions"], item["mine"]["reaction"]

    assert look() == ([], None)
    ask("PUT", f"/v1/posts/{post}/reaction", {"emoji": "🍁"})
    world.count()
    assert look() == ([], "🍁")
    world.clock.move(COUNT_FRESHNESS)
    assert look() == ([{"emoji": "🍁", "count": 1}], "🍁")


def test_live_and_the_list_of_reactors_leave_out_who_is_blocked_either_way(ask: Ask, world: World) -> None:
    post = posted(ask)["id"]
    for person in (BEN, CHIE):
        ask("PUT", f"/v1/posts/{post}/reaction", {"emoji": "🍁"}, me=person.id)
    world.count()
    ask("PUT", "/v1/profiles/@chie/block")
    assert [one["person"]["id"] for one in ask("GET", f"/v1/posts/{post}/reactions")[1]["items"]] == [BEN.id]
    for person, shown in ((BEN, 1), (CHIE, 0)):
        assert len(ask("GET", f"/v1/posts/live?ids={post}", me=person.id)[1]["items"]) == shown
