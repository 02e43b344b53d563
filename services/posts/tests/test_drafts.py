"""Drafts: kept as they were sent, changed by whoever saw them last, and each published at most once."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from chalicelib.attachments import Attachments
from chalicelib.drafts import (
    CONTENT_BYTES,
    CONTENT_DEPTH,
    DRAFT_LIMIT,
    Draft,
    DraftDeleted,
    InvalidDraft,
    MediaUnfit,
    NoSuchDraft,
    TooManyDrafts,
    checked,
)
from chalicelib.model import InvalidPost, MediaStatus, Post, State
from chalicelib.publishing import AlreadyDeleted
from chalicelib.repetition import KeyReused
from contracts.http.idempotency import FRESHNESS, Idempotency
from contracts.http.problems import Problem
from contracts.http.versions import IfMatch
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.fakes import AIKO, BEN, World
from ulid import ULID

NO_KEY = Idempotency(None, "")
WHATEVER = IfMatch(None)


def seen(version: int) -> IfMatch:
    return IfMatch(frozenset({version}))


def kept(world: World, text: str = "下書き", **more: Any) -> Draft:
    return world.drafts.add(AIKO.id, {"text": text, **more}, NO_KEY)


def published(world: World) -> list[str]:
    return [post.text for post in world.posts.published]


def test_a_draft_is_kept_as_it_was_sent_whatever_that_was(world: World) -> None:
    content = {"text": "", "media": ["../x"], "poll": {"options": []}, "colour": 1.0}
    draft = world.drafts.add(AIKO.id, content, NO_KEY)
    assert world.drafts.of(AIKO.id, draft.ulid).content == content
    assert (draft.sequence, draft.created_at, draft.changed_at) == (1, world.clock(), world.clock())


@pytest.mark.parametrize("name", ["x", "", "01", str(ULID()).lower(), str(ULID())])
def test_only_its_author_finds_a_draft_under_its_name(world: World, name: str) -> None:
    draft = kept(world)
    with pytest.raises(NoSuchDraft):
        world.drafts.of(BEN.id, draft.ulid)
    with pytest.raises(NoSuchDraft):
        world.drafts.of(AIKO.id, name)


@pytest.mark.parametrize("key", [str(ULID()), "a-key"])
def test_a_key_makes_one_draft_even_after_that_was_changed(world: World, key: str) -> None:
    world.clock.time = ULID.from_str(key).datetime if len(key) > 5 else world.clock.time
    draft = world.drafts.add(AIKO.id, {"text": "一"}, Idempotency(key, "1"))
    changed = world.drafts.put(AIKO.id, draft.ulid, {"text": "二"}, WHATEVER)
    for _ in range(2):
        assert world.drafts.add(AIKO.id, {"text": "一"}, Idempotency(key, "1")) == changed
        world.clock.move(FRESHNESS * 2)
    with pytest.raises(KeyReused):
        world.drafts.add(AIKO.id, {"text": "三"}, Idempotency(key, "3"))
    world.drafts.delete(AIKO.id, draft.ulid)
    with pytest.raises(DraftDeleted):
        world.drafts.add(AIKO.id, {"text": "一"}, Idempotency(key, "1"))


def test_a_person_has_at_most_100_drafts(world: World) -> None:
    drafts = [kept(world, str(number)) for number in range(DRAFT_LIMIT)]
    with pytest.raises(TooManyDrafts):
        kept(world)
    world.drafts.delete(AIKO.id, drafts[0].ulid)
    kept(world)
    assert len(world.drafting.kept.there(AIKO.id)) == DRAFT_LIMIT == 100


def test_what_a_draft_holds_has_as_many_bytes_as_it_may_and_no_more() -> None:
    around = len('{"text": ""}')
    checked({"text": "x" * (CONTENT_BYTES - around)})
    with pytest.raises(InvalidDraft, match="bytes"):
        checked({"text": "x" * (CONTENT_BYTES - around + 1)})
    with pytest.raises(InvalidDraft, match="bytes"):
        checked({"text": "愛" * (CONTENT_BYTES // 3)})


def test_what_a_draft_holds_is_as_deep_as_it_may_be_and_no_deeper() -> None:
    deep: Any = "x"
    for _ in range(CONTENT_DEPTH - 1):
        deep = [deep]
    checked({"deep": deep})
    with pytest.raises(InvalidDraft, match="within each other"):
        checked({"deep": [deep]})


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "\ud800", {"\udfff": 1}])
def test_what_can_not_be_written_down_is_refused(value: Any) -> None:
    with pytest.raises(InvalidDraft, match="whole"):
        checked({"text": value})


def test_a_change_is_for_the_version_that_was_seen(world: World) -> None:
    draft = kept(world)
    world.clock.move(timedelta(minutes=1))
    changed = world.drafts.put(AIKO.id, draft.ulid, {"text": "二"}, seen(1))
    assert (changed.sequence, changed.changed_at) == (2, world.clock())
    assert world.drafts.put(AIKO.id, draft.ulid, {"text": "二"}, seen(1)) == changed, "it is there already"
    with pytest.raises(Problem) as refused:
        world.drafts.put(AIKO.id, draft.ulid, {"text": "三"}, seen(1))
    assert (refused.value.kind.status, refused.value.headers["ETag"]) == (412, '"2"')
    assert world.drafts.of(AIKO.id, draft.ulid) == changed


def test_of_two_devices_that_change_a_draft_at_once_one_is_told(world: World) -> None:
    draft = kept(world)
    world.moments.planned = {
        world.moments.passed + 2: lambda: world.drafts.put(AIKO.id, draft.ulid, {"text": "一"}, seen(1))
    }
    with pytest.raises(Problem):
        world.drafts.put(AIKO.id, draft.ulid, {"text": "二"}, seen(1))
    assert world.drafts.of(AIKO.id, draft.ulid).content == {"text": "一"}


def test_pages_show_every_draft_once_newest_first_without_those_gone(world: World) -> None:
    drafts = []
    for number in range(7):
        drafts.append(kept(world, str(number)))
        world.clock.move(timedelta(seconds=1))
    for gone in (drafts[2], drafts[6]):
        world.drafts.delete(AIKO.id, gone.ulid)
    shown: list[Any] = []
    cursor = None
    while True:
        page = world.drafts.page(AIKO.id, cursor, 2)
        shown += [draft.content["text"] for draft in page.drafts]
        cursor = page.next
        if cursor is None:
            break
    assert shown == ["5", "4", "3", "1", "0"]
    assert world.drafts.page(BEN.id, None, 20).drafts == []


def test_deleting_a_draft_again_changes_nothing(world: World) -> None:
    draft = kept(world)
    for _ in range(2):
        world.drafts.delete(AIKO.id, draft.ulid)
    with pytest.raises(NoSuchDraft):
        world.drafts.of(AIKO.id, draft.ulid)
    with pytest.raises(NoSuchDraft):
        world.drafts.publish(AIKO, draft.ulid)


def test_a_published_draft_is_gone_and_answers_its_post_again(world: World) -> None:
    draft = kept(world, "紅葉")
    post = world.drafts.publish(AIKO, draft.ulid)
    assert (post.text, post.state, post.id.created_at) == ("紅葉", State.PUBLISHED, world.clock())
    assert world.drafts.publish(AIKO, draft.ulid) == post
    assert published(world) == ["紅葉"]
    with pytest.raises(NoSuchDraft):
        world.drafts.of(AIKO.id, draft.ulid)
    world.publishing.delete(str(post.id), AIKO.id)
    with pytest.raises(AlreadyDeleted):
        world.drafts.publish(AIKO, draft.ulid)


@pytest.mark.parametrize(
    "content",
    [{}, {"text": ""}, {"text": "a" * 501}, {"text": "x", "colour": 1}, {"text": "x", "in_reply_to": "x"}],
)
def test_a_draft_that_no_post_may_be_stays_one(world: World, content: dict[str, Any]) -> None:
    draft = world.drafts.add(AIKO.id, content, NO_KEY)
    with pytest.raises((Problem, InvalidPost)):
        world.drafts.publish(AIKO, draft.ulid)
    assert world.drafts.of(AIKO.id, draft.ulid) == draft
    assert not world.posts.posts


def test_a_draft_whose_media_failed_stays_one_and_of_media_on_their_way_the_post_waits(world: World) -> None:
    attachments = Attachments(world.posts, world.posts, world.clock)
    attachments.learn(MediaStatus("bad", AIKO.id, 1))
    draft = kept(world, media=["bad"])
    with pytest.raises(MediaUnfit, match="media-failed"):
        world.drafts.publish(AIKO, draft.ulid)
    assert world.drafts.of(AIKO.id, draft.ulid) == draft
    waiting = kept(world, media=["coming"])
    assert world.drafts.publish(AIKO, waiting.ulid).state is State.PENDING


def test_a_draft_changed_while_it_is_published_is_published_as_changed(world: World) -> None:
    draft = kept(world, "一")
    world.moments.planned = {
        world.moments.passed + 2: lambda: world.drafts.put(AIKO.id, draft.ulid, {"text": "二"}, WHATEVER)
    }
    assert world.drafts.publish(AIKO, draft.ulid).text == "二"
    assert published(world) == ["二"]


@settings(deadline=None, max_examples=300)
@given(
    acts=st.lists(st.sampled_from(["publish", "delete", "put"]), min_size=1, max_size=4),
    moments=st.lists(st.integers(1, 8), min_size=4, max_size=4, unique=True),
)
def test_a_draft_becomes_one_post_or_none_whatever_else_happens_to_it(
    acts: list[str], moments: list[int]
) -> None:
    world = World()
    world.people.join(AIKO, BEN)
    draft = kept(world, "一")
    ends: list[Any] = []

    def act(name: str, number: int) -> None:
        try:
            match name:
                case "publish":
                    ends.append(world.drafts.publish(AIKO, draft.ulid))
                case "delete":
                    world.drafts.delete(AIKO.id, draft.ulid)
                case "put":
                    world.drafts.put(AIKO.id, draft.ulid, {"text": str(number)}, WHATEVER)
        except NoSuchDraft:
            ends.append(None)

    start = world.moments.passed
    world.moments.planned = {
        start + moment: partial(act, name, number)
        for number, (moment, name) in enumerate(zip(moments, acts, strict=False))
    }
    act("publish", 9)
    left, world.moments.planned = [*world.moments.planned.values()], {}
    for happening in left:
        happening()
    posts = [end for end in ends if isinstance(end, Post)]
    assert len(world.posts.published) == len({post.id for post in posts}) <= 1
    assert not (posts and world.drafting.kept.there(AIKO.id))
