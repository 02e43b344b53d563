"""Late follows and unfollows: what they give to a home timeline and take away, whatever happens meanwhile."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from chalicelib.model import Post
from chalicelib.ties import BACKFILL
from contracts.http.idempotency import Idempotency
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.fakes import AIKO, BEN, CHIE, Crash, World


def publish(world: World, text: str = "紅葉", *media: str) -> Post:
    world.clock.move(timedelta(milliseconds=3))
    post = world.publishing.publish(AIKO, text, media, None, Idempotency(None, ""))
    world.fan_out.appeared(post.id)
    return post


def delete(world: World, post: Post) -> None:
    world.publishing.delete(str(post.id), AIKO.id)
    world.fan_out.went(post.id)
    while world.queue.chunks:
        world.fan_out.serve(world.queue.chunks.pop())


def follow(world: World) -> None:
    world.graph.follow(world.profiles.own(BEN.id), world.profiles.own(AIKO.id))
    world.ties.settle(BEN.id, AIKO.id)


def unfollow(world: World) -> None:
    world.graph.unfollow(world.profiles.own(BEN.id), world.profiles.own(AIKO.id))


def home(world: World) -> list[Post]:
    return list(world.timelines.home(BEN.id, None, 50).posts)


def test_a_late_follow_brings_a_page_of_what_was_posted_before(world: World) -> None:
    posts = [publish(world, str(number)) for number in range(BACKFILL + 1)]
    publish(world, "waits", "m1")
    follow(world)
    assert home(world) == posts[:1:-1]
    world.ties.settle(BEN.id, AIKO.id)
    assert home(world) == posts[:1:-1]


def test_who_has_posted_nothing_gives_nothing(world: World) -> None:
    follow(world)
    assert home(world) == []
    world.ties.settle(CHIE.id, AIKO.id)
    assert not world.entries.given


def test_a_post_that_a_follow_brought_goes_when_it_is_deleted(world: World) -> None:
    posts = [publish(world, str(number)) for number in range(3)]
    follow(world)
    delete(world, posts[1])
    assert home(world) == [posts[2], posts[0]]
    assert not world.readers(posts[1].id)


def test_an_unfollow_takes_effect_at_the_next_read_and_is_cleaned_up_after(world: World) -> None:
    post = publish(world)
    follow(world)
    unfollow(world)
    assert home(world) == []
    assert world.readers(post.id) == {AIKO.id, BEN.id}
    world.ties.settle(BEN.id, AIKO.id)
    assert world.readers(post.id) == {AIKO.id}


def test_what_comes_after_an_unfollow_from_a_fan_out_that_began_before_is_not_shown(world: World) -> None:
    follow(world)
    unfollow(world)
    world.ties.settle(BEN.id, AIKO.id)
    late = publish(world)
    world.entries.entries[BEN.id, late.id] = late
    assert home(world) == []


def test_following_again_brings_it_back(world: World) -> None:
    post = publish(world)
    for _ in range(2):
        follow(world)
        assert home(world) == [post]
        unfollow(world)
        world.ties.settle(BEN.id, AIKO.id)
    follow(world)
    assert home(world) == [post]


def leave(world: World, _: Post) -> None:
    unfollow(world)


def leave_and_be_cleaned_up_after(world: World, _: Post) -> None:
    unfollow(world)
    world.ties.settle(BEN.id, AIKO.id)


def leave_and_come_back(world: World, _: Post) -> None:
    unfollow(world)
    follow(world)


def come_back_after_a_deletion(world: World, post: Post) -> None:
    delete(world, post)
    leave_and_come_back(world, post)


def post_another(world: World, _: Post) -> None:
    publish(world)


HAPPENINGS: list[Callable[[World, Post], None]] = [
    delete,
    leave,
    leave_and_be_cleaned_up_after,
    leave_and_come_back,
    come_back_after_a_deletion,
    post_another,
]


def crash() -> None:
    raise Crash


@settings(deadline=None, max_examples=400)
@given(
    moment=st.integers(1, 12),
    happening=st.sampled_from(HAPPENINGS),
    crash_at=st.one_of(st.none(), st.integers(1, 20)),
    victim=st.integers(0, 2),
    leaving=st.booleans(),
)
def test_whatever_happens_meanwhile_the_home_is_right_in_the_end(
    moment: int,
    happening: Callable[[World, Post], None],
    crash_at: int | None,
    victim: int,
    leaving: bool,
) -> None:
    world = World()
    world.people.join(AIKO, BEN)
    posts = [publish(world, str(number)) for number in range(3)]
    world.people.follow(BEN, AIKO.id)
    if leaving:
        world.ties.settle(BEN.id, AIKO.id)
        unfollow(world)
    if crash_at is not None:
        world.moments.planned[world.moments.passed + crash_at] = crash
    world.moments.planned[world.moments.passed + moment] = lambda: happening(world, posts[victim])
    for _ in range(4):  # the event comes again until it is done
        try:
            world.ties.settle(BEN.id, AIKO.id)
            break
        except Crash:
            continue
    world.moments.planned.clear()
    world.fan_out.went(posts[victim].id)  # a deletion's event that met the crash comes again, too
    world.ties.settle(BEN.id, AIKO.id)  # as does that of the last turn of the edge
    alive = [post for post in world.posts.posts.values() if isinstance(post, Post)]
    expected = {post.id for post in alive} if world.people.follows(BEN.id, AIKO.id) else set()
    assert {post.id for reader, post in _entries(world) if reader == BEN.id} == expected
    assert {post.id for post in home(world)} == expected


def _entries(world: World) -> list[tuple[str, Post]]:
    return [(reader, post) for (reader, _), post in world.entries.entries.items()]


def test_a_post_deleted_between_look_and_gift_is_not_given(world: World) -> None:
    posts = [publish(world, str(number)) for number in range(2)]
    world.people.follow(BEN, AIKO.id)
    note = world.entries.note

    def note_and_delete(reader: str, given: list[Post]) -> None:
        note(reader, given)
        if len(given) == 2:
            world.publishing.delete(str(posts[0].id), AIKO.id)

    world.entries.note = note_and_delete  # type: ignore[method-assign, assignment]
    world.ties.settle(BEN.id, AIKO.id)
    assert home(world) == [posts[1]]


@pytest.mark.parametrize("count", [1, 3])
def test_so_many_posts_are_given_as_are_asked_for(world: World, count: int) -> None:
    posts = [publish(world, str(number)) for number in range(4)]
    world.people.follow(BEN, AIKO.id)
    type(world.ties)(world.people, world.posts, world.entries, count).settle(BEN.id, AIKO.id)
    assert home(world) == posts[: -count - 1 : -1]
