"""The services' packages as a deploy makes them."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from infra.deploy.packaging import build_zip
from infra.deploy.render import render, services
from infra.stages import WORK, Stage

LIMIT = 6_000_000
"""Bytes of a package."""

LIMITS = {"media": 12_700_000}
"""Where Pillow is, there is more."""


@dataclass(frozen=True)
class Package:
    """A service's zip, and the variables that its functions get."""

    service: str
    zip: Path
    variables: Mapping[str, str]

    @property
    def bytes(self) -> int:
        """The size of the zip."""
        return self.zip.stat().st_size

    @property
    def limit(self) -> int:
        """The most that it may have."""
        return LIMITS.get(self.service, LIMIT)


def package(stage: Stage, service: str, variables: Mapping[str, str]) -> Package:
    """Build the package of a service."""
    rendered = render(stage, service, variables, WORK / "bench" / service)
    return Package(service, build_zip(rendered.folder), rendered.environment)


def packages(stage: Stage, variables: Mapping[str, str]) -> dict[str, Package]:
    """Build all packages."""
    return {service: package(stage, service, variables) for service in services()}
