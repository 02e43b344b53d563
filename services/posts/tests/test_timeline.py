"""Timelines: pages without a gap or a double, for those who may see."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from chalicelib.model import Post, State
from chalicelib.timeline import QUERIES_A_PAGE, Slice
from contracts.http.idempotency import Idempotency
from contracts.http.problems import Problem
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.fakes import AIKO, BEN, CHIE, World

KINDS = st.sampled_from(["published", "pending", "deleted"])


def publish(world: World, *media: str, text: str = "今日") -> Post:
    world.clock.move(timedelta(milliseconds=3))
    return world.publishing.publish(AIKO, text, media, None, Idempotency(None, ""))


def pages(read: Callable[[str | None, int], Slice], limit: int) -> list[list[Post]]:
    found: list[list[Post]] = []
    cursor = None
    while True:
        page = read(cursor, limit)
        found.append(list(page.posts))
        cursor = page.next
        if cursor is None:
            return found


@settings(deadline=None, max_examples=150)
@given(count=st.integers(0, 12), limit=st.integers(1, 5), deleted=st.sets(st.integers(0, 11)))
def test_home_pages_hold_every_entry_once_newest_first(count: int, limit: int, deleted: set[int]) -> None:
    world = World()
    world.people.join(AIKO, BEN)
    world.people.follow(BEN, AIKO.id)
    posts = [publish(world) for _ in range(count)]
    for post in posts:
        world.fan_out.appeared(post.id)
    for index, post in enumerate(posts):
        if index in deleted:
            world.publishing.delete(str(post.id), AIKO.id)
            world.fan_out.went(post.id)
    found = pages(lambda cursor, size: world.timelines.home(BEN.id, cursor, size), limit)
    expected = [post.id for index, post in enumerate(posts) if index not in deleted]
    assert [post.id for page in found for post in page] == expected[::-1]
    assert all(len(page) == limit for page in found[:-1])


@settings(deadline=None, max_examples=150)
@given(kinds=st.lists(KINDS, max_size=15), limit=st.integers(1, 5))
def test_profile_pages_hold_every_visible_post_once_newest_first(kinds: list[str], limit: int) -> None:
    world = World()
    world.people.join(AIKO, BEN)
    mine, public = [], []
    for kind in kinds:
        post = publish(world, *(["m1"] if kind == "pending" else []))
        if kind == "deleted":
            world.publishing.delete(str(post.id), AIKO.id)
            continue
        mine.append(post.id)
        if kind == "published":
            public.append(post.id)
    for reader, expected in ((AIKO.id, mine), (BEN.id, public)):
        found = pages(partial(world.timelines.profile, AIKO.id, reader), limit)
        assert [post.id for page in found for post in page] == expected[::-1]
        assert all(len(page) <= limit for page in found)


@settings(deadline=None, max_examples=60)
@given(before=st.integers(1, 8), between=st.integers(0, 4), limit=st.integers(1, 4))
def test_what_is_posted_between_two_pages_moves_none_of_the_rest(
    before: int, between: int, limit: int
) -> None:
    world = World()
    world.people.join(AIKO)
    old = [publish(world).id for _ in range(before)]
    first = world.timelines.profile(AIKO.id, BEN.id, None, limit)
    for _ in range(between):
        publish(world)
    seen = [post.id for post in first.posts]
    if first.next:
        rest = pages(
            lambda cursor, size: world.timelines.profile(AIKO.id, BEN.id, cursor or first.next, size), limit
        )
        seen += [post.id for page in rest for post in page]
    assert seen == old[::-1]


def test_a_page_that_finds_too_little_is_short_and_leads_on(world: World) -> None:
    shown = publish(world)
    for _ in range(QUERIES_A_PAGE * 2):
        world.publishing.delete(str(publish(world).id), AIKO.id)
    first = world.timelines.profile(AIKO.id, BEN.id, None, 2)
    assert not first.posts
    assert first.next
    assert [post.id for post in world.timelines.profile(AIKO.id, BEN.id, first.next, 2).posts] == [shown.id]


def test_a_post_that_waited_too_long_shows_as_a_draft_to_its_author(world: World) -> None:
    post = publish(world, "m1")
    world.clock.move(timedelta(hours=1))
    (seen,) = world.timelines.profile(AIKO.id, AIKO.id, None, 20).posts
    assert seen == replace(post, state=State.DRAFT, hindrance=seen.hindrance)


def test_a_cursor_is_good_for_its_list_and_its_reader_only(world: World) -> None:
    for _ in range(3):
        world.fan_out.appeared(publish(world).id)
    cursor = world.timelines.home(AIKO.id, None, 1).next
    assert cursor
    changed = cursor[:-1] + ("A" if cursor[-1] != "A" else "B")
    misuses: list[Callable[[], object]] = [
        lambda: world.timelines.home(CHIE.id, cursor, 1),
        lambda: world.timelines.profile(AIKO.id, AIKO.id, cursor, 1),
        lambda: world.timelines.home(AIKO.id, changed, 1),
        lambda: world.timelines.home(AIKO.id, "", 1),
    ]
    for misuse in misuses:
        with pytest.raises(Problem):
            misuse()
