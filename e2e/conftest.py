"""Fixtures of the stories, and the report: which endpoint they ran on and how long each path took."""

from collections.abc import Callable, Iterator

import pytest
from rich.console import Console

from e2e.latencies import Latencies
from e2e.people import Person, sign_up
from e2e.system import System

SignUp = Callable[..., Person]

_latencies = Latencies()


@pytest.fixture(scope="session")
def system() -> System:
    """The running system."""
    return System.running()


@pytest.fixture(scope="session")
def page_url(system: System) -> str:
    """The one address that people open."""
    return system.page


@pytest.fixture(scope="session")
def latencies() -> Latencies:
    """What the suite measures, printed at its end."""
    return _latencies


@pytest.fixture
def person(system: System) -> Iterator[SignUp]:
    """Sign people up; they leave when the story ends."""
    people: list[Person] = []

    def join(name: str, **options: object) -> Person:
        people.append(sign_up(system, name, **options))  # type: ignore[arg-type]
        return people[-1]

    yield join
    for one in people:
        one.leave()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Measure first: what the stories leave behind (idle workers, retries) slows the machine for a while."""
    items.sort(key=lambda item: item.path.name != "test_latency.py")


def pytest_report_header() -> str:
    """Name the endpoint: a green run says nothing without it."""
    try:
        system = System.running()
    except Exception:
        return "endpoint: none is up (run `make up`)"
    return f"endpoint: {system.urls['endpoint']}, page: {system.page}"


def pytest_terminal_summary() -> None:
    """Print the latencies, if any were measured."""
    if _latencies.paths:
        Console().print(_latencies.table())
