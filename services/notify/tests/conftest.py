"""Fixtures of notify's tests."""

import pytest
from tests.fakes import Notify


@pytest.fixture
def notify() -> Notify:
    """Return a notify in memory."""
    return Notify()
