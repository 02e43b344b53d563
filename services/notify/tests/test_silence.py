"""Nobody hears of whom they block or mute, or of who blocks them."""

from datetime import datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
from chalicelib.silence import Silenced
from chalicelib.store.silences import SilenceTable
from contracts.events.envelope import Event, event
from contracts.events.graph import (
    BlockCreatedV1,
    BlockRemovedV1,
    FollowRequestedV1,
    MuteCreatedV1,
    MuteRemovedV1,
)
from memory_dynamodb import MemoryDynamo
from moments import Moments
from tests.events import follow, message, post, reaction
from tests.fakes import AIKO, BEN, CHIE, NOON, MemorySilences, Notify


def blocked(sequence: int = 1) -> Event[Any]:
    kind = BlockCreatedV1 if sequence % 2 else BlockRemovedV1
    data = kind(blocker=AIKO.id, blocked=BEN.id)
    subject = f"block/{AIKO.id}/{BEN.id}"
    return event(data, source="hidoki.posts", subject=subject, sequence=sequence, time=NOON)


def muted(sequence: int = 1, until: datetime | None = None) -> Event[Any]:
    subject = f"mute/{AIKO.id}/{BEN.id}"
    data: MuteCreatedV1 | MuteRemovedV1 = MuteRemovedV1(muter=AIKO.id, muted=BEN.id)
    if sequence % 2:
        data = MuteCreatedV1(muter=AIKO.id, muted=BEN.id, until=until)
    return event(data, source="hidoki.posts", subject=subject, sequence=sequence, time=NOON)


def hear(notify: Notify, told: Event[Any]) -> None:
    match told.data:
        case MuteCreatedV1():
            notify.silencing.muted(told)
        case MuteRemovedV1():
            notify.silencing.unmuted(told)
        case _:
            notify.silencing.block(told)


def all_that_is_told(notify: Notify) -> None:
    """Let Ben do to Aiko, and she to him, all that notifies."""
    for one, other in ((BEN, AIKO), (AIKO, BEN)):
        notify.inbox.post_published(post(one, mentions=[other, CHIE]))
        notify.inbox.follow_created(follow(one, other))
        notify.inbox.message_sent(message(one, [other]))
        notify.inbox.reaction_changed(reaction(one, other))


def test_across_a_block_neither_hears_of_the_other_and_others_hear_of_both(notify: Notify) -> None:
    hear(notify, blocked())
    all_that_is_told(notify)
    assert not notify.inboxes.all(AIKO.id)
    assert not notify.inboxes.all(BEN.id)
    assert notify.inboxes.all(CHIE.id)


def test_who_mutes_hears_nothing_and_who_is_muted_hears_all(notify: Notify) -> None:
    hear(notify, muted())
    all_that_is_told(notify)
    assert not notify.inboxes.all(AIKO.id)
    assert len(notify.inboxes.all(BEN.id)) == 4


def test_a_mute_ends_at_its_time(notify: Notify) -> None:
    hear(notify, muted(until=NOON + timedelta(hours=1)))
    notify.clock.advance(timedelta(minutes=59))
    notify.inbox.follow_created(follow(BEN, AIKO))
    assert not notify.inboxes.all(AIKO.id)
    notify.clock.advance(timedelta(minutes=1))
    notify.inbox.follow_created(follow(BEN, AIKO))
    assert len(notify.inboxes.all(AIKO.id)) == 1


def test_what_was_told_before_a_block_is_not_read_while_it_lasts(notify: Notify) -> None:
    all_that_is_told(notify)
    told = {one.id: notify.inbox.mine(one.id, None, 20)[0] for one in (AIKO, BEN, CHIE)}
    hear(notify, blocked())
    assert [notify.inbox.mine(one.id, None, 20) for one in (AIKO, BEN)] == [([], None)] * 2
    assert notify.inbox.mine(CHIE.id, None, 20)[0] == told[CHIE.id]
    hear(notify, blocked(2))
    assert notify.inbox.mine(AIKO.id, None, 20)[0] == told[AIKO.id]


@pytest.mark.parametrize("make", [blocked, muted])
def test_in_any_order_the_newest_that_was_heard_stands(make: Any) -> None:
    for order in permutations((1, 2, 3)):
        for last in (2, 3):
            notify = Notify()
            for sequence in order:
                if sequence <= last:
                    hear(notify, make(sequence))
            assert notify.silences.silent(AIKO.id, BEN.id, NOON) is (last == 3)


def test_a_mute_lasts_when_a_block_of_the_same_person_ends(notify: Notify) -> None:
    for told in (muted(), blocked(1), blocked(2)):
        hear(notify, told)
    assert notify.silences.silent(AIKO.id, BEN.id, NOON)
    assert not notify.silences.silent(BEN.id, AIKO.id, NOON)


def test_who_is_asked_for_a_follow_hears_of_it(notify: Notify) -> None:
    data = FollowRequestedV1(follower=BEN, followee=AIKO.id)
    subject = f"follow/{BEN.id}/{AIKO.id}"
    notify.inbox.follow_requested(event(data, source="hidoki.posts", subject=subject, sequence=1, time=NOON))
    assert [one.kind for one in notify.inboxes.all(AIKO.id)] == ["request"]


def test_the_table_holds_what_the_fake_holds() -> None:
    table = SilenceTable(MemoryDynamo(Moments(), lambda _table, _record: None), "devices")
    fake, later = MemorySilences(), NOON + timedelta(hours=1)
    for one in (
        Silenced("a", "b", "block/a/b", 2, lasts=True),
        Silenced("a", "b", "block/a/b", 1, lasts=False),
        Silenced("a", "b", "mute/a/b", 1, lasts=True, until=later),
        Silenced("a", "bc", "block/a/bc", 1, lasts=True),
        Silenced("a", "b", "block/a/b", 3, lasts=False),
        Silenced("b", "a", "mute/b/a", 1, lasts=True, until=later),
    ):
        table.silence(one, NOON)
        fake.silence(one, NOON)
        for user, other in (("a", "b"), ("b", "a"), ("a", "c"), ("a", "bc")):
            for at in (NOON, later):
                assert table.silent(user, other, at) == fake.silent(user, other, at)
