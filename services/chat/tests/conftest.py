"""Fixtures of chat's tests."""

import app
import pytest
from contracts.http.cursors import Cursors, Key
from tests.fakes import Chat

KEY = Key("1", b"secret")


@pytest.fixture
def chat() -> Chat:
    """Return a chat in memory."""
    return Chat()


@pytest.fixture
def served(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> Chat:
    """Return the chat in memory that the API stands on."""
    monkeypatch.setattr(app, "channels", lambda: chat.channels)
    monkeypatch.setattr(app, "messages", lambda: chat.messages)
    monkeypatch.setattr(app, "cursors", lambda: Cursors(lambda: {None: KEY, KEY.kid: KEY}))
    monkeypatch.setattr(app.api, "limiter", lambda: chat.limiter)
    return chat
