"""Pins: few, one's own, and only while they are there to be seen."""

import pytest
from chalicelib.model import NoSuchPost, Post
from chalicelib.pinning import PIN_LIMIT, NotPinnable
from chalicelib.publishing import NotYours
from chalicelib.terms import Audience, Terms
from contracts.http.idempotency import Idempotency
from tests.api import Ask, posted
from tests.cloud import Cloud
from tests.fakes import AIKO, BEN, World

NO_KEY = Idempotency(None, "")
USUAL = Terms()


def publish(world: World, terms: Terms = USUAL) -> Post:
    return world.publishing.publish(AIKO, "京都", (), None, NO_KEY, terms)


def test_five_posts_are_pinned_the_last_one_first_and_no_more(world: World) -> None:
    posts = [publish(world) for _ in range(PIN_LIMIT + 1)]
    for post in (*posts[:-1], posts[0]):
        world.pinning.pin(str(post.id), AIKO.id)
    assert list(world.pinning.pinned(AIKO.id, BEN.id)) == posts[-2::-1]
    with pytest.raises(NotPinnable, match="pin 5 posts"):
        world.pinning.pin(str(posts[-1].id), AIKO.id)
    for _ in range(2):
        world.pinning.unpin(str(posts[1].id), AIKO.id)
    world.pinning.pin(str(posts[-1].id), AIKO.id)
    assert world.pinning.pinned(AIKO.id, BEN.id)[0] == posts[-1]


def test_a_deleted_post_is_not_shown_and_takes_no_room(world: World) -> None:
    posts = [publish(world) for _ in range(PIN_LIMIT + 1)]
    for post in posts[:-1]:
        world.pinning.pin(str(post.id), AIKO.id)
    world.publishing.delete(str(posts[2].id), AIKO.id)
    assert posts[2] not in world.pinning.pinned(AIKO.id, BEN.id)
    world.pinning.pin(str(posts[-1].id), AIKO.id)
    assert len(world.pinning.pinned(AIKO.id, BEN.id)) == PIN_LIMIT


def test_pins_are_seen_by_whom_the_posts_are_for(world: World) -> None:
    world.pinning.pin(str(publish(world, Terms(audience=Audience.FOLLOWERS)).id), AIKO.id)
    world.pinning.pin(str(publish(world).id), AIKO.id)
    assert len(world.pinning.pinned(AIKO.id, AIKO.id)) == 2
    assert len(world.pinning.pinned(AIKO.id, BEN.id)) == 1
    world.profiles.put(AIKO.id, AIKO.handle, AIKO.name, "", "ja", private=True)
    assert not world.pinning.pinned(AIKO.id, BEN.id)
    world.people.follow(BEN, AIKO.id)
    assert len(world.pinning.pinned(AIKO.id, BEN.id)) == 2
    world.blocking.block(world.profiles.own(AIKO.id), world.profiles.own(BEN.id))
    world.profiles.put(AIKO.id, AIKO.handle, AIKO.name, "", "ja", private=True)
    assert not world.pinning.pinned(AIKO.id, BEN.id)


def test_what_can_not_be_pinned_is_refused(world: World) -> None:
    post = publish(world)
    with pytest.raises(NotYours):
        world.pinning.pin(str(post.id), BEN.id)
    repost = world.reposting.repost(BEN, str(post.id))
    with pytest.raises(NotPinnable):
        world.pinning.pin(str(repost.id), BEN.id)
    world.publishing.delete(str(post.id), AIKO.id)
    with pytest.raises(NoSuchPost):
        world.pinning.pin(str(post.id), AIKO.id)


def test_the_routes_pin_list_and_unpin(ask: Ask) -> None:
    post = posted(ask)
    assert ask("PUT", f"/v1/posts/{post['id']}/pin") == (204, {})
    pinned = f"/v1/profiles/{AIKO.id}/pinned"
    assert ask("GET", pinned, me=BEN.id) == (200, {"items": [post], "next": None})
    assert ask("PUT", f"/v1/posts/{post['id']}/pin", me=BEN.id)[0] == 403
    assert ask("DELETE", f"/v1/posts/{post['id']}/pin") == (204, {})
    assert ask("GET", pinned)[1]["items"] == []


@pytest.mark.cloud
def test_pins_on_the_cloud_cost_one_write_and_half_a_unit_each_to_show(cloud: Cloud) -> None:
    aiko, ben = cloud.joined(), cloud.joined()
    posts = [cloud.publish(aiko), cloud.publish(aiko)]
    for post in posts:
        cloud.meter.reset()
        cloud.pinning.pin(str(post.id), aiko.id)
        assert cloud.meter.calls == ["GetItem", "GetItem", "PutItem"]
    cloud.meter.reset()
    assert list(cloud.pinning.pinned(aiko.id, ben.id)) == posts[::-1]
    assert cloud.meter.calls == ["Query", "GetItem", "BatchGetItem"]
    cloud.pinning.unpin(str(posts[0].id), aiko.id)
    assert list(cloud.pinning.pinned(aiko.id, ben.id)) == [posts[1]]
