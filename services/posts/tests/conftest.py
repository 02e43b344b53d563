"""Fixtures of posts' tests."""

import pytest
from tests.cloud import Cloud
from tests.fakes import AIKO, BEN, CHIE, World


@pytest.fixture
def world() -> World:
    """Return a service in memory that Aiko, Ben and Chie have joined."""
    world = World()
    world.people.join(AIKO, BEN, CHIE)
    return world


@pytest.fixture(scope="session")
def tables() -> Cloud:
    """Return the service on the deployed tables."""
    return Cloud()


@pytest.fixture
def cloud(tables: Cloud) -> Cloud:
    """Return the service on the deployed tables, its meter at nought."""
    tables.meter.reset()
    return tables
