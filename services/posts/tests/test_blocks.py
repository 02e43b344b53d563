"""Blocks: neither of two people sees, follows, answers or addresses the other, from the next read on."""

from collections.abc import Callable

import pytest
from chalicelib.model import NoSuchPost, Post
from chalicelib.people import Person, Profile
from chalicelib.relations import Blocked, TooManyRelations, Yourself
from contracts.http.idempotency import Idempotency
from contracts.http.problems import Problem
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.fakes import AIKO, BEN, CHIE, World, person
from ulid import ULID


def profile(world: World, user: str) -> Profile:
    return world.profiles.own(user)


def block(world: World, one: str = AIKO.id, other: str = BEN.id) -> None:
    world.blocking.block(profile(world, one), profile(world, other))


def post(world: World, author: str, text: str = "紅葉", parent: Post | None = None) -> Post:
    made = world.publishing.publish(
        profile(world, author).person, text, (), str(parent.id) if parent else None, Idempotency(None, "")
    )
    world.fan_out.appeared(made.id)
    return made


def home(world: World, reader: str) -> list[Post]:
    return list(world.timelines.home(reader, None, 20).posts)


@pytest.fixture
def friends(world: World) -> World:
    """Return a service where all follow all."""
    for one in (AIKO, BEN, CHIE):
        for other in (AIKO, BEN, CHIE):
            if one != other:
                world.graph.follow(profile(world, one.id), profile(world, other.id))
    return world


def test_at_the_next_read_each_others_posts_are_nowhere(friends: World) -> None:
    hers, his = post(friends, AIKO.id), post(friends, BEN.id)
    block(friends)
    for reader, author, gone, own in ((BEN, AIKO, hers, his), (AIKO, BEN, his, hers)):
        assert home(friends, reader.id) == [own]
        assert not friends.timelines.profile(author.id, reader.id, None, 20).posts
        with pytest.raises(NoSuchPost):
            friends.publishing.read(str(gone.id), reader.id)
    assert len(home(friends, CHIE.id)) == 2


def test_what_others_say_to_or_about_them_is_left_out_of_lists_but_can_be_opened(friends: World) -> None:
    his = post(friends, BEN.id)
    answer, mention = post(friends, CHIE.id, parent=his), post(friends, CHIE.id, "@ben どう？")
    block(friends)
    assert home(friends, AIKO.id) == []
    assert len(home(friends, BEN.id)) == 3
    for one in (answer, mention):
        assert friends.publishing.read(str(one.id), AIKO.id) == one


def test_they_follow_each_other_no_longer_and_can_not_again(friends: World) -> None:
    block(friends)
    friends.parting.part(AIKO.id, BEN.id)
    assert not friends.graph.followed(AIKO.id, BEN.id)
    assert not friends.graph.followed(BEN.id, AIKO.id)
    assert friends.graph.followed(CHIE.id, BEN.id)
    for one, other in ((AIKO, BEN), (BEN, AIKO)):
        with pytest.raises(Blocked, match="can't follow"):
            friends.graph.follow(profile(friends, one.id), profile(friends, other.id))


def test_a_follow_made_while_the_block_was_written_goes_when_either_event_is_heard(world: World) -> None:
    block(world)
    events: list[Callable[[], object]] = [
        lambda: world.parting.part(AIKO.id, BEN.id),
        lambda: world.parting.settle(BEN.id, AIKO.id),
    ]
    for heard in events:
        world.people.follow(BEN, AIKO.id)
        heard()
        assert not world.people.edges


def test_an_old_event_of_a_block_that_was_lifted_removes_nothing(friends: World) -> None:
    block(friends)
    friends.blocking.unblock(AIKO.id, BEN.id)
    friends.parting.part(AIKO.id, BEN.id)
    assert friends.graph.followed(BEN.id, AIKO.id)


@settings(max_examples=100, deadline=None)
@given(moment=st.integers(1, 8))
def test_a_follow_made_after_the_block_was_lifted_stays_whenever_that_happens(moment: int) -> None:
    world = World()
    world.people.join(AIKO, BEN)
    world.people.follow(BEN, AIKO.id)
    block(world)

    def reconcile() -> None:
        world.blocking.unblock(AIKO.id, BEN.id)
        world.people.unfollow(BEN, AIKO.id)
        world.people.follow(BEN, AIKO.id)

    world.moments.passed = 0
    world.moments.planned[moment] = reconcile
    world.parting.part(AIKO.id, BEN.id)
    reconciled = not world.moments.planned
    assert bool(world.people.edges) == reconciled


def test_neither_can_answer_or_address_the_other(friends: World) -> None:
    hers = post(friends, AIKO.id)
    block(friends)
    with pytest.raises(Blocked, match="can't answer"):
        post(friends, BEN.id, parent=hers)
    addressed = post(friends, BEN.id, "@aiko @chie 今日は")
    assert [one.handle for one in addressed.mentions] == ["chie"]
    assert addressed.text == "@aiko @chie 今日は"


def test_an_answer_made_before_the_block_is_answered_again_under_its_key(friends: World) -> None:
    hers, key = post(friends, AIKO.id), Idempotency(str(ULID.from_datetime(friends.clock())), "")
    made = friends.publishing.publish(BEN, "はい", (), str(hers.id), key)
    block(friends)
    assert friends.publishing.publish(BEN, "はい", (), str(hers.id), key) == made


def test_an_unblock_shows_both_to_each_other_again_without_the_follows(friends: World) -> None:
    hers = post(friends, AIKO.id)
    block(friends)
    friends.parting.part(AIKO.id, BEN.id)
    for _ in range(2):
        friends.blocking.unblock(AIKO.id, BEN.id)
    assert friends.publishing.read(str(hers.id), BEN.id) == hers
    assert not friends.graph.followed(BEN.id, AIKO.id)


def test_a_block_by_the_other_side_stays_when_ones_own_is_lifted(world: World) -> None:
    block(world)
    block(world, BEN.id, AIKO.id)
    world.blocking.unblock(AIKO.id, BEN.id)
    relations = world.relations.of(AIKO.id)
    assert not relations.blocked
    assert relations.blocked_by == {BEN.id}
    assert world.relations.of(BEN.id).apart(AIKO.id)


def test_nobody_blocks_themselves(world: World) -> None:
    with pytest.raises(Yourself):
        block(world, AIKO.id, AIKO.id)


def test_so_many_people_can_be_blocked_and_muted_and_no_more(world: World) -> None:
    crowd = [person(number) for number in range(10, 13)]
    world.people.join(*crowd)
    few = type(world.blocking)(world.relations, world.relations, world.blocking.cursors, limit=2)
    few.block(profile(world, AIKO.id), profile(world, crowd[0].id))
    world.muting.mute(profile(world, AIKO.id), profile(world, crowd[1].id), None)
    with pytest.raises(TooManyRelations, match="2 people"):
        few.block(profile(world, AIKO.id), profile(world, crowd[2].id))
    few.block(profile(world, AIKO.id), profile(world, crowd[0].id))


@settings(max_examples=50, deadline=None)
@given(count=st.integers(0, 9), limit=st.integers(1, 4))
def test_pages_hold_everyone_who_is_blocked_once(count: int, limit: int) -> None:
    world = World()
    crowd = [person(number) for number in range(10, 10 + count)]
    world.people.join(AIKO, *crowd)
    for one in crowd:
        block(world, AIKO.id, one.id)
    found: list[Person] = []
    cursor = None
    while True:
        page = world.blocking.list(AIKO.id, cursor, limit)
        found += page.people
        if not (cursor := page.next):
            break
    assert found == crowd


def test_a_cursor_of_blocks_is_its_readers(world: World) -> None:
    block(world)
    cursor = world.blocking.list(AIKO.id, None, 1).next
    misuses: list[Callable[[], object]] = [
        lambda: world.blocking.list(BEN.id, cursor, 1),
        lambda: world.muting.list(AIKO.id, cursor, 1),
    ]
    for misuse in misuses:
        with pytest.raises(Problem):
            misuse()
