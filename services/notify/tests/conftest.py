"""Fixtures of notify's tests."""

import app
import pytest
from contracts.http.cursors import Cursors, Key
from tests.fakes import Notify

KEY = Key("1", b"secret")


@pytest.fixture
def notify() -> Notify:
    """Return a notify in memory."""
    return Notify()


@pytest.fixture
def served(notify: Notify, monkeypatch: pytest.MonkeyPatch) -> Notify:
    """Return the notify in memory that the API stands on."""
    monkeypatch.setattr(app, "inbox", lambda: notify.inbox)
    monkeypatch.setattr(app, "devices", lambda: notify.devices)
    monkeypatch.setattr(app, "cursors", lambda: Cursors(lambda: {None: KEY, KEY.kid: KEY}))
    return notify
