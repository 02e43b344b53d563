"""Chalice's CLI in a process of its own, with this tool's hooks installed before it starts.

Usage: `python -m infra.deploy.chalice_run STREAM_FAILURES_BUCKET <chalice arguments>` in a rendered folder.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

import chalice.cli
import chalice.cli.factory
import chalice.deploy.deployer as chalice_deployer
from chalice.deploy.executor import Executor
from chalice.utils import serialize_to_json

from infra.deploy import event_sources, gateway_problems
from infra.deploy.packaging import CompiledPackage, LeanDependencies


class RememberingExecutor(Executor):
    """Chalice's executor, which also records what a deploy made before it failed.

    Without it the next deploy would make those resources again, and a queue would have two consumers.
    """

    def execute(self, plan: Any) -> None:
        """Carry out the plan."""
        try:
            super().execute(plan)
        except BaseException:
            remember(self.resource_values, Path(".chalice/deployed"), os.environ["HIDOKI_CHALICE_STAGE"])
            raise


def remember(made: list[dict[str, Any]], folder: Path, stage: str) -> None:
    """Add resources to the deployed state, keeping those that this deploy did not come to."""
    path = folder / f"{stage}.json"
    before = json.loads(path.read_text())["resources"] if path.exists() else []
    resources = {resource["name"]: resource for resource in [*before, *made]}
    folder.mkdir(parents=True, exist_ok=True)
    state = {"resources": list(resources.values()), "schema_version": "2.0", "backend": "api"}
    path.write_text(serialize_to_json(state))


def main(failures: str, arguments: list[str]) -> int:
    """Install the hooks, hand over to Chalice and return its exit code."""
    create_session = chalice.cli.factory.create_botocore_session

    def hooked(*args: Any, **kwargs: Any) -> Any:
        session = create_session(*args, **kwargs)
        event_sources.install(session, failures)
        gateway_problems.install(session)
        return session

    chalice.cli.factory.create_botocore_session = hooked
    chalice_deployer.PipDependencyBuilder = LeanDependencies  # type: ignore[attr-defined]
    chalice_deployer.LambdaDeploymentPackager = CompiledPackage  # type: ignore[attr-defined]
    chalice_deployer.Executor = RememberingExecutor  # type: ignore[attr-defined]
    sys.argv = ["chalice", *arguments]
    return chalice.cli.main() or 0


if __name__ == "__main__":
    # Chalice zips chalicelib whole: keep the byte code of this import out of it.
    sys.dont_write_bytecode = True
    sys.exit(main(sys.argv[1], sys.argv[2:]))
