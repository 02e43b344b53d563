"""What the media table's changes say to the world."""

import inspect
from typing import Any

import app
import pytest
from chalicelib.model import Reason, Rendition, Verdict
from chalicelib.outbox import outgoing
from chalicelib.store import MediaTable
from contracts.events.media import MediaFailedV1, MediaReadyV1
from tests.fakes import AIKO, NOON, Cloud
from written_streams import WrittenTables, relayed

DISPLAY = Rendition("display", "media/k3y/display.webp", "image/webp", 1600, 1200, 99_000)


def published(verdict: Verdict | None) -> list[dict[str, Any]]:
    """Return what the relay makes of a session, and of the verdict upon its file."""
    tables = WrittenTables()
    table = MediaTable(tables, "media")
    media = Cloud().announced(b"photo")
    assert table.open(media)
    if verdict:
        table.settle(media, verdict, NOON)
    return relayed(inspect.unwrap(app.relay)(), tables.records["media"])


def test_a_session_is_no_event() -> None:
    assert not published(None)


def test_a_rendition_makes_the_item_ready() -> None:
    [event] = published(Verdict(renditions=(DISPLAY,)))
    assert (event["type"], event["sequence"], event["actor"]) == (MediaReadyV1.TYPE, 2, AIKO)
    assert event["subject"] == f"media/{event['data']['media_id']}"
    data = MediaReadyV1.model_validate(event["data"])
    assert (data.owner, data.alt) == (AIKO, "京都の紅葉")
    [rendition] = data.renditions
    assert rendition.url == "/media/k3y/display.webp"
    assert (rendition.name, rendition.width, rendition.height) == ("display", 1600, 1200)


@pytest.mark.parametrize("reason", Reason)
def test_a_refusal_makes_it_failed_with_a_word_and_a_sentence(reason: Reason) -> None:
    [event] = published(Verdict(reason=reason, detail="The image moves."))
    assert (event["type"], event["sequence"]) == (MediaFailedV1.TYPE, 2)
    data = MediaFailedV1.model_validate(event["data"])
    assert (data.owner, data.reason, data.detail) == (AIKO, str(reason), "The image moves.")


def test_an_event_that_is_not_ours_is_refused() -> None:
    with pytest.raises(ValueError, match="publishes no"):
        outgoing({"id": "1", "_event": "post.published.v2"})
