"""Polls: what may be asked, one vote for everyone, and who sees how it stands."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from chalicelib.model import InvalidPost, Poll
from chalicelib.polls import (
    LONGEST,
    OPTION_LIMIT,
    OPTIONS_AT_MOST,
    SHORTEST,
    InvalidVote,
    Question,
    checked_poll,
    checked_vote,
)
from tests.api import Ask, posted, slug
from tests.fakes import AIKO, BEN, CHIE, World

pytestmark = pytest.mark.filterwarnings("ignore:CognitoUserPoolAuthorizer is not a supported")

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
POLL = {"options": ["嵐山", "高雄"], "minutes": 60}


def asked(ask: Ask, **more: Any) -> str:
    return f"/v1/posts/{posted(ask, poll=POLL | more)['id']}"


def standing(ask: Ask, post: str, me: str = BEN.id) -> dict[str, Any]:
    status, poll = ask("GET", f"{post}/poll", me=me)
    assert status == 200
    return poll


def votes(poll: dict[str, Any]) -> list[int | None]:
    return [option["votes"] for option in poll["options"]]


def test_a_poll_is_shown_with_its_post_and_hides_how_it_stands_until_one_has_voted(
    ask: Ask, world: World
) -> None:
    post = asked(ask)
    shown = ask("GET", post)[1]["poll"]
    assert (shown["options"], shown["multiple"]) == (["嵐山", "高雄"], False)
    assert ask("PUT", f"{post}/vote", {"options": [1]}, me=CHIE.id) == (204, {})
    world.count()
    hidden = standing(ask, post)
    assert (votes(hidden), hidden["voters"], hidden["mine"]) == ([None, None], None, None)
    assert votes(standing(ask, post, AIKO.id)) == [0, 1]
    ask("PUT", f"{post}/vote", {"options": [1]}, me=BEN.id)
    world.count()
    seen = standing(ask, post)
    assert (votes(seen), seen["voters"], seen["mine"], seen["ended"]) == ([0, 2], 2, [1], False)
    (live,) = ask("GET", f"/v1/posts/live?ids={post.rsplit('/', 1)[1]}", me=BEN.id)[1]["items"]
    assert (live["mine"]["vote"], live["reactions"]) == ([1], [])


def test_a_vote_is_given_once_and_the_same_one_again_changes_nothing(ask: Ask, world: World) -> None:
    post = asked(ask, multiple=True)
    for options in ([1, 0], [0, 1]):
        assert ask("PUT", f"{post}/vote", {"options": options}, me=BEN.id) == (204, {})
    status, problem = ask("PUT", f"{post}/vote", {"options": [0]}, me=BEN.id)
    assert (status, slug(problem)) == (409, "conflict")
    world.count()
    assert votes(standing(ask, post)) == [1, 1]
    assert standing(ask, post)["voters"] == 1


def test_a_poll_takes_votes_until_its_end_and_then_shows_all_how_it_stands(ask: Ask, world: World) -> None:
    post = asked(ask)
    world.clock.time = datetime.fromisoformat(standing(ask, post)["ends_at"])
    world.clock.move(timedelta(microseconds=-1))
    assert ask("PUT", f"{post}/vote", {"options": [0]}, me=CHIE.id) == (204, {})
    world.clock.move(timedelta(microseconds=1))
    status, problem = ask("PUT", f"{post}/vote", {"options": [0]}, me=BEN.id)
    assert (status, problem["detail"]) == (409, "This poll has ended.")
    world.count()
    seen = standing(ask, post)
    assert (votes(seen), seen["ended"], seen["mine"]) == ([1, 0], True, None)


def test_a_post_without_a_poll_takes_no_votes(ask: Ask) -> None:
    post = f"/v1/posts/{posted(ask)['id']}"
    for method, path, body in (("PUT", "vote", {"options": [0]}), ("GET", "poll", None)):
        status, problem = ask(method, f"{post}/{path}", body)
        assert (status, slug(problem)) == (404, "not-found")
    assert ask("GET", post)[1]["poll"] is None


def test_a_post_that_waits_takes_no_votes(ask: Ask) -> None:
    post = f"/v1/posts/{posted(ask, poll=POLL, media=['m1'])['id']}"
    assert ask("PUT", f"{post}/vote", {"options": [0]})[0] == 404


@pytest.mark.parametrize("options", [[], [2], [-1], [0, 1], [0, 0], ["x"], [0] * 11])
def test_a_vote_that_the_poll_does_not_know_is_refused(ask: Ask, options: list[Any]) -> None:
    status, problem = ask("PUT", f"{asked(ask)}/vote", {"options": options}, me=BEN.id)
    assert (status, slug(problem)) == (422, "invalid")


@pytest.mark.parametrize(
    "poll",
    [
        {"options": ["a"], "minutes": 60},
        {"options": [str(number) for number in range(11)], "minutes": 60},
        {"options": ["a", " a "], "minutes": 60},
        {"options": ["a", " "], "minutes": 60},
        {"options": ["a", "b\nc"], "minutes": 60},
        {"options": ["a", "b" * 51], "minutes": 60},
        {"options": ["a", "b"], "minutes": 4},
        {"options": ["a", "b"], "minutes": 43_201},
        {"options": ["a", "b"]},
    ],
)
def test_a_poll_that_the_rules_refuse_makes_no_post(ask: Ask, world: World, poll: dict[str, Any]) -> None:
    status, problem = ask("POST", "/v1/posts", {"text": "どこ？", "poll": poll})
    assert (status, slug(problem)) == (422, "invalid")
    assert not world.posts.posts


def test_a_poll_at_its_limits_is_taken() -> None:
    for minutes in (SHORTEST // MINUTE, LONGEST // MINUTE):
        poll = checked_poll(Question(("あ" * OPTION_LIMIT, " b "), False, minutes), NOON)
        assert poll == Poll(("あ" * OPTION_LIMIT, "b"), False, NOON + minutes * MINUTE)
    many = [str(number) for number in range(OPTIONS_AT_MOST)]
    assert len(checked_poll(Question(many, True, 60), NOON).options) == OPTIONS_AT_MOST
    for minutes in (SHORTEST // MINUTE - 1, LONGEST // MINUTE + 1):
        with pytest.raises(InvalidPost, match="5 minutes to 30 days"):
            checked_poll(Question(many, True, minutes), NOON)
    for options in (many[:1], [*many, "x"]):
        with pytest.raises(InvalidPost, match="2 to 10 options"):
            checked_poll(Question(options, True, 60), NOON)


def test_the_same_key_and_poll_are_one_post_and_another_poll_is_refused(ask: Ask) -> None:
    key = {"Idempotency-Key": "a-poll"}
    first = ask("POST", "/v1/posts", {"text": "どこ？", "poll": POLL}, **key)
    assert first[0] == 201
    assert ask("POST", "/v1/posts", {"text": "どこ？", "poll": POLL}, **key) == first
    other = POLL | {"options": ["嵐山", "鞍馬"]}
    assert ask("POST", "/v1/posts", {"text": "どこ？", "poll": other}, **key)[0] == 422


def test_a_vote_says_what_is_wrong_with_it() -> None:
    with pytest.raises(InvalidVote, match="each once"):
        checked_vote(Poll(("a", "b"), multiple=True, ends_at=NOON), (0, 0))
