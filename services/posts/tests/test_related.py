"""Threads, tags and tabs: what they show, in whatever order things happen."""

from collections.abc import Callable
from contextlib import suppress
from itertools import cycle

import pytest
from chalicelib.editing import Wording
from chalicelib.listings import listed_in
from chalicelib.model import Media, MediaStatus, NoSuchPost, Post
from chalicelib.people import Person
from chalicelib.terms import Audience, Terms
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.api import Ask, posted
from tests.fakes import AIKO, BEN, CHIE, World
from tests.relating import ANY, NO_KEY, delete, publish


def shown(world: World, post: Post, reader: Person = AIKO, limit: int = 20) -> list[Post | None]:
    """Return all of a thread, page by page."""
    found: list[Post | None] = []
    cursor = None
    while True:
        rows = world.threads.thread(str(post.id), reader.id, cursor, limit)
        assert len(rows.posts) <= limit
        found += [one if isinstance(one, Post) else None for one in rows.posts]
        cursor = rows.next
        if cursor is None:
            return found


def under(world: World, tag: str, reader: Person = BEN) -> list[str]:
    return [post.text for post in world.threads.tag(tag, reader.id, None, 20).posts]


@settings(deadline=None, max_examples=60)
@given(
    parents=st.lists(st.integers(0, 30), max_size=14),
    limit=st.integers(1, 5),
    gone=st.sets(st.integers(0, 14)),
)
def test_a_thread_has_all_its_posts_once_from_each_of_them_and_gaps_for_deleted_ones(
    parents: list[int], limit: int, gone: set[int]
) -> None:
    world = World()
    world.people.join(AIKO, BEN)
    posts = [publish(world, "始まり")]
    for number, parent in enumerate(parents):
        posts.append(
            publish(world, f"答え {number}", by=(AIKO, BEN)[number % 2], to=posts[parent % len(posts)])
        )
    for number in gone:
        if number < len(posts):
            delete(world, posts[number])
    expected = [None if number in gone else post for number, post in enumerate(posts)]
    for post in posts:
        if post in expected:
            assert shown(world, post, limit=limit) == expected


def test_an_answer_a_thousand_deep_is_in_the_thread_of_the_first(world: World) -> None:
    first = last = publish(world)
    for _ in range(1_000):
        last = world.publishing.publish(AIKO, "続く", (), str(last.id), NO_KEY)
    assert last.thread == first.id


def test_a_thread_shows_a_reader_only_what_is_for_them(world: World) -> None:
    first = publish(world)
    secret = publish(world, "@ben ひみつ", to=first, terms=Terms(audience=Audience.MENTIONED))
    assert shown(world, first, CHIE) == [first]
    assert shown(world, first, BEN) == [first, secret]
    delete(world, secret)
    assert shown(world, first, BEN) == [first]
    with pytest.raises(NoSuchPost):
        world.threads.thread(str(secret.id), CHIE.id, None, 20)


def test_a_beginning_that_the_reader_may_not_see_is_a_gap(world: World) -> None:
    first = publish(world, "@ben", terms=Terms(audience=Audience.MENTIONED))
    answer = publish(world, "はい", by=BEN, to=first)
    assert shown(world, answer, CHIE) == [None, answer]


def test_tags_list_public_posts_in_whatever_width_and_case(world: World) -> None:
    publish(world, "#Kyoto")
    publish(world, "＃ｋｙｏｔｏ も")
    publish(world, "#kyoto ひみつ", terms=Terms(audience=Audience.FOLLOWERS))
    assert under(world, "KYOTO") == ["＃ｋｙｏｔｏ も", "#Kyoto"]
    assert under(world, "#") == []


def test_an_edit_moves_a_post_between_tags_and_a_deletion_takes_it_from_all(world: World) -> None:
    post = publish(world, "#京都 #秋")
    world.editing.edit(str(post.id), AIKO.id, Wording("#奈良 #秋"), ANY)
    world.relate(post.id)
    assert (under(world, "京都"), under(world, "奈良"), under(world, "秋")) == (
        [],
        ["#奈良 #秋"],
        ["#奈良 #秋"],
    )
    world.editing.edit(str(post.id), AIKO.id, Wording("秋"), ANY)
    world.relate(post.id)
    assert under(world, "秋") == []
    delete(world, post)
    assert not any(world.lists.rows.values())
    assert not world.posts.old


def test_tabs_hold_media_and_answers_for_who_may_see_them(world: World) -> None:
    photo = Media("m1", "/m1", "image/webp", 1, 1)
    world.posts.learn(MediaStatus("m1", AIKO.id, 1, photo))
    first = publish(world, "写真", "m1", terms=Terms(audience=Audience.FOLLOWERS))
    answer = publish(world, "追記", to=first)
    world.people.follow(BEN, AIKO.id)
    assert list(world.threads.media(AIKO.id, BEN.id, None, 20).posts) == [first]
    assert not world.threads.media(AIKO.id, CHIE.id, None, 20).posts
    assert list(world.threads.replies(AIKO.id, CHIE.id, None, 20).posts) == [answer]
    delete(world, first)
    delete(world, answer)
    assert not world.threads.media(AIKO.id, BEN.id, None, 20).posts
    assert not world.threads.replies(AIKO.id, BEN.id, None, 20).posts


@settings(deadline=None, max_examples=200)
@given(moments=st.lists(st.integers(1, 25), min_size=1, max_size=3), last=st.booleans())
def test_lists_come_to_the_last_state_whatever_happens_on_the_way(moments: list[int], last: bool) -> None:
    world = World()
    world.people.join(AIKO, BEN)
    first = publish(world)
    post = world.publishing.publish(AIKO, "#a #b", (), str(first.id), NO_KEY)
    texts = cycle(["#b #c", "#d", "なし"])

    def move() -> None:
        with suppress(NoSuchPost):
            world.editing.edit(str(post.id), AIKO.id, Wording(next(texts)), ANY)

    def go() -> None:
        world.publishing.delete(str(post.id), AIKO.id)

    steps: list[Callable[[], object]] = [*(move for _ in moments[:-1]), go if last else move]
    at = world.moments.passed
    planned: dict[int, Callable[[], object]] = {}
    for moment, step in zip(moments, steps, strict=True):
        at += moment
        planned[at] = step
    world.moments.planned = planned
    world.listings.follow(post.id, post)
    for step in list(world.moments.planned.values()):
        step()
    world.moments.planned = {}
    for _ in range(2):
        world.relate(post.id)
    held = {name for name, rows in world.lists.rows.items() if isinstance(rows.get(post.id), Post)}
    now = world.posts.posts[post.id]
    assert held == (set(listed_in(now)) if isinstance(now, Post) else set())
    for name in held:
        assert world.lists.rows[name][post.id] == now


def test_the_routes_show_threads_tags_tabs_quotes_and_reposts(ask: Ask, world: World) -> None:
    first = posted(ask, "#京都 へ")
    answer = posted(ask, "はい", in_reply_to=first["id"])
    quote = posted(ask, "これ", quote=first["id"], quotes="nobody")
    world.relate(*world.posts.posts)
    thread = ask("GET", f"/v1/posts/{answer['id']}/thread", me=BEN.id)[1]
    assert thread == {"items": [{"id": one["id"], "post": one} for one in (first, answer)], "next": None}
    assert ask("GET", "/v1/tags/%E4%BA%AC%E9%83%BD/posts")[1]["items"] == [first]
    assert ask("GET", f"/v1/profiles/{AIKO.id}/posts?only=replies")[1]["items"] == [answer]
    assert ask("GET", f"/v1/profiles/{AIKO.id}/posts?only=media")[1]["items"] == []
    assert ask("GET", f"/v1/profiles/{AIKO.id}/posts?only=likes")[0] == 422
    assert (quote["quote"]["id"], quote["quote"]["text"]) == (first["id"], "#京都 へ")
    status, repost = ask("PUT", f"/v1/posts/{first['id']}/repost", me=BEN.id)
    assert (status, repost["text"], repost["repost_of"]["id"]) == (200, "", first["id"])
    assert ask("POST", "/v1/posts", {"text": "x", "quote": quote["id"]}, me=BEN.id)[0] == 403
    assert ask("DELETE", f"/v1/posts/{first['id']}/repost", me=BEN.id) == (204, {})
    assert ask("GET", f"/v1/posts/{repost['id']}")[0] == 404
