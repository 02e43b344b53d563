"""Making, reading and deleting posts, and what an Idempotency-Key is good for."""

from datetime import timedelta

import pytest
from chalicelib.model import InvalidPost, NoSuchPost, Post, PostId, State
from chalicelib.publishing import AlreadyDeleted, NotYours
from chalicelib.repetition import CLOCK_LEEWAY, KeyReused
from contracts.http.idempotency import FRESHNESS, Idempotency
from tests.fakes import AIKO, BEN, World
from ulid import ULID

MOMENT = timedelta(milliseconds=1)


def publish(
    world: World, text: str = "京都の紅葉", *, key: str | None = None, in_reply_to: str | None = None
) -> Post:
    return world.publishing.publish(AIKO, text, (), in_reply_to, Idempotency(key, ""))


def key_at(world: World, offset: timedelta) -> str:
    return str(ULID.from_datetime(world.clock() + offset))


def test_a_post_is_published_and_read_by_anyone(world: World) -> None:
    post = publish(world)
    assert post.state is State.PUBLISHED
    assert world.publishing.read(str(post.id), BEN.id) == post
    assert world.posts.published == [post]


def test_a_post_carries_the_people_it_addresses_but_not_those_nobody_knows(world: World) -> None:
    assert publish(world, "@Ben @nobody こんにちは").mentions == (BEN,)


@pytest.mark.parametrize("offset", [timedelta(0), -FRESHNESS, CLOCK_LEEWAY])
def test_a_fresh_ulid_key_becomes_the_id_and_costs_no_row(world: World, offset: timedelta) -> None:
    key = key_at(world, offset)
    assert publish(world, key=key).id == PostId(AIKO.id, key)
    assert not world.posts.keys


@pytest.mark.parametrize("offset", [-FRESHNESS - MOMENT, FRESHNESS + timedelta(seconds=1)])
def test_a_ulid_key_of_another_time_does_not_become_the_id(world: World, offset: timedelta) -> None:
    key = key_at(world, offset)
    assert publish(world, key=key).id.ulid != key


@pytest.mark.parametrize("key", ["a-key", "01ARZ3NDEKTSV4RRFFQ69G5FAV", None])
def test_the_same_key_and_body_make_one_post(world: World, key: str | None) -> None:
    key = key or key_at(world, timedelta(0))
    first = publish(world, key=key)
    world.clock.move(timedelta(seconds=3))
    assert publish(world, key=key) == first
    assert world.posts.published == [first]


@pytest.mark.parametrize("key", ["a-key", None])
def test_the_same_key_with_another_body_is_refused(world: World, key: str | None) -> None:
    key = key or key_at(world, timedelta(0))
    publish(world, key=key)
    with pytest.raises(KeyReused):
        publish(world, "another", key=key)
    assert len(world.posts.posts) == 1


def test_a_key_that_became_the_id_still_counts_when_it_is_stale(world: World) -> None:
    key = key_at(world, timedelta(0))
    first = publish(world, key=key)
    world.clock.move(timedelta(hours=1))
    assert publish(world, key=key) == first


def test_a_key_from_the_future_still_counts_when_its_time_has_come(world: World) -> None:
    key = key_at(world, FRESHNESS + timedelta(seconds=30))
    first = publish(world, key=key)
    world.clock.move(timedelta(minutes=2))
    assert publish(world, key=key) == first


def test_without_a_key_every_post_is_a_new_one(world: World) -> None:
    assert publish(world).id != publish(world).id


def test_a_key_is_its_authors_own(world: World) -> None:
    mine = publish(world, key="same")
    theirs = world.publishing.publish(BEN, "もみじ", (), None, Idempotency("same", ""))
    assert theirs.author == BEN
    assert mine.id != theirs.id


def test_a_crash_between_key_and_post_leaves_the_key_good(world: World) -> None:
    def crash() -> None:
        raise ConnectionError

    world.moments.passed = 0
    world.moments.planned[2] = crash
    with pytest.raises(ConnectionError):
        publish(world, key="a-key")
    assert publish(world, key="a-key").id.ulid in world.posts.keys.values()
    assert len(world.posts.published) == 1


def test_a_reply_knows_whom_it_answers(world: World) -> None:
    parent = world.publishing.publish(BEN, "もみじ", (), None, Idempotency(None, ""))
    reply = publish(world, in_reply_to=str(parent.id))
    assert reply.in_reply_to == parent.id
    assert reply.in_reply_to.author == BEN.id


@pytest.mark.parametrize("parent", ["no-id", str(PostId(BEN.id, str(ULID())))])
def test_a_reply_to_nothing_is_refused(world: World, parent: str) -> None:
    with pytest.raises(InvalidPost, match="replies to"):
        publish(world, in_reply_to=parent)
    assert not world.posts.posts


def test_a_reply_to_a_pending_or_deleted_post_is_refused(world: World) -> None:
    pending = world.publishing.publish(AIKO, "photo", ("m1",), None, Idempotency(None, ""))
    with pytest.raises(InvalidPost, match="replies to"):
        publish(world, in_reply_to=str(pending.id))
    world.publishing.delete(str(pending.id), AIKO.id)
    with pytest.raises(InvalidPost, match="replies to"):
        publish(world, in_reply_to=str(pending.id))


def test_a_reply_sent_again_after_its_parent_went_is_still_the_same_reply(world: World) -> None:
    parent = publish(world, "parent")
    reply = publish(world, "reply", in_reply_to=str(parent.id), key="a-key")
    world.publishing.delete(str(parent.id), AIKO.id)
    assert publish(world, "reply", in_reply_to=str(parent.id), key="a-key") == reply


def test_a_deleted_post_is_gone_for_everyone_and_deleting_it_again_changes_nothing(world: World) -> None:
    post = str(publish(world).id)
    world.publishing.delete(post, AIKO.id)
    world.publishing.delete(post, AIKO.id)
    assert [gone.sequence for gone in world.posts.deleted] == [2]
    for reader in (AIKO.id, BEN.id):
        with pytest.raises(NoSuchPost):
            world.publishing.read(post, reader)


def test_the_key_of_a_deleted_post_makes_no_new_one(world: World) -> None:
    post = publish(world, key="a-key")
    world.publishing.delete(str(post.id), AIKO.id)
    with pytest.raises(AlreadyDeleted):
        publish(world, key="a-key")


def test_only_its_author_deletes_a_post(world: World) -> None:
    post = publish(world)
    with pytest.raises(NotYours):
        world.publishing.delete(str(post.id), BEN.id)
    assert world.publishing.read(str(post.id), BEN.id) == post


def test_deleting_what_never_was_is_not_found(world: World) -> None:
    with pytest.raises(NoSuchPost):
        world.publishing.delete(str(PostId(AIKO.id, str(ULID()))), AIKO.id)
