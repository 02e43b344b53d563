"""What is checked, package by package: each in a process of its own, two at a time."""

import json
import shlex
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from infra.local.place import REPOSITORY, SERVICES

CONTRACTS = REPOSITORY / "contracts"
# pytest says 5 when a selection is empty: not every package has tests of every kind.
PASSED = frozenset({0})
PASSED_OR_EMPTY = frozenset({0, 5})


@dataclass(frozen=True)
class Check:
    """One command that passes or fails.

    Parameters
    ----------
    name
        What a person calls it.
    command
        Program and arguments.
    folder
        Where it runs.
    environment
        Added to the inherited environment.
    passing
        The exit codes that mean all is well.
    long
        Whether it takes so long that it should start first.
    """

    name: str
    command: tuple[str, ...]
    folder: Path = REPOSITORY
    environment: Mapping[str, str] = field(default_factory=dict)
    passing: frozenset[int] = PASSED
    long: bool = False


def services() -> list[str]:
    """Return the services that are there."""
    return [service for service in SERVICES if (_folder(service) / "app.py").is_file()]


def lint() -> list[Check]:
    """Style, types and the direction of imports."""
    checks = [
        Check("ruff", ("ruff", "check", ".")),
        Check("format", ("ruff", "format", "--check", ".")),
        *(_types(name, REPOSITORY, name) for name in ("infra", "e2e") if _has_python(REPOSITORY / name)),
        _types("contracts", CONTRACTS, "contracts", "tests"),
    ]
    for service in services():
        folder = _folder(service)
        tests = ("tests",) if _has_python(folder / "tests") else ()
        checks.append(_types(service, folder, "app.py", "chalicelib", *tests))
        checks.append(
            Check(
                f"imports {service}",
                ("lint-imports", "--no-cache", "--no-logo", str(REPOSITORY / "services/.importlinter")),
                folder,
                {"PYTHONPATH": str(folder)},
            )
        )
    return [*checks, *_page("typecheck", "lint")]


def unit() -> list[Check]:
    """The tests that need no cloud, without those of the contracts."""
    own = _pytest("infra", "--ignore=infra/catalogue", "-m", "not cloud")
    checks = [Check("tests infra", own, long=True)]
    checks.append(Check("tests chaos", _pytest("e2e/chaos")))
    checks += [_service_tests(service, "not cloud", {}, PASSED) for service in services()]
    return [*checks, *_page("test")]


def contracts() -> list[Check]:
    """Schema drift and compatibility, who hears what, what services share, and the catalogue of it."""
    return [
        Check("events", (sys.executable, "-m", "contracts.events.lifecycle")),
        Check("tests contracts", _pytest("contracts/tests")),
        Check("tests catalogue", _pytest("infra/catalogue")),
    ]


def adapters(client: Mapping[str, str], variables: Mapping[str, str]) -> list[Check]:
    """The tests that need the running local cloud.

    Parameters
    ----------
    client
        What an AWS client needs to speak to it.
    variables
        For each service, the `export` lines of its functions' environment.
    """
    checks = [
        Check("adapters infra", _pytest("infra", "-m", "cloud"), REPOSITORY, client, PASSED_OR_EMPTY),
    ]
    for service in services():
        environment = {**exported(variables[service]), **client}
        checks.append(_service_tests(service, "cloud", environment, PASSED_OR_EMPTY))
    return checks


def exported(lines: str) -> dict[str, str]:
    """Read `export NAME=value` lines as a shell would."""
    words = [word for line in lines.splitlines() for word in shlex.split(line, comments=True)]
    return dict(word.split("=", 1) for word in words if "=" in word)


def _types(name: str, folder: Path, *paths: str) -> Check:
    # A cache of its own: every service has a module `app`.
    cache = REPOSITORY / ".mypy_cache" / name
    config = REPOSITORY / "pyproject.toml"
    command = ("mypy", "--config-file", str(config), "--cache-dir", str(cache), "--no-error-summary", *paths)
    # The CDK's types alone take a minute to read.
    long = name == "infra"
    # Every package's tests import what the contracts' tests share by its bare name, as pytest finds it;
    # the operator's tools in contracts ask infra where a stage's cloud is.
    found_in = {"MYPYPATH": f"{folder}:{CONTRACTS / 'tests'}:{REPOSITORY}"}
    return Check(f"types {name}", command, folder, found_in, long=long)


def _service_tests(
    service: str, selection: str, environment: Mapping[str, str], passing: frozenset[int]
) -> Check:
    folder = _folder(service)
    kind = "adapters" if selection == "cloud" else "tests"
    return Check(
        f"{kind} {service}",
        _pytest("tests", "-m", selection),
        folder,
        {**environment, "PYTHONPATH": str(folder)},
        passing,
    )


def _pytest(*arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-m", "pytest", "-q", *arguments)


def _page(*scripts: str) -> list[Check]:
    package = REPOSITORY / "ui/package.json"
    if not package.is_file():
        return []
    there = json.loads(package.read_text()).get("scripts", {})
    return [
        Check(f"page {script}", ("npm", "run", "--silent", script), package.parent)
        for script in scripts
        if script in there
    ]


def _folder(service: str) -> Path:
    return REPOSITORY / "services" / service


def _has_python(folder: Path) -> bool:
    return any(folder.rglob("*.py"))
