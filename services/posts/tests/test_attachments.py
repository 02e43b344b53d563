"""Media in posts: whatever the order of news, posts and crashes, no post is stuck or published twice."""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from chalicelib.model import MEDIA_WAIT, Hindrance, InvalidPost, Media, MediaStatus, NoSuchPost, Post, State
from contracts.http.idempotency import Idempotency
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.fakes import AIKO, BEN, Crash, World


def ready(media: str, owner: str = AIKO.id, sequence: int = 2) -> MediaStatus:
    shown = Media(media, f"/media/{media}/display.webp", "image/webp", 800, 600, "alt")
    return MediaStatus(media, owner, sequence, shown)


def failed(media: str, owner: str = AIKO.id, sequence: int = 2) -> MediaStatus:
    return MediaStatus(media, owner, sequence)


def publish(world: World, *media: str, key: str | None = None) -> Post:
    return world.publishing.publish(AIKO, "写真", media, None, Idempotency(key, ""))


def stored(world: World, post: Post) -> Post:
    return world.publishing.read(str(post.id), AIKO.id)


def test_a_post_whose_media_are_ready_is_published_at_once(world: World) -> None:
    world.attachments.learn(ready("m1"))
    post = publish(world, "m1")
    assert (post.state, [media.id for media in post.media], post.sequence) == (State.PUBLISHED, ["m1"], 1)


def test_a_post_of_unknown_media_is_seen_by_its_author_only(world: World) -> None:
    post = publish(world, "m1")
    assert stored(world, post).state is State.PENDING
    assert not world.posts.published
    with pytest.raises(NoSuchPost):
        world.publishing.read(str(post.id), BEN.id)


def test_the_last_of_its_media_publishes_a_post_with_all_in_its_order(world: World) -> None:
    post = publish(world, "m2", "m1")
    world.attachments.learn(ready("m1"))
    assert stored(world, post).state is State.PENDING
    world.attachments.learn(ready("m2"))
    published = stored(world, post)
    assert (published.state, published.sequence) == (State.PUBLISHED, 2)
    assert [media.id for media in published.media] == ["m2", "m1"]


@pytest.mark.parametrize(
    ("news", "hindrance"),
    [
        (failed("m1"), Hindrance.MEDIA_FAILED),
        (ready("m1", BEN.id), Hindrance.MEDIA_NOT_YOURS),
        (failed("m1", BEN.id), Hindrance.MEDIA_NOT_YOURS),
    ],
)
@pytest.mark.parametrize("known_before", [True, False])
def test_media_that_can_not_be_had_make_a_draft_that_says_why(
    world: World, news: MediaStatus, hindrance: Hindrance, known_before: bool
) -> None:
    if known_before:
        world.attachments.learn(news)
    post = publish(world, "m0", "m1")
    if not known_before:
        world.attachments.learn(news)
    draft = stored(world, post)
    assert (draft.state, draft.hindrance) == (State.DRAFT, hindrance)
    world.attachments.learn(ready("m0"))
    assert stored(world, post) == draft
    assert not world.posts.published


def test_older_news_change_nothing(world: World) -> None:
    world.attachments.learn(failed("m1", sequence=3))
    world.attachments.learn(ready("m1", sequence=2))
    assert publish(world, "m1").state is State.DRAFT


def test_a_post_waits_15_minutes_for_its_media_and_no_longer(world: World) -> None:
    in_time, too_late = publish(world, "m1"), publish(world, "m2")
    world.clock.move(MEDIA_WAIT)
    assert stored(world, too_late).state is State.PENDING
    world.attachments.learn(ready("m1"))
    assert stored(world, in_time).state is State.PUBLISHED
    world.clock.move(timedelta(milliseconds=1))
    seen = stored(world, too_late)
    assert (seen.state, seen.hindrance) == (State.DRAFT, Hindrance.MEDIA_LATE)
    world.attachments.learn(ready("m2"))
    assert stored(world, too_late) == replace(seen, sequence=2)


def test_a_pending_post_deleted_meanwhile_stays_deleted(world: World) -> None:
    post = publish(world, "m1")
    world.publishing.delete(str(post.id), AIKO.id)
    world.attachments.learn(ready("m1"))
    assert not world.posts.published


def test_a_pending_post_sent_again_under_its_key_is_the_same_post(world: World) -> None:
    post = publish(world, "m1", key="a-key")
    world.attachments.learn(ready("m1"))
    again = publish(world, "m1", key="a-key")
    assert (again.id, again.state) == (post.id, State.PUBLISHED)


def test_a_post_of_11_media_is_refused(world: World) -> None:
    with pytest.raises(InvalidPost):
        publish(world, *(f"m{number}" for number in range(11)))


NEWS = st.lists(
    st.tuples(st.sampled_from(["m1", "m2", "m3"]), st.sampled_from([ready, failed, "theirs"])),
    min_size=3,
    max_size=3,
    unique_by=lambda one: one[0],
)


def status(media: str, kind: object) -> MediaStatus:
    if kind == "theirs":
        return ready(media, BEN.id)
    return failed(media) if kind is failed else ready(media)


@settings(deadline=None, max_examples=500)
@given(
    news=NEWS,
    moments=st.lists(st.integers(1, 12), min_size=3, max_size=3, unique=True),
    crashes=st.sets(st.integers(1, 30), max_size=2),
    again=st.lists(st.integers(0, 2), max_size=2),
)
def test_a_post_ends_as_its_media_say_whenever_their_news_come(
    news: list[tuple[str, object]], moments: list[int], crashes: set[int], again: list[int]
) -> None:
    world = World()
    world.people.join(AIKO, BEN)
    statuses = [status(*one) for one in news]
    waiting = list(statuses)

    def deliver(one: MediaStatus) -> None:
        """As the queue does: again, if the process died."""
        if one not in waiting:
            return
        waiting.remove(one)
        while True:
            with suppress(Crash):
                world.attachments.learn(one)
                return

    def crash() -> None:
        raise Crash

    world.moments.planned = dict.fromkeys(crashes, crash)
    world.moments.planned |= {
        moment: partial(deliver, one) for moment, one in zip(moments, statuses, strict=True)
    }
    world.moments.passed = 0
    post = None
    while post is None:
        with suppress(Crash):
            post = publish(world, "m1", "m2", "m3", key="a-key")
    while waiting:
        deliver(waiting[0])
    world.moments.planned.clear()
    for index in again:
        world.attachments.learn(statuses[index])

    end = stored(world, post)
    kinds = {kind for _, kind in news}
    if kinds == {ready}:
        assert end.state is State.PUBLISHED
        assert [media.id for media in end.media] == ["m1", "m2", "m3"]
    else:
        assert end.state is State.DRAFT
        assert end.hindrance in {Hindrance.MEDIA_FAILED, Hindrance.MEDIA_NOT_YOURS}
    assert len(world.posts.published) == (1 if kinds == {ready} else 0)


@pytest.mark.parametrize("moment", [1, 2])
def test_a_post_made_between_two_steps_of_the_news_is_published(world: World, moment: int) -> None:
    posts: list[Post] = []
    world.moments.passed = 0
    world.moments.planned = {moment: lambda: posts.append(publish(world, "m1"))}
    world.attachments.learn(ready("m1"))
    assert stored(world, posts[0]).state is State.PUBLISHED
