"""The commands that check: lint, tests by kind, and all of it."""

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from typing import Annotated

import typer
from rich.console import Console

from infra.local import bring_up, checks
from infra.local.checks import Check
from infra.local.daemon import CloudError, Supervisor
from infra.local.place import REPOSITORY, STAGE, Place
from infra.local.run_checks import run_checks
from infra.page import UI, PageFailed, install_page

CHECK_FAILED = 4

say = Console(stderr=True)


def lint() -> None:
    """Check style, types and the direction of imports."""
    _require(checks.lint())


def test_unit() -> None:
    """Run the tests that need no cloud."""
    _require(checks.unit())


def test_contracts() -> None:
    """Check the schemas for drift and for compatibility with every released version."""
    _require(checks.contracts())


def test_cloud() -> None:
    """Run the adapters' tests on the running local cloud."""
    place = _running()
    _require(checks.adapters(place.client_environment(), _variables(place)))


def e2e(
    arguments: Annotated[list[str] | None, typer.Argument(help="what pytest gets: all stories")] = None,
) -> None:
    """Run the stories against the running local cloud, from outside."""
    place = _running()
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), **place.client_environment()}
    command = [sys.executable, "-m", "pytest", *(arguments or ["e2e", "--ignore=e2e/chaos"])]
    if subprocess.run(command, cwd=REPOSITORY, env=environment, check=False).returncode:
        raise typer.Exit(CHECK_FAILED)


def test() -> None:
    """Check everything, in the order in which it is cheapest to fail."""
    _require([*checks.lint(), *checks.unit(), *checks.contracts()])
    bring_up.bring_up(Place.from_environment(), say)
    test_cloud()
    e2e()


COMMANDS: tuple[tuple[str, Callable[..., None]], ...] = (
    ("lint", lint),
    ("test-unit", test_unit),
    ("test-contracts", test_contracts),
    ("test-cloud", test_cloud),
    ("e2e", e2e),
    ("test", test),
)


def _require(wanted: Sequence[Check]) -> None:
    if any(check.folder == UI for check in wanted):
        try:
            install_page()
        except PageFailed as error:
            raise CloudError(str(error)) from None
    if not run_checks(wanted, say):
        raise typer.Exit(CHECK_FAILED)


def _running() -> Place:
    place = Place.from_environment()
    if not Supervisor(place.folder).running("cloud"):
        raise CloudError("The local cloud is down; start it with `make up`.")
    return place


def _variables(place: Place) -> dict[str, str]:
    environment = bring_up.environment(place)
    variables = {}
    for service in checks.services():
        command = [sys.executable, "-m", "infra.deploy", "env", service, "--stage", STAGE]
        done = subprocess.run(
            command, cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise CloudError(f"The environment of {service} is not known: {done.stderr.strip()}")
        variables[service] = done.stdout
    return variables
