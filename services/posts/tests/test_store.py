"""The tables on the cloud: conditions, races and pages."""

import time
from uuid import uuid4

import pytest
from chalicelib.model import Deleted, Media, MediaStatus, Post, PostId, State
from chalicelib.people import HandleTaken, Person, Profile
from chalicelib.publishing import MediaMoved
from contracts.http.idempotency import Idempotency
from tests.cloud import Cloud
from ulid import ULID

pytestmark = pytest.mark.cloud


def ready(media: str, owner: str, sequence: int = 2) -> MediaStatus:
    shown = Media(media, f"/media/{media}/display.webp", "image/webp", 800, 600, "嵐山")
    return MediaStatus(media, owner, sequence, shown)


def until_empty(cloud: Cloud, reader: str) -> None:
    """Wait: the deployed fan-out works on the same posts, and may just be looking at one again."""
    deadline = time.monotonic() + 15
    while cloud.timelines.home(reader, None, 20).posts:
        assert time.monotonic() < deadline


def media_id() -> str:
    return str(ULID())


def test_a_handle_belongs_to_one_person_who_may_take_it_back(cloud: Cloud) -> None:
    aiko, ben = cloud.joined(), cloud.joined()
    with pytest.raises(HandleTaken):
        cloud.profiles.put(ben.id, aiko.handle, "Ben", "", "ja")
    assert cloud.profiles.of(ben.id) == ben
    moved = cloud.profiles.put(aiko.id, f"x{aiko.handle}", "愛子", "", "ja")
    assert (cloud.people.holder(moved.handle), cloud.people.holder(aiko.handle)) == (aiko.id, None)
    with pytest.raises(HandleTaken):
        cloud.profiles.put(ben.id, aiko.handle, "Ben", "", "ja")
    back = cloud.profiles.put(aiko.id, aiko.handle, "愛子", "", "ja")
    assert cloud.people.holder(back.handle) == aiko.id


def test_a_profile_that_moved_meanwhile_is_not_overwritten(cloud: Cloud) -> None:
    aiko = cloud.joined()
    cloud.profiles.put(aiko.id, aiko.handle, "First", "", "ja")
    stale = Profile(aiko.id, aiko.handle, "Second", aiko.created_at, sequence=2)
    assert not cloud.people.save(stale, aiko)
    assert not cloud.people.save(Profile(aiko.id, f"y{aiko.handle}", "Third", aiko.created_at), None)


def test_a_profile_of_the_same_words_read_back_is_the_same(cloud: Cloud) -> None:
    aiko = cloud.profiles.put(str(uuid4()), f"u{uuid4().hex[:12]}", "愛子", "京都\nです", "en")
    assert cloud.profiles.own(aiko.id) == aiko


def test_followers_are_those_whose_edge_is_there(cloud: Cloud) -> None:
    aiko, ben, chie = cloud.joined(), cloud.joined(), cloud.joined()
    for follower in (ben, chie, ben):
        cloud.graph.follow(follower, aiko)
    assert set(cloud.people.followers(aiko.id)) == {ben.id, chie.id}
    cloud.graph.unfollow(ben, aiko)
    assert list(cloud.people.followers(aiko.id)) == [chie.id]
    assert cloud.graph.followed(ben.id, aiko.id) is False
    cloud.graph.follow(ben, aiko)
    assert cloud.graph.followed(ben.id, aiko.id) is True


def test_a_post_read_back_is_the_same_with_all_it_holds(cloud: Cloud) -> None:
    aiko, ben = cloud.joined(), cloud.joined()
    parent = cloud.publish(ben)
    media = media_id()
    cloud.attachments.learn(ready(media, aiko.id))
    post = cloud.publishing.publish(
        aiko.person, f"@{ben.handle} 返信", (media,), str(parent.id), Idempotency(None, "")
    )
    assert post.mentions == (ben.person,)
    assert cloud.posts.read(post.id) == post


def test_an_id_is_taken_once(cloud: Cloud) -> None:
    aiko = cloud.joined()
    post = cloud.publish(aiko)
    assert cloud.posts.add(post, ()) == post
    assert cloud.posts.add(Post(post.id, aiko.person, "p", ("m",), state=State.PENDING), ("m",)) == post
    assert cloud.posts.delete(post)
    assert not cloud.posts.delete(post)
    assert cloud.posts.add(post, ()) == Deleted(post.id, 2)


def test_a_key_stands_for_the_first_ulid_claimed_with_it(cloud: Cloud) -> None:
    author = str(uuid4())
    assert [cloud.posts.claim(author, "key", ulid) for ulid in ("A", "B")] == ["A", "A"]
    assert cloud.posts.claim(str(uuid4()), "key", "B") == "B"


def test_a_post_does_not_wait_for_what_was_heard_of_meanwhile(cloud: Cloud) -> None:
    aiko, media = cloud.joined(), media_id()
    pending = Post(PostId(aiko.id, str(ULID())), aiko.person, "p", (media,), state=State.PENDING)
    cloud.attachments.learn(ready(media, aiko.id))
    with pytest.raises(MediaMoved):
        cloud.posts.add(pending, (media,))
    assert cloud.posts.read(pending.id) is None
    assert list(cloud.posts.waiting(media)) == []


def test_the_last_media_publishes_and_older_news_change_nothing(cloud: Cloud) -> None:
    aiko, first, last = cloud.joined(), media_id(), media_id()
    post = cloud.publish(aiko, "写真", first, last)
    assert post.state is State.PENDING
    assert list(cloud.posts.waiting(first)) == [post.id]
    cloud.attachments.learn(ready(first, aiko.id, sequence=3))
    cloud.attachments.learn(MediaStatus(first, aiko.id, 2))
    assert cloud.posts.read(post.id) == post
    cloud.attachments.learn(ready(last, aiko.id))
    published = cloud.posts.read(post.id)
    assert isinstance(published, Post)
    assert (published.state, published.sequence) == (State.PUBLISHED, 2)
    assert [media.id for media in published.media] == [first, last]


def test_profile_pages_skip_tombstones(cloud: Cloud) -> None:
    aiko = cloud.joined()
    posts = [cloud.publish(aiko, str(number), key=str(ULID())) for number in range(5)]
    cloud.publishing.delete(str(posts[2].id), aiko.id)
    first = cloud.timelines.profile(aiko.id, aiko.id, None, 2)
    rest = cloud.timelines.profile(aiko.id, aiko.id, first.next, 50)
    found = [post.id for post in (*first.posts, *rest.posts)]
    kept = [post.id for index, post in enumerate(posts) if index != 2]
    assert sorted(map(str, found)) == sorted(map(str, kept))
    assert [one.ulid for one in found] == sorted((one.ulid for one in kept), reverse=True)


def test_a_post_is_one_write_and_under_a_key_that_is_no_fresh_ulid_two(cloud: Cloud) -> None:
    aiko = cloud.joined()
    cloud.meter.reset()
    cloud.publish(aiko, key=str(ULID()))
    assert (cloud.meter.units, cloud.meter.calls) == (1.0, ["PutItem"])
    cloud.meter.reset()
    cloud.publish(aiko, "another key", key="a-key")
    assert (cloud.meter.units, cloud.meter.calls) == (2.0, ["PutItem", "PutItem"])


def test_fan_out_fills_and_empties_more_timelines_than_one_batch_holds(cloud: Cloud) -> None:
    aiko = cloud.joined()
    followers = [Person(str(uuid4()), f"f{number}", "F") for number in range(60)]
    for follower in followers:
        cloud.people.follow(follower, aiko.id)
    post = cloud.publish(aiko)
    cloud.meter.reset()
    cloud.deliver(post)
    assert cloud.meter.calls.count("BatchWriteItem") == 3
    assert cloud.meter.calls.count("PutItem") == 0, "the record goes with the first entries"
    for reader in (aiko.id, followers[0].id, followers[-1].id):
        assert [one.text for one in cloud.timelines.home(reader, None, 20).posts] == ["紅葉"]
    cloud.people.unfollow(followers[0], aiko.id)
    cloud.publishing.delete(str(post.id), aiko.id)
    cloud.retract(post)
    for reader in (aiko.id, followers[0].id, followers[-1].id):
        until_empty(cloud, reader)
    told = [chunk for chunk in cloud.entries.recorded(post.id) if followers[0].id in chunk.recipients]
    assert len(told) == 2, "once of the post, once of its removal"
