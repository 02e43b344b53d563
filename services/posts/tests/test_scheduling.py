"""Scheduled drafts: published once at their time, and never if they were called off before."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from chalicelib.attachments import Attachments
from chalicelib.drafts import LATEST, SOONEST, Draft, InvalidDraft, NoSuchDraft, Refusal, Window
from chalicelib.model import MediaStatus
from chalicelib.people import Person
from chalicelib.scheduling import AT_HAND, Firing
from contracts.http.idempotency import FRESHNESS, Idempotency
from contracts.http.versions import IfMatch
from tests.fakes import AIKO, World
from tests.memory_schedules import ThrottlingError
from ulid import ULID

WHATEVER = IfMatch(None)
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)


def scheduled(world: World, ahead: timedelta = HOUR, **content: Any) -> Draft:
    """Schedule a draft, and let the consumer hear of it."""
    content = {"text": "紅葉"} | content
    draft = world.drafts.add(AIKO.id, content, Idempotency(None, ""), world.clock() + ahead)
    hear(world, draft)
    return draft


def hear(world: World, draft: Draft) -> None:
    world.scheduling.scheduled(firing(draft), draft.replaces)


def firing(draft: Draft) -> Firing:
    assert draft.schedule
    return Firing(draft.author, draft.ulid, draft.schedule)


def fire(world: World) -> None:
    """Let all come whose time has come."""
    for one in world.drafting.schedules.due(world.clock()):
        world.scheduling.fire(one)


def published(world: World) -> list[str]:
    return [post.text for post in world.posts.published]


def test_a_scheduled_draft_becomes_a_post_of_its_time(world: World) -> None:
    draft = scheduled(world)
    assert world.drafting.schedules.set_for == {firing(draft): draft.publish_at}
    world.clock.move(HOUR + 40 * SECOND)
    fire(world)
    (post,) = world.posts.published
    assert (post.text, post.id.created_at) == ("紅葉", draft.publish_at)
    assert world.drafts.publish(AIKO, draft.ulid) == post
    with pytest.raises(NoSuchDraft):
        world.drafts.of(AIKO.id, draft.ulid)


@pytest.mark.parametrize("late", [timedelta(0), FRESHNESS + SECOND, timedelta(days=3)])
def test_a_firing_that_comes_late_or_again_makes_the_same_post_once(world: World, late: timedelta) -> None:
    draft = scheduled(world)
    world.clock.move(HOUR + late)
    for _ in range(3):
        world.scheduling.fire(firing(draft))
    assert [post.id.ulid for post in world.posts.published] == [draft.due_ulid]


def test_the_name_of_the_post_to_come_is_of_its_time_and_of_its_draft(world: World) -> None:
    first, second = scheduled(world), scheduled(world)
    assert first.due_ulid != second.due_ulid
    assert first.due_ulid == world.drafts.of(AIKO.id, first.ulid).due_ulid
    assert ULID.from_str(first.due_ulid).datetime == first.publish_at


def test_a_firing_that_comes_early_waits(world: World) -> None:
    draft = scheduled(world)
    world.clock.move(HOUR - SECOND)
    world.scheduling.fire(firing(draft))
    assert (published(world), world.drafting.waiting.sent) == ([], [(firing(draft), SECOND)])
    world.clock.move(SECOND)
    world.scheduling.fire(firing(draft))
    assert published(world) == ["紅葉"]


def test_a_draft_that_is_changed_keeps_its_schedule_and_is_published_as_changed(world: World) -> None:
    draft = scheduled(world)
    changed = world.drafts.put(AIKO.id, draft.ulid, {"text": "桜"}, WHATEVER, draft.publish_at)
    assert (changed.schedule, changed.replaces) == (draft.schedule, None)
    world.clock.move(HOUR - SECOND)
    world.drafts.put(AIKO.id, draft.ulid, {"text": "梅"}, WHATEVER, draft.publish_at)
    world.clock.move(SECOND)
    fire(world)
    assert published(world) == ["梅"]


def test_a_draft_that_is_called_off_is_not_published(world: World) -> None:
    draft = scheduled(world)
    world.clock.move(HOUR)
    called_off = world.drafts.put(AIKO.id, draft.ulid, draft.content, WHATEVER)
    assert (called_off.publish_at, called_off.schedule, called_off.replaces) == (None, None, draft.schedule)
    world.scheduling.fire(firing(draft))
    assert not published(world)
    world.scheduling.unscheduled(firing(draft))
    assert not world.drafting.schedules.set_for


def test_a_draft_that_is_moved_is_published_at_its_new_time_only(world: World) -> None:
    draft = scheduled(world)
    later = world.drafts.put(AIKO.id, draft.ulid, draft.content, WHATEVER, world.clock() + 2 * HOUR)
    hear(world, later)
    assert list(world.drafting.schedules.set_for) == [firing(later)]
    world.clock.move(HOUR)
    world.scheduling.fire(firing(draft))
    assert not published(world)
    world.clock.move(HOUR)
    fire(world)
    assert [post.id.created_at for post in world.posts.published] == [later.publish_at]


def test_a_schedule_heard_of_after_it_was_replaced_is_not_made(world: World) -> None:
    draft = world.drafts.add(AIKO.id, {"text": "x"}, Idempotency(None, ""), world.clock() + HOUR)
    later = world.drafts.put(AIKO.id, draft.ulid, draft.content, WHATEVER, world.clock() + 2 * HOUR)
    hear(world, later)
    hear(world, draft)
    assert list(world.drafting.schedules.set_for) == [firing(later)]


def test_a_schedule_made_while_it_is_called_off_does_not_stay(world: World) -> None:
    draft = world.drafts.add(AIKO.id, {"text": "x"}, Idempotency(None, ""), world.clock() + HOUR)

    def call_off() -> None:
        world.drafts.delete(AIKO.id, draft.ulid)
        world.scheduling.unscheduled(firing(draft))

    world.moments.planned = {world.moments.passed + 2: call_off}
    hear(world, draft)
    assert not world.drafting.schedules.set_for


@pytest.mark.parametrize("ahead", [AT_HAND - SECOND, timedelta(0), -HOUR])
def test_a_schedule_heard_of_too_late_waits_in_the_queue(world: World, ahead: timedelta) -> None:
    draft = world.drafts.add(AIKO.id, {"text": "x"}, Idempotency(None, ""), world.clock() + HOUR)
    world.clock.move(HOUR - ahead)
    hear(world, draft)
    assert (world.drafting.waiting.sent, world.drafting.schedules.set_for) == ([(firing(draft), ahead)], {})


def test_a_scheduler_that_takes_no_more_leaves_the_event_to_the_queue(world: World) -> None:
    draft = world.drafts.add(AIKO.id, {"text": "x"}, Idempotency(None, ""), world.clock() + HOUR)
    world.drafting.schedules.throttled = 1
    with pytest.raises(ThrottlingError):
        hear(world, draft)
    hear(world, draft)
    assert list(world.drafting.schedules.set_for) == [firing(draft)]


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        ({"media": ["bad"]}, ("media-failed", "take it out")),
        ({"text": ""}, ("invalid", "#/text: ")),
        ({"text": "a" * 501}, ("invalid", "at most 500")),
        ({"in_reply_to": "gone"}, ("invalid", "is not there")),
    ],
)
def test_a_draft_that_no_post_may_be_when_its_time_comes_stays_one_and_says_why(
    world: World, content: dict[str, Any], refusal: tuple[str, str]
) -> None:
    Attachments(world.posts, world.posts, world.clock).learn(MediaStatus("bad", AIKO.id, 1))
    draft = scheduled(world, **content)
    world.clock.move(HOUR)
    fire(world)
    stays = world.drafts.of(AIKO.id, draft.ulid)
    assert stays.refusal
    assert stays.refusal.reason == refusal[0]
    assert refusal[1] in stays.refusal.detail
    assert (stays.publish_at, stays.schedule, stays.sequence, published(world)) == (None, None, 2, [])
    world.scheduling.fire(firing(draft))
    assert world.drafts.of(AIKO.id, draft.ulid) == stays
    mended = world.drafts.put(AIKO.id, draft.ulid, {"text": "x"}, WHATEVER)
    assert mended.refusal is None


def test_a_reply_whose_parent_was_deleted_stays_a_draft(world: World) -> None:
    parent = world.publishing.publish(AIKO, "親", (), None, Idempotency(None, ""))
    draft = scheduled(world, in_reply_to=str(parent.id))
    world.publishing.delete(str(parent.id), AIKO.id)
    world.clock.move(HOUR)
    fire(world)
    assert world.drafts.of(AIKO.id, draft.ulid).refusal == Refusal(
        "invalid", "The post that this one replies to is not there."
    )


def test_an_author_without_a_profile_has_no_posts(world: World) -> None:
    nobody = Person("00000000-0000-0000-0000-0000000000ff", "x", "X")
    draft = world.drafts.add(nobody.id, {"text": "x"}, Idempotency(None, ""), world.clock() + HOUR)
    world.clock.move(HOUR)
    world.scheduling.fire(firing(draft))
    kept = world.drafts.of(nobody.id, draft.ulid)
    assert kept.refusal
    assert kept.refusal.reason == "profile-required"


def test_what_is_no_domain_error_is_tried_again(world: World) -> None:
    draft = scheduled(world)
    world.clock.move(HOUR)

    def fail() -> None:
        raise OSError

    world.moments.planned = {world.moments.passed + 3: fail}
    with pytest.raises(OSError):
        fire(world)
    world.scheduling.fire(firing(draft))
    assert published(world) == ["紅葉"]


def test_a_draft_changed_while_it_fires_is_published_as_changed_or_not_at_all(world: World) -> None:
    draft = scheduled(world)
    world.clock.move(HOUR)

    def change() -> None:
        world.drafts.put(AIKO.id, draft.ulid, {"text": "桜"}, WHATEVER, draft.publish_at)

    world.moments.planned = {world.moments.passed + 2: change}
    world.scheduling.fire(firing(draft))
    assert published(world) == ["桜"]


def test_scheduling_has_a_nearest_and_a_farthest_time() -> None:
    now, window = datetime(2026, 11, 24, 12, tzinfo=UTC), Window()
    for ahead in (SOONEST, LATEST):
        window.checked(now + ahead, now)
    for ahead in (SOONEST - SECOND, LATEST + SECOND, -HOUR):
        with pytest.raises(InvalidDraft, match="60 seconds to 365 days"):
            window.checked(now + ahead, now)
    assert (timedelta(minutes=1), timedelta(days=365)) == (SOONEST, LATEST)


def test_a_time_is_kept_in_utc_and_whole_seconds(world: World) -> None:
    tokyo = timezone(9 * HOUR)
    at = datetime(2026, 11, 24, 22, 0, 0, 999_999, tzinfo=tokyo)
    draft = world.drafts.add(AIKO.id, {}, Idempotency(None, ""), at)
    assert draft.publish_at == datetime(2026, 11, 24, 13, tzinfo=UTC)


@pytest.mark.parametrize(
    "at", [datetime.max.replace(tzinfo=timezone(-HOUR)), datetime.min.replace(tzinfo=timezone(HOUR))]
)
def test_the_end_of_time_is_refused(world: World, at: datetime) -> None:
    with pytest.raises(InvalidDraft):
        world.drafts.add(AIKO.id, {}, Idempotency(None, ""), at)


def test_a_repeated_request_is_answered_even_when_its_time_is_too_near_by_then(world: World) -> None:
    key, at = Idempotency("a-key", "1"), world.clock() + SOONEST
    draft = world.drafts.add(AIKO.id, {"text": "x"}, key, at)
    world.clock.move(SECOND)
    assert world.drafts.add(AIKO.id, {"text": "x"}, key, at) == draft
    with pytest.raises(InvalidDraft):
        world.drafts.add(AIKO.id, {"text": "x"}, Idempotency("another", "1"), at)


def test_a_draft_can_not_be_moved_to_a_time_too_near(world: World) -> None:
    draft = scheduled(world)
    with pytest.raises(InvalidDraft):
        world.drafts.put(AIKO.id, draft.ulid, {}, WHATEVER, world.clock() + SECOND)
    assert world.drafts.of(AIKO.id, draft.ulid) == draft
