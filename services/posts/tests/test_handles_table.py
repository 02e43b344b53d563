"""A handle that was given up is kept for who had it, then free; that of a deleted account is never."""

from datetime import timedelta
from typing import Any

import pytest
from chalicelib.outbox import profile_event
from chalicelib.people import HANDLE_KEPT, Extras, HandleTaken, Left, Picture
from chalicelib.profiles import Profiles
from chalicelib.store.profiles import ProfilesTable
from chalicelib.store.table import Table
from contracts.transport.items import from_attributes
from memory_dynamodb import MemoryDynamo
from moments import Moments
from tests.fakes import AIKO, BEN, Clock

FACE = Picture("face", "/media/k3y/display.webp", 400, 300, "笑顔")


class Kept:
    """Profiles on a table in memory."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.dynamodb = MemoryDynamo(Moments(), lambda _table, _record: None)
        self.table = ProfilesTable(Table("profiles", self.dynamodb, pause=lambda _: None), self.clock)
        self.profiles = Profiles(self.table, self.clock)

    def put(self, user: str, handle: str, **more: Any) -> None:
        self.profiles.put(user, handle, "someone", "", "ja", **more)

    def last(self) -> dict[str, Any]:
        """Return the item that was written last and is told."""
        told = (from_attributes(write.new) for write in self.dynamodb.writes if write.new)
        return [item for item in told if "_event" in item][-1]


@pytest.fixture
def kept() -> Kept:
    kept = Kept()
    kept.put(AIKO.id, "aiko")
    kept.put(AIKO.id, "kyoto")
    return kept


def test_nobody_goes_by_a_handle_that_was_given_up(kept: Kept) -> None:
    assert kept.table.holder("aiko") is None
    assert kept.table.holders(["aiko", "kyoto"]) == [kept.profiles.own(AIKO.id).person]


def test_another_can_take_it_when_it_is_over_and_not_before(kept: Kept) -> None:
    kept.clock.move(HANDLE_KEPT - timedelta(seconds=1))
    with pytest.raises(HandleTaken):
        kept.put(BEN.id, "aiko")
    kept.clock.move(timedelta(seconds=1))
    kept.put(BEN.id, "aiko")
    assert kept.table.holder("aiko") == BEN.id
    with pytest.raises(HandleTaken):
        kept.put(AIKO.id, "aiko")


def test_who_gave_it_up_can_take_it_back_at_any_time(kept: Kept) -> None:
    kept.put(AIKO.id, "Aiko")
    assert kept.table.holder("aiko") == AIKO.id
    assert kept.table.holder("kyoto") is None
    kept.clock.move(2 * HANDLE_KEPT)
    with pytest.raises(HandleTaken):
        kept.put(BEN.id, "aiko")


def test_the_handle_of_a_deleted_account_is_nobodys_for_ever(kept: Kept) -> None:
    kept.profiles.leave(AIKO.id, "kyoto")
    assert kept.table.fresh(AIKO.id) == Left(AIKO.id, 3)
    assert kept.table.find(AIKO.id) is None
    assert kept.table.named([AIKO.id]) == {}
    assert kept.table.holder("kyoto") is None
    kept.clock.move(100 * HANDLE_KEPT)
    with pytest.raises(HandleTaken):
        kept.put(BEN.id, "kyoto")
    assert AIKO.id not in str(kept.dynamodb.items("profiles", "H#kyoto"))


def test_extras_come_back_as_they_were_kept_and_the_avatar_is_told(kept: Kept) -> None:
    extras = Extras(("https://example.jp",), "she/her", FACE, None)
    kept.put(AIKO.id, "kyoto", extras=extras)
    assert kept.profiles.own(AIKO.id).extras == extras
    assert profile_event(kept.last()).data.model_dump()["avatar"] == FACE.url
    kept.put(AIKO.id, "kyoto")
    assert kept.profiles.own(AIKO.id).extras == Extras()
    assert profile_event(kept.last()).data.model_dump()["avatar"] is None


def test_a_deletion_tells_the_last_fact_of_the_profile(kept: Kept) -> None:
    kept.profiles.leave(AIKO.id, "kyoto")
    told = profile_event(kept.last())
    assert (told.subject, told.data.model_dump()) == (f"profile/{AIKO.id}", {"user_id": AIKO.id})
    assert kept.last()["sequence"] == 3
