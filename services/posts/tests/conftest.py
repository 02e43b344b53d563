"""Fixtures of posts' tests."""

import pytest
from tests.fakes import AIKO, BEN, CHIE, World


@pytest.fixture
def world() -> World:
    """Return a service in memory that Aiko, Ben and Chie have joined."""
    world = World()
    world.people.join(AIKO, BEN, CHIE)
    return world
