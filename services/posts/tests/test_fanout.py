"""Fan-out: timelines come to what the posts call for, whatever comes twice, late or in between."""

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from math import ceil

import pytest
from chalicelib.fanout import Chunk
from chalicelib.model import Deleted, Post, PostId
from contracts.http.idempotency import Idempotency
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.fakes import AIKO, BEN, CHIE, Crash, Moments, World, person


def publish(world: World) -> PostId:
    return world.publishing.publish(AIKO, "京都の紅葉", (), None, Idempotency(None, "")).id


def delete(world: World, post: PostId) -> None:
    world.publishing.delete(str(post), AIKO.id)


def as_told(world: World, post: PostId) -> Post:
    told = world.posts.posts[post]
    assert isinstance(told, Post)
    return told


def drain(world: World) -> None:
    while world.queue.chunks:
        world.fan_out.serve(world.queue.chunks.pop())


def test_a_post_comes_to_its_author_and_their_followers_and_to_nobody_else(world: World) -> None:
    world.people.follow(BEN, AIKO.id)
    post = publish(world)
    world.fan_out.appeared(post)
    assert world.readers(post) == {AIKO.id, BEN.id}
    assert CHIE.id not in world.readers(post)


def test_a_single_chunk_is_served_without_the_queue() -> None:
    world = World(chunk_limit=2)
    world.people.follow(BEN, AIKO.id)
    post = publish(world)
    world.fan_out.appeared(post)
    assert not world.queue.chunks
    assert [chunk.recipients for chunk, _ in world.entries.records.values()] == [(AIKO.id, BEN.id)]


def test_more_than_one_chunk_goes_by_the_queue_but_for_the_first_each_within_the_limit() -> None:
    world = World(chunk_limit=2)
    for number in range(2, 6):
        world.people.follow(person(number), AIKO.id)
    post = publish(world)
    world.fan_out.appeared(post)
    assert [len(chunk.recipients) for chunk in world.queue.chunks] == [2, 1]
    assert len(world.readers(post)) == 2
    drain(world)
    assert world.readers(post) == {AIKO.id, *(person(number).id for number in range(2, 6))}


@pytest.mark.parametrize("followers", range(14))
def test_a_chunk_of_followers_takes_no_more_than_one_run_of_its_own(followers: int) -> None:
    world = World(chunk_limit=4)
    for number in range(2, 2 + followers):
        world.people.follow(person(number), AIKO.id)
    world.fan_out.appeared(publish(world))
    assert len(world.queue.chunks) <= ceil(followers / 4)


def test_a_chunk_is_recorded_once_however_often_it_is_served(world: World) -> None:
    post = publish(world)
    for _ in range(3):
        world.fan_out.appeared(post)
    assert len(world.entries.records) == 1


def test_a_deletion_also_reaches_who_no_longer_follows(world: World) -> None:
    world.people.follow(BEN, AIKO.id)
    post = publish(world)
    world.fan_out.appeared(post)
    world.people.unfollow(BEN, AIKO.id)
    delete(world, post)
    world.fan_out.went(post)
    assert not world.readers(post)
    (told,) = [chunk for chunk, state in world.entries.records.values() if isinstance(state, Deleted)]
    assert set(told.recipients) == {AIKO.id, BEN.id}


def test_a_post_deleted_before_its_fan_out_comes_to_nobody(world: World) -> None:
    post = publish(world)
    delete(world, post)
    world.fan_out.went(post)
    assert not world.entries.entries
    assert not world.entries.records


def test_entries_whose_record_was_lost_go_when_the_posts_own_event_comes_again(world: World) -> None:
    world.people.follow(BEN, AIKO.id)
    post = publish(world)
    for reader in (AIKO.id, BEN.id):  # DynamoDB took these, but not the record, and the process died
        world.entries.entries[reader, post] = as_told(world, post)
    delete(world, post)
    world.fan_out.went(post)
    world.fan_out.appeared(post)
    assert not world.readers(post)


def test_nobodys_followers_are_read_for_a_post_that_went_before_it_was_delivered(world: World) -> None:
    world.people.follow(BEN, AIKO.id)
    post = publish(world)
    delete(world, post)
    world.moments.passed = 0
    world.fan_out.went(post)
    assert world.moments.passed == 2, "the post and its records, and no followers"


def test_a_post_told_of_after_its_deletion_leaves_nothing(world: World) -> None:
    post = publish(world)
    told = as_told(world, post)
    delete(world, post)
    world.fan_out.went(post)
    world.fan_out.appeared(post, told)
    assert not world.readers(post)


def test_what_news_tell_of_a_post_saves_a_read(world: World) -> None:
    post = publish(world)
    world.moments.passed = 0
    world.fan_out.appeared(post)
    read_first, world.moments.passed = world.moments.passed, 0
    world.fan_out.appeared(post, as_told(world, post))
    assert world.moments.passed == read_first - 1


def test_a_pending_post_comes_to_nobody(world: World) -> None:
    post = world.publishing.publish(AIKO, "photo", ("m1",), None, Idempotency(None, "")).id
    world.fan_out.appeared(post)
    assert not world.entries.entries


def test_a_chunk_of_a_post_that_never_was_is_dropped(world: World) -> None:
    post = PostId(AIKO.id, "01ARZ3NDEKTSV4RRFFQ69G5FAV")
    world.fan_out.appeared(post)
    world.fan_out.serve(Chunk(post, (BEN.id,)))
    assert not world.entries.entries


ACTIONS = st.sampled_from(["delete", "crash", "join", "leave", "plan", "serve"])


@settings(deadline=None, max_examples=600)
@given(
    happenings=st.dictionaries(st.integers(1, 60), ACTIONS, max_size=6),
    followers=st.integers(0, 5),
    chunk_limit=st.integers(1, 4),
    late_delete=st.booleans(),
    newest_first=st.booleans(),
    told=st.booleans(),
)
def test_timelines_follow_the_post_under_duplicates_any_order_crashes_and_deletion(
    happenings: dict[int, str],
    followers: int,
    chunk_limit: int,
    late_delete: bool,
    newest_first: bool,
    told: bool,
) -> None:
    world = World(chunk_limit)
    steady = [person(10 + number) for number in range(followers)]
    leaver, joiner = person(9), person(14)
    for one in (*steady, leaver):
        world.people.follow(one, AIKO.id)
    post = publish(world)
    known = as_told(world, post) if told else None
    served: list[Chunk] = []

    def again() -> None:
        if served:
            run(lambda: world.fan_out.serve(served[0]))

    def crash() -> None:
        raise Crash

    do: dict[str, Callable[[], None]] = {
        "delete": lambda: delete(world, post),
        "crash": crash,
        "join": lambda: world.people.follow(joiner, AIKO.id),
        "leave": lambda: world.people.unfollow(leaver, AIKO.id),
        "plan": lambda: run(lambda: world.fan_out.appeared(post)),
        "serve": again,
    }

    def run(work: Callable[[], None]) -> None:
        with suppress(Crash):
            work()

    def deliver(work: Callable[[], None]) -> None:
        """As the queue does: again, until it went through."""
        while True:
            with suppress(Crash):
                work()
                return

    def work_off() -> None:
        while world.queue.chunks:
            chunk = world.queue.chunks.pop(-1 if newest_first else 0)
            served.append(chunk)
            deliver(partial(world.fan_out.serve, chunk))

    happening: dict[int, Callable[[], object]] = {moment: do[action] for moment, action in happenings.items()}
    world.moments.planned, world.moments.passed = happening, 0
    deliver(lambda: world.fan_out.appeared(post, known))
    work_off()
    if late_delete:
        deliver(lambda: delete(world, post))
    deliver(lambda: world.fan_out.appeared(post, known))
    work_off()
    world.moments.planned = {}
    deleted = isinstance(world.posts.posts[post], Deleted)
    if deleted:  # its own event comes after it
        world.fan_out.went(post)
        work_off()

    readers = world.readers(post)
    recorded = {
        reader
        for chunk, state in world.entries.records.values()
        if isinstance(state, Post)
        for reader in chunk.recipients
    }
    if deleted:
        assert not readers
    else:
        assert {AIKO.id, *(one.id for one in steady)} <= readers
        assert readers <= recorded


def test_a_deletion_between_any_two_steps_leaves_nothing() -> None:
    steps = 0
    for moment in range(1, 200):
        world = World(chunk_limit=2)
        for number in range(2, 5):
            world.people.follow(person(number), AIKO.id)
        post = publish(world)
        world.moments.passed = 0

        def gone(world: World = world, post: PostId = post) -> None:
            delete(world, post)
            world.fan_out.went(post)

        world.moments.planned = {moment: gone}
        world.fan_out.appeared(post)
        drain(world)
        if world.moments.planned:
            break
        steps = moment
        drain(world)
        assert not world.readers(post)
    assert steps > 10


def test_a_crash_between_any_two_steps_then_a_deletion_and_a_leaver_leave_nothing() -> None:
    def crash() -> None:
        raise Crash

    for moment in range(1, 100):
        world = World(chunk_limit=10)
        for number in range(2, 5):
            world.people.follow(person(number), AIKO.id)
        post = publish(world)
        world.moments.passed, world.moments.planned = 0, {moment: crash}
        with suppress(Crash):
            world.fan_out.appeared(post)
        if world.moments.planned:
            break
        delete(world, post)
        world.people.unfollow(person(2), AIKO.id)
        world.fan_out.went(post)
        assert not world.readers(post)
    assert moment > 10


def test_moments_happen_once_and_in_between() -> None:
    seen: list[int] = []
    moments = Moments({2: lambda: seen.append(moments.passed)})
    for _ in range(3):
        moments()
    assert seen == [2]
