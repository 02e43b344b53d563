"""The rows of follow edges: how they stand, who is listed, and what the world is told."""

from typing import Any

import pytest
from chalicelib.outbox import profile_event
from chalicelib.store.edges import EdgesTable
from chalicelib.store.table import Table
from chalicelib.ties import Standing
from contracts.transport.items import from_attributes
from hypothesis import given, settings
from hypothesis import strategies as st
from memory_dynamodb import MemoryDynamo
from moments import Moments
from tests.fakes import AIKO, BEN, CHIE, Clock
from tests.memory_profiles import MemoryProfiles

STEPS = st.sampled_from(["follow", "ask", "unfollow", "accept", "refuse"])


class Kept:
    """Edges on a table in memory."""

    def __init__(self) -> None:
        self.dynamodb = MemoryDynamo(Moments(), lambda _table, _record: None)
        self.table = EdgesTable(Table("profiles", self.dynamodb, pause=lambda _: None), Clock())

    def told(self) -> list[tuple[str, str | None, int]]:
        """Return the events of all writes, with who acted."""
        items = (from_attributes(write.new) for write in self.dynamodb.writes if write.new)
        subject = f"follow/{BEN.id}/{AIKO.id}"
        kept = [one for one in items if "_event" in one]
        assert {profile_event(one).subject for one in kept} <= {subject}
        return [(one["_event"], one.get("_actor"), one["sequence"]) for one in kept]

    def hides(self) -> bool:
        """Tell whether what was delivered is hidden."""
        return any(row["sk"]["S"].startswith("R#U#") for row in self.dynamodb.items("profiles"))


@pytest.fixture
def kept() -> Kept:
    return Kept()


def do(store: Any, what: str) -> None:
    if what in {"accept", "refuse"}:
        getattr(store, what)(AIKO.id, BEN.id)
    else:
        getattr(store, what)(BEN, AIKO.id)


@settings(max_examples=200, deadline=None)
@given(steps=st.lists(STEPS, max_size=10))
def test_the_table_holds_what_the_fake_holds_whatever_happens(steps: list[str]) -> None:
    kept, fake = Kept(), MemoryProfiles()
    once_there = False
    for what in steps:
        do(kept.table, what)
        do(fake, what)
        there = fake.standing(BEN.id, AIKO.id) is Standing.THERE
        once_there = once_there or there
        assert kept.table.standing(BEN.id, AIKO.id) is fake.standing(BEN.id, AIKO.id)
        assert list(kept.table.followers(AIKO.id)) == list(fake.followers(AIKO.id))
        assert kept.table.asking(AIKO.id, None, 20) == fake.asking(AIKO.id, None, 20)
        assert kept.hides() == (once_there and not there)


def test_a_request_and_its_acceptance_are_told_and_its_refusal_is_not(kept: Kept) -> None:
    for what in ("ask", "refuse", "ask", "accept", "unfollow"):
        do(kept.table, what)
    assert kept.told() == [
        ("follow.requested.v1", BEN.id, 1),
        ("follow.requested.v1", BEN.id, 3),
        ("follow.created.v1", AIKO.id, 4),
        ("follow.removed.v1", BEN.id, 5),
    ]


def test_a_follow_that_is_cut_is_told_in_nobodys_name_and_a_request_not_at_all(kept: Kept) -> None:
    do(kept.table, "ask")
    assert not kept.table.cut(BEN.id, AIKO.id, 9)
    assert kept.table.cut(BEN.id, AIKO.id, 1)
    do(kept.table, "follow")
    assert kept.table.cut(BEN.id, AIKO.id, 3)
    assert kept.told()[-2:] == [("follow.created.v1", BEN.id, 3), ("follow.removed.v1", None, 4)]
    assert not kept.table.cut(CHIE.id, AIKO.id, 1)
