"""The rows of relations: what is read of them, what they tell, and that they come and go together."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from chalicelib.blocking import Blocks
from chalicelib.muting import Mute, MutedWord
from chalicelib.outbox import profile_event
from chalicelib.people import Person
from chalicelib.relations import Relations
from chalicelib.store.relations import RelationsTable
from chalicelib.store.table import Table
from contracts.transport.items import from_attributes
from hypothesis import given, settings
from hypothesis import strategies as st
from memory_dynamodb import MemoryDynamo
from moments import Moments
from tests.fakes import AIKO, BEN, CHIE, Clock, person
from tests.memory_relations import MemoryRelations

PEOPLE = (AIKO, BEN, CHIE)
PICK = st.sampled_from(PEOPLE)
STEP = st.one_of(
    st.tuples(st.sampled_from(["block", "unblock", "mute", "unmute", "mute_a_while"]), PICK, PICK),
    st.tuples(st.just("wait"), PICK, PICK),
)


class Kept:
    """Relations on a table in memory."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.dynamodb = MemoryDynamo(Moments(), lambda _table, _record: None)
        self.table = RelationsTable(Table("profiles", self.dynamodb, pause=lambda _: None), self.clock)

    def told(self) -> list[tuple[str, str, int]]:
        """Return the events of all writes, by subject and sequence."""
        items = (from_attributes(write.new) for write in self.dynamodb.writes if write.new)
        return [
            (item["_event"], profile_event(item).subject, item["sequence"])
            for item in items
            if "_event" in item
        ]


@pytest.fixture
def kept() -> Kept:
    return Kept()


@settings(max_examples=200, deadline=None)
@given(steps=st.lists(STEP, max_size=12))
def test_the_table_holds_what_the_fake_holds_whatever_happens(steps: list[tuple[str, Any, Any]]) -> None:
    kept = Kept()
    fake = MemoryRelations(kept.clock)
    for what, one, other in steps:
        if what == "wait":
            kept.clock.move(timedelta(minutes=1))
            continue
        until = kept.clock() + timedelta(minutes=2) if what == "mute_a_while" else None
        for store in (kept.table, fake):
            match what:
                case "block":
                    store.block(one.id, other)
                case "unblock":
                    store.unblock(one.id, other.id)
                case "unmute":
                    store.unmute(one.id, other.id)
                case _:
                    store.mute(one.id, Mute(other, until))
    for one in PEOPLE:
        assert kept.table.of(one.id) == fake.of(one.id)
        for limit in (1, 20):
            assert blocked(kept.table, one.id, limit) == blocked(fake, one.id, limit)
        assert kept.table.mutes(one.id, None, 20).mutes == fake.mutes(one.id, None, 20).mutes
        for other in PEOPLE:
            assert kept.table.parted(one.id, other.id) == fake.parted(one.id, other.id)


def blocked(store: Blocks, blocker: str, limit: int) -> list[Person]:
    """Return the people of all pages; a page of the table is short where it looked at a tombstone."""
    page = store.blocks(blocker, None, limit)
    people = [*page.people]
    while page.next:
        page = store.blocks(blocker, page.next, limit)
        people += page.people
    return people


def test_a_block_and_a_mute_are_told_once_for_each_change_and_their_rows_are_not(kept: Kept) -> None:
    until = kept.clock() + timedelta(hours=1)
    for _ in range(2):
        kept.table.block(AIKO.id, BEN)
    for _ in range(2):
        kept.table.unblock(AIKO.id, BEN.id)
    for end in (None, None, until):
        kept.table.mute(AIKO.id, Mute(BEN, end))
    kept.table.unmute(AIKO.id, BEN.id)
    kept.table.mute_word(AIKO.id, MutedWord("紅葉"))
    block, mute = f"block/{AIKO.id}/{BEN.id}", f"mute/{AIKO.id}/{BEN.id}"
    assert kept.told() == [
        ("block.created.v1", block, 1),
        ("block.removed.v1", block, 2),
        ("mute.created.v1", mute, 1),
        ("mute.created.v1", mute, 2),
        ("mute.removed.v1", mute, 3),
    ]


def test_a_mute_tells_until_when(kept: Kept) -> None:
    kept.table.mute(AIKO.id, Mute(BEN, datetime(2026, 12, 1, tzinfo=UTC)))
    (item,) = (from_attributes(one.new) for one in kept.dynamodb.writes if one.new and "_event" in one.new)
    assert profile_event(item).data.model_dump(mode="json") == {
        "muter": AIKO.id,
        "muted": BEN.id,
        "until": "2026-12-01T00:00:00Z",
    }


def test_fifty_blocks_are_read_for_half_a_unit(kept: Kept) -> None:
    crowd = [person(number) for number in range(10, 60)]
    for one in crowd:
        kept.table.block(AIKO.id, one)
    rows = [
        from_attributes(row)
        for row in kept.dynamodb.items("profiles", f"U#{AIKO.id}")
        if row["sk"]["S"].startswith("R#")
    ]
    size = sum(len(name) + len(str(value)) for row in rows for name, value in row.items())
    assert len(rows) == 50
    assert size <= 4_096 + 250


def test_words_are_kept_one_row_each(kept: Kept) -> None:
    kept.table.mute_word(AIKO.id, MutedWord("紅葉"))
    kept.table.mute_word(AIKO.id, MutedWord("紅葉", kept.clock() + timedelta(hours=1)))
    kept.table.mute_word(AIKO.id, MutedWord("雨"))
    assert kept.table.of(AIKO.id).words == {"紅葉": kept.clock() + timedelta(hours=1), "雨": None}
    kept.table.unmute_word(AIKO.id, MutedWord("雨").id)
    kept.clock.move(timedelta(hours=1))
    assert kept.table.of(AIKO.id) == Relations(AIKO.id)
