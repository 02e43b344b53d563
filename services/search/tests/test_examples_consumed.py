"""The examples that search's consumer relies on: each has its effect, and states just what is taken of it."""

import inspect
from collections.abc import Callable
from typing import Any

import app
import pytest
from chalicelib.model import Entry
from consumer_examples import Envelope, Example, completed, relied_on_by
from example_reliance import Calls, Noted, hand, require_exact
from tests.fakes import MemoryEngine

EXAMPLES = pytest.mark.parametrize("example", relied_on_by("search"), ids=str)

Take = Callable[[MemoryEngine, Envelope], Calls]


@pytest.fixture
def take(monkeypatch: pytest.MonkeyPatch) -> Take:
    """Return what lets the consumer, wired as it is deployed, take an event on an engine in memory."""
    monkeypatch.setenv("MAX_RECEIVES", "5")

    def take(engine: MemoryEngine, envelope: Envelope) -> Calls:
        calls: Calls = []
        monkeypatch.setattr(app, "engine", lambda: Noted(engine, calls))
        hand(inspect.unwrap(app.consumer)(), envelope)
        return calls

    return take


AIKO = {"id": "5c0e8d1a-3b52-4f0e-9d4e-6a1f0c2b7e91", "handle": "aiko", "name": "愛子"}
BEN = {"id": "b7a4f3c2-91de-4c58-8a37-0f5d2e6b9c14", "handle": "ben", "name": "Ben"}
BLOCK = f"block/{AIKO['id']}/{BEN['id']}"
POST = "XA6NGjtSTw6dTmofDCt-kQGiDW1aAHJlcGx5LTAwMDE"
PARENT = "t6TzwpHeTFiKNw9dLmucFAGiDW1aAHBhcmVudC0wMDE"
PHOTO = {
    "id": "01M86PTPG0DNJP8TB15MR30C1H",
    "url": "/media/Q2hhbmdlTWVQbGVhc2U/display.webp",
    "content_type": "image/webp",
    "width": 1600,
    "height": 1200,
    "alt": "紅葉の写真",
}
PERSON: dict[str, Any] = {**AIKO, "bio": "京都で写真を撮っています", "private": True, "deleted": False}

EFFECTS = {
    "search/post.published.v2.reply": Entry(
        "posts",
        POST,
        3,
        {
            "id": POST,
            "author": AIKO,
            "text": "@ben #京都 の紅葉です",
            "media": [PHOTO],
            "mentions": [BEN],
            "in_reply_to": PARENT,
            "created_at": "2026-11-24T12:00:00Z",
            "warning": "紅葉",
            "language": "ja",
            "labels": ["sensitive"],
            "tags": ["京都"],
            "replies": "followers",
            "edited_at": "2026-11-24T12:00:00Z",
            "root": PARENT,
            "quotes": "followers",
            "quote": {
                "id": PARENT,
                "author": BEN,
                "text": "京都はどう？",
                "media": [PHOTO],
                "created_at": "2026-11-24T12:00:00Z",
                "warning": "紅葉",
            },
            "audience": "public",
            "deleted": False,
        },
    ),
    "search/post.deleted.v1": Entry(
        "posts", POST, 2, {"deleted": True, "deleted_at": "2026-11-24T12:00:00+00:00"}
    ),
    "search/block.created.v1": Entry(
        "blocks", BLOCK, 1, {"people": [AIKO["id"], BEN["id"]], "deleted": False}
    ),
    "search/block.removed.v1": Entry(
        "blocks", BLOCK, 2, {"deleted": True, "deleted_at": "2026-11-24T12:00:00+00:00"}
    ),
    "search/account.deleted.v1": Entry(
        "people", AIKO["id"], 3, {"deleted": True, "deleted_at": "2026-11-24T12:00:00+00:00"}
    ),
    "search/profile.created.v1": Entry("people", AIKO["id"], 1, PERSON),
    "search/profile.updated.v1": Entry("people", AIKO["id"], 2, PERSON),
    "search/account.suspended.v1": Entry(
        "people", AIKO["id"], 2, {"deleted": True, "deleted_at": "2026-11-24T12:00:00+00:00"}
    ),
    "search/account.reinstated.v1": Entry("people", AIKO["id"], 3, PERSON),
}


@EXAMPLES
def test_an_example_has_its_effect(example: Example, take: Take) -> None:
    engine = MemoryEngine()
    take(engine, completed(example.event_type, example.stated))
    assert list(engine.entries.values()) == [EFFECTS[str(example)]]


@EXAMPLES
def test_an_example_states_what_its_consumer_takes_and_no_more(example: Example, take: Take) -> None:
    require_exact(example, lambda envelope: take(MemoryEngine(), envelope))
