"""Deploy one service: render, skip if unchanged, lock, run Chalice, keep the state, tell the addresses."""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from infra.deploy.addresses import announce
from infra.deploy.asynchronous import keep_failures
from infra.deploy.fingerprint import fingerprint
from infra.deploy.orphans import remove_orphans
from infra.deploy.render import Rendered, render
from infra.deploy.state import DeployedState
from infra.deploy.throttling import throttle
from infra.local.place import REPOSITORY
from infra.stages import WORK, Stage

Report = Callable[[str], None]


class DeployFailed(Exception):
    """Chalice failed; the message is the end of its output."""


@dataclass(frozen=True)
class Deploy:
    """The deploy of one service to one stage.

    Parameters
    ----------
    stage, service
        What goes where.
    variables
        The stage's parameters as variables.
    report
        Told what is going on, in a few words.
    """

    stage: Stage
    service: str
    variables: Mapping[str, str]
    report: Report

    def run(self, *, force: bool = False, break_lock: bool = False) -> bool:
        """Deploy the service; return whether there was something to do."""
        state = DeployedState(
            self.stage.client("s3"), self.variables["STATE_BUCKET"], self.service, self.stage.chalice_stage
        )
        # The lock first: the folder, too, is for one deploy at a time.
        with state.locked(take_over=break_lock):
            self.report("rendering")
            rendered = render(self.stage, self.service, self.variables, self.stage.build(self.service))
            mark = fingerprint(rendered.folder)
            if not force and state.fingerprint() == mark:
                return False
            self._deploy(rendered, state)
            keep_failures(self.stage.client("lambda"), state.file(rendered.folder), self._relay_dlq)
            throttle(self.stage.client("apigateway"), state.file(rendered.folder))
            announce(self.stage, self.service, state.file(rendered.folder))
            state.push(rendered.folder, mark)
        return True

    @property
    def _relay_dlq(self) -> str:
        return self.variables.get(f"RELAY_DLQ_{self.service.upper()}_ARN", "")

    def _deploy(self, rendered: Rendered, state: DeployedState) -> None:
        state.pull(rendered.folder)
        prefix = f"{rendered.app}-{self.stage.chalice_stage}-"
        remove_orphans(self.stage.client("lambda"), prefix, state.file(rendered.folder))
        try:
            self._chalice(rendered, "deploy", "--stage", self.stage.chalice_stage)
        except BaseException:
            state.push(rendered.folder)
            raise

    def _chalice(self, rendered: Rendered, *arguments: str) -> None:
        """Run Chalice in the rendered folder, its output in a log."""
        failures = self.variables["STREAM_FAILURES_BUCKET"]
        log = WORK / "logs" / f"deploy-{self.stage.name}-{self.service}.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        environment = {
            **os.environ,
            **rendered.environment,
            "HIDOKI_CHALICE_STAGE": self.stage.chalice_stage,
            "PYTHONPATH": os.pathsep.join((str(REPOSITORY), str(rendered.folder / "vendor"))),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONUNBUFFERED": "1",
        }
        command = [sys.executable, "-m", "infra.deploy.chalice_run", failures, *arguments]
        with (
            log.open("w") as written,
            subprocess.Popen(
                command,
                cwd=rendered.folder,
                env=environment,
                text=True,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
            ) as running,
        ):
            assert running.stdout is not None
            for line in running.stdout:
                written.write(line)
                self.report(line.strip())
        if running.returncode:
            tail = log.read_text().splitlines()[-25:]
            raise DeployFailed("\n".join([*tail, f"all of it is in {log}"]))
