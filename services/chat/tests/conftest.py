"""Fixtures of chat's tests."""

import pytest
from tests.fakes import Chat


@pytest.fixture
def chat() -> Chat:
    """Return a chat in memory."""
    return Chat()
