"""Private accounts: who may follow is asked, and what they say is for those who may."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from chalicelib.asking import NoSuchRequest
from chalicelib.model import InvalidPost, NoSuchPost, Post
from chalicelib.people import Person
from chalicelib.profiles import NAME_FRESHNESS
from chalicelib.relations import Blocked
from chalicelib.terms import Audience
from chalicelib.ties import Standing
from contracts.http.idempotency import Idempotency
from contracts.http.problems import Problem
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.fakes import AIKO, BEN, CHIE, World, person


@pytest.fixture
def world() -> World:
    """Return a service that Aiko, whose account is private, Ben and Chie have joined."""
    world = World()
    world.people.join(AIKO, private=True)
    world.people.join(BEN, CHIE)
    return world


def follow(world: World, one: Person, other: Person) -> None:
    world.graph.follow(world.profiles.own(one.id), world.profiles.own(other.id))


def publish(world: World, author: Person, text: str = "紅葉", parent: Post | None = None) -> Post:
    world.clock.move(timedelta(milliseconds=3))
    answers = str(parent.id) if parent else None
    post = world.publishing.publish(author, text, (), answers, Idempotency(None, ""))
    world.fan_out.appeared(post.id)
    return post


def sees(world: World, reader: Person, post: Post) -> list[bool]:
    """Tell whether a reader finds a post by its id and in its author's profile: always both or neither."""
    try:
        world.publishing.read(str(post.id), reader.id)
        there = True
    except NoSuchPost:
        there = False
    listed = world.timelines.profile(post.author.id, reader.id, None, 20).posts
    return [there, post.id in {one.id for one in listed}]


def test_a_follow_of_a_private_account_is_a_request_until_its_owner_accepts(world: World) -> None:
    for _ in range(2):
        follow(world, BEN, AIKO)
    assert world.graph.standing(BEN.id, AIKO.id) is Standing.ASKED
    assert not world.graph.followed(BEN.id, AIKO.id)
    assert list(world.asking.list(AIKO.id, None, 20).people) == [BEN]
    for _ in range(2):
        world.asking.accept(AIKO.id, BEN.id)
    assert world.graph.followed(BEN.id, AIKO.id)
    assert not world.asking.list(AIKO.id, None, 20).people


def test_a_request_is_refused_or_withdrawn_and_can_be_made_again(world: World) -> None:
    ends: list[Callable[[], object]] = [
        lambda: world.asking.refuse(AIKO.id, BEN.id),
        lambda: world.graph.unfollow(world.profiles.own(BEN.id), world.profiles.own(AIKO.id)),
    ]
    for end in ends:
        follow(world, BEN, AIKO)
        end()
        assert world.graph.standing(BEN.id, AIKO.id) is Standing.GONE
        with pytest.raises(NoSuchRequest):
            world.asking.accept(AIKO.id, BEN.id)


def test_refusing_does_not_end_a_follow(world: World) -> None:
    follow(world, BEN, AIKO)
    world.asking.accept(AIKO.id, BEN.id)
    world.asking.refuse(AIKO.id, BEN.id)
    assert world.graph.followed(BEN.id, AIKO.id)


def test_nobody_accepts_what_nobody_asked(world: World) -> None:
    with pytest.raises(NoSuchRequest):
        world.asking.accept(AIKO.id, BEN.id)
    world.asking.refuse(AIKO.id, BEN.id)


def test_a_request_across_a_block_goes_and_can_not_be_accepted(world: World) -> None:
    follow(world, BEN, AIKO)
    world.blocking.block(world.profiles.own(AIKO.id), world.profiles.own(BEN.id))
    with pytest.raises(Blocked):
        world.asking.accept(AIKO.id, BEN.id)
    world.parting.part(AIKO.id, BEN.id)
    assert world.graph.standing(BEN.id, AIKO.id) is Standing.GONE


def test_a_private_accounts_posts_are_for_its_followers_and_whom_they_mention(world: World) -> None:
    post, to_chie = publish(world, AIKO), publish(world, AIKO, "@chie どう？")
    assert post.terms.audience is Audience.FOLLOWERS
    follow(world, BEN, AIKO)
    assert sees(world, BEN, post) == [False, False]
    world.asking.accept(AIKO.id, BEN.id)
    assert sees(world, BEN, post) == sees(world, AIKO, post) == [True, True]
    assert sees(world, CHIE, post) == [False, False]
    assert sees(world, CHIE, to_chie) == [True, True]


def test_what_was_public_before_is_for_followers_once_an_account_is_private(world: World) -> None:
    follow(world, CHIE, BEN)
    post = publish(world, BEN, "@aiko 紅葉")
    world.profiles.put(BEN.id, "ben", "Ben", "", "ja", private=True)
    other = person(9)
    world.people.join(other)
    for reader in (CHIE, AIKO, BEN):
        assert sees(world, reader, post) == [True, True]
    assert sees(world, other, post) == [False, False]
    with pytest.raises(InvalidPost):
        publish(world, other, "はい", post)
    assert publish(world, CHIE, "はい", post)
    assert publish(world, BEN, "ありがとう", post)


def test_another_process_knows_of_a_privacy_after_half_a_minute(world: World) -> None:
    assert not world.profiles.closed(BEN.id)
    elsewhere = type(world.profiles)(world.people, world.clock)
    elsewhere.put(BEN.id, "ben", "Ben", "", "ja", private=True)
    assert elsewhere.closed(BEN.id)
    world.clock.move(NAME_FRESHNESS + timedelta(seconds=1))
    assert world.profiles.closed(BEN.id)
    assert world.profiles.closed(person(9).id)  # whoever has left shows no more than their followers saw


def test_an_account_that_is_open_again_is_followed_at_once(world: World) -> None:
    follow(world, BEN, AIKO)
    world.profiles.put(AIKO.id, "aiko", "Aiko", "", "ja")
    follow(world, BEN, AIKO)
    assert world.graph.followed(BEN.id, AIKO.id)
    assert not world.asking.list(AIKO.id, None, 20).people


@settings(max_examples=40, deadline=None)
@given(count=st.integers(0, 8), limit=st.integers(1, 4))
def test_pages_hold_everyone_who_asks_once(count: int, limit: int) -> None:
    world = World()
    crowd = [person(number) for number in range(10, 10 + count)]
    world.people.join(AIKO, private=True)
    world.people.join(*crowd)
    for one in crowd:
        follow(world, one, AIKO)
    found: list[Person] = []
    cursor = None
    while True:
        page = world.asking.list(AIKO.id, cursor, limit)
        found += page.people
        if not (cursor := page.next):
            break
        with pytest.raises(Problem):
            world.asking.list(BEN.id, cursor, limit)
    assert found == crowd
