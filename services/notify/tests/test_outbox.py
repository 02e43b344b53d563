"""What notify's items become on the bus."""

import inspect

import app
from chalicelib.store.notifications import NotificationTable
from contracts.events.notify import NotificationCreatedV2
from tests.fakes import AIKO, BEN, NOON, anything
from written_streams import WrittenTables, relayed


def test_a_notification_says_who_is_told_what_of_whom() -> None:
    tables, told = WrittenTables(), anything(1)
    NotificationTable(tables, "notifications").add(told, NOON)
    (event,) = relayed(inspect.unwrap(app.relay)(), tables.records["notifications"])
    assert (event["type"], event["subject"]) == (NotificationCreatedV2.TYPE, f"notification/{told.id}")
    assert (event["actor"], event["sequence"]) == (BEN.id, 1)
    assert event["data"] == {
        "notification_id": told.id,
        "user_id": AIKO.id,
        "kind": "mention",
        "person": {"id": BEN.id, "handle": "ben", "name": "Ben"},
        "post_id": "a-post",
        "preview": "@aiko 1",
        "created_at": "2026-11-24T12:00:01.123456Z",
    }
