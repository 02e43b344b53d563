"""Render a copy of a service's folder for one stage: placeholders filled, the contracts beside it."""

import json
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.local.place import REPOSITORY
from infra.stages import Stage

PLACEHOLDER = re.compile(r"\$\{([A-Z][A-Z0-9_]*)\}")
"""Not `${aws:PrincipalTag/sub}`, which is IAM's to fill."""

LEFT_OUT = shutil.ignore_patterns("__pycache__", "tests", "deployed", "deployments", "*.md", "openapi.json")

OPERATORS = Path("vendor/contracts/replay")
"""What of the contracts is the operator's: no function has it, and no service is deployed for it."""


class NotRendered(Exception):
    """The service's folder can't be rendered; the message says what to add where."""


@dataclass(frozen=True)
class Rendered:
    """A service, ready to be deployed to one stage.

    Parameters
    ----------
    folder
        Where it was rendered.
    environment
        All variables that its functions get.
    app
        Its Chalice name, which begins the names of its functions.
    """

    folder: Path
    environment: dict[str, str]
    app: str


def services(repository: Path = REPOSITORY) -> list[str]:
    """Return the names of all services that can be deployed."""
    return sorted(path.parts[-3] for path in (repository / "services").glob("*/.chalice/config.json"))


def render(
    stage: Stage, service: str, variables: Mapping[str, str], target: Path, repository: Path = REPOSITORY
) -> Rendered:
    """Write the service's folder for this stage to `target`, whatever was there.

    Raises
    ------
    NotRendered
        If there is no such service, or it names a variable that the stage does not have.
    """
    source = _folder(service, repository)
    shutil.rmtree(target, ignore_errors=True)
    # Copies what symlinks point at, so the contracts are really there.
    shutil.copytree(source, target, ignore=LEFT_OUT)
    shutil.rmtree(target / OPERATORS, ignore_errors=True)
    settings = target / ".chalice"
    for path in [settings / "config.json", *sorted(settings.glob("policy-*.json"))]:
        path.write_text(_filled(path, variables))
    config = json.loads((settings / "config.json").read_text())
    return Rendered(target, _merged(config, stage), config["app_name"])


def environment(
    stage: Stage, service: str, variables: Mapping[str, str], repository: Path = REPOSITORY
) -> dict[str, str]:
    """Return the variables of a service on this stage; writes nothing, so it may run beside a deploy."""
    config = _folder(service, repository) / ".chalice" / "config.json"
    return _merged(json.loads(_filled(config, variables)), stage)


def _folder(service: str, repository: Path) -> Path:
    if service not in services(repository):
        raise NotRendered(f"there is no such service; there are {', '.join(services(repository))}")
    return repository / "services" / service


def _filled(path: Path, variables: Mapping[str, str]) -> str:
    text = path.read_text()
    unknown = sorted(set(PLACEHOLDER.findall(text)) - variables.keys())
    if unknown:
        raise NotRendered(f"{path.name} names {', '.join(unknown)}, which the stage does not have")
    return PLACEHOLDER.sub(lambda found: json.dumps(variables[found[1]], ensure_ascii=False)[1:-1], text)


def _merged(config: Mapping[str, Any], stage: Stage) -> dict[str, str]:
    """Merge the variables of all functions: what `app.py` may read while it is imported."""
    scope = config["stages"].get(stage.chalice_stage)
    if scope is None:
        raise NotRendered(f"config.json has no stage ${{STAGE}}-${{REGION}} ({stage.chalice_stage})")
    merged: dict[str, str] = dict(config.get("environment_variables", {}))
    merged |= scope.get("environment_variables", {})
    for function in scope.get("lambda_functions", {}).values():
        merged |= function.get("environment_variables", {})
    return merged
