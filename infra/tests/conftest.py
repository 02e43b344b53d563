"""The templates of a stage on AWS and of the local one, synthesised once for all tests."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from infra.cdk.settings import Settings
from infra.stages import Stage


@dataclass(frozen=True)
class Template:
    body: dict[str, Any]

    def of(self, resource_type: str) -> dict[str, dict[str, Any]]:
        """Return the resources of a type by their logical ids."""
        return {n: r for n, r in self.body["Resources"].items() if r["Type"] == resource_type}

    def parameters(self) -> dict[str, Any]:
        """Return what the template writes to Parameter Store."""
        found = self.of("AWS::SSM::Parameter").values()
        return {r["Properties"]["Name"]: r["Properties"]["Value"] for r in found}


@dataclass(frozen=True)
class Synthesised:
    core: Template
    edge: Template


def _synthesise(settings: Settings, folder: Path) -> Synthesised:
    from infra.cdk.app import synthesise

    synthesise(settings, "mark", folder)
    core, edge = (json.loads((folder / f"{stack}.template.json").read_text()) for stack in ("core", "edge"))
    return Synthesised(Template(core), Template(edge))


@pytest.fixture(scope="session")
def prod(tmp_path_factory: pytest.TempPathFactory) -> Synthesised:
    return _synthesise(Settings("prod"), tmp_path_factory.mktemp("prod"))


@pytest.fixture(scope="session")
def local(tmp_path_factory: pytest.TempPathFactory) -> Synthesised:
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("HIDOKI_PORT_OFFSET", "0")
        settings = Settings.of(Stage("local"))
    return _synthesise(settings, tmp_path_factory.mktemp("local"))


@pytest.fixture
def on_aws(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
