"""Which events become whose notifications, once each."""

from datetime import timedelta

from chalicelib.model import (
    PREVIEW_BYTES,
    PREVIEW_GRAPHEMES,
    SPELL,
    Notification,
    Person,
    notification_id,
    preview,
)
from chalicelib.store.notifications import LATE
from hypothesis import given
from hypothesis import strategies as st
from tests.events import follow, message, post, reaction
from tests.fakes import AIKO, BEN, CHIE, NOON, Notify
from ulid import ULID


def kinds(notify: Notify, user_id: str) -> list[str]:
    """Return what kinds of notification a person has, oldest first."""
    return [notification.kind for notification in notify.inboxes.all(user_id)]


def test_who_is_mentioned_is_told_by_whom_and_where(notify: Notify) -> None:
    event = post(BEN, "@aiko こんにちは", mentions=[AIKO])
    notify.inbox.post_published(event)
    assert notify.inboxes.all(AIKO.id) == [
        Notification(
            id=notification_id(event.fact_id, AIKO.id, NOON),
            user_id=AIKO.id,
            kind="mention",
            person=Person(BEN.id, "ben", "Ben"),
            created_at=NOON,
            post_id="a-post",
            preview="@aiko こんにちは",
        )
    ]


def test_a_fact_that_comes_in_two_versions_tells_once(notify: Notify) -> None:
    first = post(BEN, answers=AIKO)
    second = first.model_copy(update={"type": "post.published.v3", "id": "2" * 32})
    notify.inbox.post_published(first)
    notify.inbox.post_published(second)
    assert kinds(notify, AIKO.id) == ["reply"]


def test_who_is_quoted_is_told_unless_the_quote_is_not_for_them(notify: Notify) -> None:
    notify.inbox.post_published(post(BEN, quotes=AIKO))
    assert kinds(notify, AIKO.id) == ["quote"]
    notify.inbox.post_published(post(BEN, quotes=CHIE, audience="followers"))
    assert kinds(notify, CHIE.id) == []


def test_an_answer_that_also_quotes_is_one_notification(notify: Notify) -> None:
    notify.inbox.post_published(post(BEN, quotes=AIKO, answers=AIKO, mentions=[AIKO]))
    assert kinds(notify, AIKO.id) == ["reply"]


def test_whose_post_is_passed_on_is_told_once_in_half_an_hour(notify: Notify) -> None:
    for minutes in (0, 1):
        later = {"time": NOON + timedelta(minutes=minutes), "id": f"{minutes}" * 32}
        notify.inbox.post_published(post(BEN, passes_on=AIKO).model_copy(update=later))
    assert kinds(notify, AIKO.id) == ["repost"]


def test_what_a_private_account_passes_on_tells_nobody(notify: Notify) -> None:
    notify.inbox.post_published(post(BEN, passes_on=AIKO, audience="followers"))
    assert not notify.inboxes.kept


def test_an_edit_tells_only_whom_it_adds(notify: Notify) -> None:
    later = {"sequence": 2, "id": "2" * 32, "time": NOON + timedelta(minutes=5)}
    notify.inbox.post_published(post(BEN, answers=AIKO))
    notify.inbox.post_published(post(BEN, answers=AIKO, mentions=[CHIE]).model_copy(update=later))
    assert kinds(notify, AIKO.id) == ["reply"]
    assert kinds(notify, CHIE.id) == ["mention"]


def test_an_answer_that_is_not_public_tells_only_whom_it_mentions(notify: Notify) -> None:
    notify.inbox.post_published(post(BEN, answers=AIKO, mentions=[CHIE], audience="followers"))
    assert kinds(notify, AIKO.id) == []
    assert kinds(notify, CHIE.id) == ["mention"]


def test_an_answer_for_few_that_mentions_whom_it_answers_tells_them(notify: Notify) -> None:
    notify.inbox.post_published(post(BEN, answers=AIKO, mentions=[AIKO], audience="mentioned"))
    assert kinds(notify, AIKO.id) == ["reply"]


def test_who_is_answered_is_told(notify: Notify) -> None:
    notify.inbox.post_published(post(BEN, answers=AIKO))
    assert kinds(notify, AIKO.id) == ["reply"]


def test_an_answer_that_also_mentions_is_one_notification(notify: Notify) -> None:
    notify.inbox.post_published(post(BEN, answers=AIKO, mentions=[AIKO, CHIE]))
    assert kinds(notify, AIKO.id) == ["reply"]
    assert kinds(notify, CHIE.id) == ["mention"]


def test_a_post_that_names_nobody_tells_nobody(notify: Notify) -> None:
    notify.inbox.post_published(post(BEN))
    assert not notify.inboxes.kept


def test_nobody_is_told_of_what_they_did_themselves(notify: Notify) -> None:
    notify.inbox.post_published(post(AIKO, answers=AIKO, mentions=[AIKO]))
    notify.inbox.follow_created(follow(AIKO, AIKO))
    notify.inbox.message_sent(message(AIKO, [AIKO]))
    assert not notify.inboxes.kept


def test_who_is_followed_is_told_each_time(notify: Notify) -> None:
    notify.inbox.follow_created(follow(BEN, AIKO))
    notify.inbox.follow_created(follow(BEN, AIKO, sequence=3))
    assert kinds(notify, AIKO.id) == ["follow", "follow"]
    assert not notify.inboxes.all(BEN.id)


def test_all_who_may_read_a_message_are_told_but_its_author(notify: Notify) -> None:
    notify.inbox.message_sent(message(BEN, [AIKO, BEN, CHIE], "元気？"))
    for reader in (AIKO, CHIE):
        (told,) = notify.inboxes.all(reader.id)
        assert (told.kind, told.channel_id, told.preview) == ("message", "a-channel", "元気？")
    assert not notify.inboxes.all(BEN.id)


def test_the_first_reaction_to_a_post_in_half_an_hour_is_told(notify: Notify) -> None:
    for minutes in (0, 1, 29, 30, 31):
        at = NOON + timedelta(minutes=minutes)
        notify.inbox.reaction_changed(reaction(BEN, AIKO, "🍁", sequence=minutes + 1, at=at))
        notify.inbox.reaction_changed(reaction(CHIE, AIKO, ":kusa:", sequence=minutes + 1, at=at))
    told = notify.inboxes.all(AIKO.id)
    assert [(one.kind, one.person.id, one.post_id, one.preview) for one in told] == [
        ("reaction", BEN.id, "a-post", "🍁")
    ] * 2


def test_nobody_is_told_of_their_own_reaction(notify: Notify) -> None:
    notify.inbox.reaction_changed(reaction(AIKO, AIKO))
    assert not notify.inboxes.kept


def test_reactions_are_told_together_for_less_than_what_may_be_late() -> None:
    assert SPELL < LATE


@given(times=st.integers(1, 5))
def test_a_redelivered_event_makes_no_second_notification(times: int) -> None:
    notify = Notify()
    for _ in range(times):
        notify.inbox.post_published(post(BEN, mentions=[AIKO, CHIE]))
        notify.inbox.follow_created(follow(BEN, AIKO))
        notify.inbox.message_sent(message(BEN, [AIKO, BEN]))
        notify.clock.advance(timedelta(minutes=1))
    assert sorted(kinds(notify, AIKO.id)) == ["follow", "mention", "message"]
    assert kinds(notify, CHIE.id) == ["mention"]


@given(st.timedeltas(timedelta(days=-10_000), timedelta(days=10_000)))
def test_a_notifications_id_is_a_ulid_of_its_events_time(span: timedelta) -> None:
    at = NOON + span
    identity = notification_id("e" * 32, AIKO.id, at)
    assert abs(ULID.from_str(identity).datetime - at) < timedelta(milliseconds=2)
    assert identity != notification_id("e" * 32, BEN.id, at)


def test_notifications_are_read_newest_first_page_by_page(notify: Notify) -> None:
    for sequence in (1, 3, 5):
        notify.inbox.follow_created(follow(BEN, AIKO, sequence))
    first, rest = notify.inbox.mine(AIKO.id, None, 2)
    second, end = notify.inbox.mine(AIKO.id, rest, 2)
    assert [*first, *second] == list(reversed(notify.inboxes.all(AIKO.id)))
    assert end is None


def test_who_is_new_has_an_empty_inbox(notify: Notify) -> None:
    assert notify.inbox.mine("newcomer", None, 20) == ([], None)


def test_a_preview_of_140_graphemes_is_whole_and_one_more_is_cut() -> None:
    assert preview("あ" * PREVIEW_GRAPHEMES) == "あ" * PREVIEW_GRAPHEMES
    assert preview("あ" * (PREVIEW_GRAPHEMES + 1)) == "あ" * PREVIEW_GRAPHEMES + "…"


def test_a_preview_is_cut_between_graphemes_at_1000_bytes() -> None:
    family = "👨‍👩‍👧‍👦"
    whole = PREVIEW_BYTES // len(family.encode())
    assert preview(family * whole) == family * whole
    assert preview(family * (whole + 1)) == family * whole + "…"


def test_a_preview_is_one_line() -> None:
    assert preview(" one\n\ntwo\t three ") == "one two three"
