"""Fixtures of posts' tests."""

import json
from collections.abc import Iterator
from functools import partial
from typing import Any

import app
import pytest
from chalice.test import Client
from chalicelib import assembly
from chalicelib.assembly import drafting, relating
from tests.api import Ask, token
from tests.cloud import Cloud
from tests.fakes import AIKO, BEN, CHIE, World
from tests.moderating import DAI, EMI


@pytest.fixture
def world() -> World:
    """Return a service in memory that Aiko, Ben and Chie have joined."""
    world = World()
    world.people.join(AIKO, BEN, CHIE)
    return world


@pytest.fixture
def moderated(world: World) -> World:
    """Return a service in memory that two moderators have joined, too."""
    world.people.join(DAI, EMI)
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


@pytest.fixture
def served(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """Return the service in memory that the API stands on."""
    for module in (assembly, drafting, relating):
        for part in filter(partial(hasattr, module), vars(world)):
            monkeypatch.setattr(module, part, lambda part=part: getattr(world, part))
    monkeypatch.setattr(app.api, "limiter", lambda: world.limiter)
    return world


@pytest.fixture
def ask(served: World) -> Iterator[Ask]:
    """Ask the API, which stands on a service in memory."""
    with Client(app.app) as client:

        def ask(
            method: str,
            path: str,
            body: Any = None,
            *,
            me: str | None = AIKO.id,
            groups: str = "",
            authorization: str | None = None,
            raw: bytes | None = None,
            **headers: str,
        ) -> tuple[int, dict[str, Any]]:
            sent = {"Content-Type": "application/json", **headers}
            if me:
                sent["Authorization"] = authorization or token(me, **{"cognito:groups": groups})
            data = raw if raw is not None else b"" if body is None else json.dumps(body).encode()
            answer = client.http.request(method, path, headers=sent, body=data)
            return answer.status_code, json.loads(answer.body) if answer.body else {}

        yield ask
