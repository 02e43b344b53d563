"""Blocks and mutes on the deployed table: felt at the next read, for what they may cost."""

import time
from datetime import timedelta

import pytest
from chalicelib.muting import MutedWord
from tests.cloud import Cloud, now

pytestmark = pytest.mark.cloud


def test_a_block_is_felt_by_both_and_costs_three_items_in_a_transaction(cloud: Cloud) -> None:
    aiko, ben = cloud.joined(), cloud.joined()
    cloud.meter.reset()
    cloud.blocking.block(aiko, ben)
    assert cloud.meter.calls == ["Query", "GetItem", "TransactWriteItems"]
    assert cloud.meter.units <= 0.5 + 1 + 3 * 2
    assert cloud.relations.of(aiko.id).blocked == {ben.id}
    assert cloud.relations.of(ben.id).blocked_by == {aiko.id}
    assert cloud.relations.parted(ben.id, aiko.id)
    cloud.blocking.unblock(aiko.id, ben.id)
    assert not cloud.relations.parted(ben.id, aiko.id)
    assert not cloud.blocking.list(aiko.id, None, 20).people


def test_mutes_and_words_are_read_with_the_blocks_in_one_query(cloud: Cloud) -> None:
    aiko, ben = cloud.joined(), cloud.joined()
    until = now().replace(microsecond=0) + timedelta(hours=1)
    cloud.muting.mute(aiko, ben, until)
    cloud.muting.mute_word(aiko.id, "紅葉", None)
    cloud.meter.reset()
    relations = cloud.relations.of(aiko.id)
    assert (cloud.meter.calls, cloud.meter.units) == (["Query"], 0.5)
    assert (relations.muted, relations.words) == ({ben.id: until}, {"紅葉": None})
    cloud.muting.unmute(aiko.id, ben.id)
    cloud.muting.unmute_word(aiko.id, MutedWord("紅葉").id)
    assert cloud.relations.of(aiko.id) == type(relations)(aiko.id)


def test_a_late_follow_brings_posts_and_an_unfollow_hides_them_at_once(cloud: Cloud) -> None:
    aiko, ben = cloud.joined(), cloud.joined()
    posts = [cloud.publish(aiko, str(number)) for number in range(2)]
    cloud.graph.follow(ben, aiko)
    cloud.meter.reset()
    cloud.ties.settle(ben.id, aiko.id)
    assert cloud.meter.units <= 2 + 1 + 1 + 4 * len(posts)
    assert cloud.timelines.home(ben.id, None, 20).posts == posts[::-1]
    cloud.publishing.delete(str(posts[0].id), aiko.id)
    cloud.retract(posts[0])
    assert cloud.timelines.home(ben.id, None, 20).posts == posts[1:]
    cloud.graph.unfollow(ben, aiko)
    assert not cloud.timelines.home(ben.id, None, 20).posts
    cloud.ties.settle(ben.id, aiko.id)
    assert not cloud.entries.page(ben.id, None, 20).posts
    cloud.graph.follow(ben, aiko)
    cloud.ties.settle(ben.id, aiko.id)
    assert cloud.timelines.home(ben.id, None, 20).posts == posts[1:]


def test_a_private_account_is_asked_and_lists_who_asks(cloud: Cloud) -> None:
    aiko, ben = cloud.joined(), cloud.joined()
    closed = cloud.profiles.put(aiko.id, aiko.handle, aiko.name, aiko.bio, aiko.locale, private=True)
    cloud.graph.follow(ben, closed)
    deadline = time.monotonic() + 5  # the index follows the table
    while not (page := cloud.asking.list(aiko.id, None, 1)).people:
        assert time.monotonic() < deadline
    assert list(page.people) == [ben.person]
    assert page.next is None or not cloud.asking.list(aiko.id, page.next, 1).people
    assert not list(cloud.people.followers(aiko.id))
    cloud.asking.accept(aiko.id, ben.id)
    assert cloud.graph.followed(ben.id, aiko.id)
    assert cloud.profiles.of(aiko.id).private


def test_a_home_timeline_costs_half_a_unit_more_for_the_relations(cloud: Cloud) -> None:
    aiko, ben = cloud.joined(), cloud.joined()
    cloud.graph.follow(ben, aiko)
    post = cloud.publish(aiko)
    cloud.deliver(post)
    cloud.meter.reset()
    assert cloud.timelines.home(ben.id, None, 20).posts == [post]
    assert (cloud.meter.calls, cloud.meter.units) == (["Query", "Query"], 1.0)
    cloud.blocking.block(aiko, ben)
    assert not cloud.timelines.home(ben.id, None, 20).posts
