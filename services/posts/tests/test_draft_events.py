"""What drafts say to the world: only when something is to come, and when it is not to any more."""

import inspect
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from chalicelib import assembly
from chalicelib.drafts import Draft, Refusal
from chalicelib.store.drafts import DraftsTable
from chalicelib.store.table import Table
from tests.fakes import AIKO
from ulid import ULID
from written_streams import WrittenTables, relayed

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
AT = NOW + timedelta(hours=1)
PLAIN = Draft(AIKO.id, str(ULID()), {"text": "紅葉"}, "digest", NOW)
SCHEDULED = Draft(AIKO.id, PLAIN.ulid, {"text": "紅葉"}, "digest", NOW, publish_at=AT, schedule=1)


@pytest.fixture
def written() -> WrittenTables:
    return WrittenTables()


def drafts(written: WrittenTables, now: datetime = NOW) -> DraftsTable:
    return DraftsTable(Table("posts", written), lambda: now)


def told(written: WrittenTables) -> list[tuple[str, int, dict[str, Any]]]:
    """Return type, sequence and what is said beside author and draft, of all events."""
    subject = f"draft/{AIKO.id}/{PLAIN.ulid}"
    events = relayed(inspect.unwrap(assembly.relay)("posts"), written.records["posts"])
    said = []
    for event in events:
        assert (event["subject"], event["actor"]) == (subject, AIKO.id)
        assert (event["data"].pop("author"), event["data"].pop("draft_id")) == (AIKO.id, PLAIN.ulid)
        said.append((event["type"], event["sequence"], event["data"]))
    return said


def test_a_draft_without_a_time_says_nothing(written: WrittenTables) -> None:
    drafts(written).add_draft(PLAIN)
    drafts(written).save_draft(PLAIN.changed({"text": "桜"}, None, NOW))
    assert told(written) == []


def test_a_draft_says_when_it_is_scheduled_moved_and_called_off_and_not_when_its_words_change(
    written: WrittenTables,
) -> None:
    moved = SCHEDULED.changed(SCHEDULED.content, AT + timedelta(hours=1), NOW)
    reworded = moved.changed({"text": "桜"}, moved.publish_at, NOW)
    called_off = reworded.changed(reworded.content, None, NOW)
    drafts(written).add_draft(SCHEDULED)
    for version in (moved, reworded, called_off):
        assert drafts(written).save_draft(version)
    assert told(written) == [
        ("draft.scheduled.v1", 1, {"publish_at": "2026-11-24T13:00:00Z"}),
        ("draft.scheduled.v1", 2, {"publish_at": "2026-11-24T14:00:00Z", "replaces": 1}),
        ("draft.unscheduled.v1", 4, {"replaces": 2}),
    ]


@pytest.mark.parametrize(("late", "said"), [(-timedelta(seconds=1), True), (timedelta(0), False)])
def test_a_draft_that_goes_says_so_if_it_was_still_to_fire(
    written: WrittenTables, late: timedelta, said: bool
) -> None:
    drafts(written).add_draft(SCHEDULED)
    assert drafts(written, AT + late).discard_draft(SCHEDULED)
    assert told(written)[1:] == ([("draft.unscheduled.v1", 2, {"replaces": 1})] if said else [])


def test_a_draft_that_was_refused_in_time_says_nothing_to_the_world(written: WrittenTables) -> None:
    drafts(written).add_draft(SCHEDULED)
    refused = SCHEDULED.refused(Refusal("invalid", "why"))
    assert drafts(written).save_draft(refused)
    assert drafts(written).find_draft(AIKO.id, PLAIN.ulid) == refused
    assert len(told(written)) == 1
