from datetime import UTC, datetime

import pytest
from chalicelib.outbox import outgoing
from contracts.events.rtc import ConnectionClosedV1

ROW = {"connection": "abc=", "user_id": "aiko", "expires_at": 1_795_566_305}


def test_an_opened_connection_says_whose_it_is_and_until_when() -> None:
    said = outgoing({**ROW, "_event": "connection.opened.v1"})
    assert said.subject == "connection/abc="
    assert said.data.model_dump() == {
        "connection_id": "abc=",
        "user_id": "aiko",
        "expires_at": datetime(2026, 11, 25, 0, 25, 5, tzinfo=UTC),
    }


def test_a_closed_connection_says_when_its_person_was_last_alive() -> None:
    alive = datetime(2026, 11, 25, tzinfo=UTC)
    said = outgoing({**ROW, "_event": "connection.closed.v1", "last_alive_at": alive.isoformat()})
    assert isinstance(said.data, ConnectionClosedV1)
    assert said.data.last_alive_at == alive


def test_an_event_that_connections_do_not_know_is_not_published() -> None:
    with pytest.raises(ValueError, match="do not publish"):
        outgoing({**ROW, "_event": "post.published.v2"})
