"""How long functions take, cold and warm, beside the bare calls that they come to: in turns, in one run."""

import json
import os
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from infra.bench.answers import Answers, Endpoint, Request, serving
from infra.bench.ledger import Run
from infra.bench.packages import Package
from infra.bench.system import Refused
from infra.local.mends.lambda_packages import make_interpreter

COLD_ROUNDS = 5
WARM_ROUNDS = 80
NEEDS = {"search": ("opensearchpy",), "take_in": ("PIL.Image",)}
"""What a service, or a function, can't do without beside boto3, chalice, pydantic and the logger."""

SIGNED = Request("POST", "/bucket/key", "", b"")
"""An upload form, which is signed without asking anyone."""


@dataclass(frozen=True)
class Timed:
    """Seconds of a function and of its floor, measured in turns."""

    name: str
    ours: Sequence[float]
    floor: Sequence[float]

    @property
    def ratio(self) -> float:
        """Ours by floor, at the median."""
        return median(self.ours) / median(self.floor)


class Stopwatch:
    """Times runs of the packaged functions against an endpoint that answers at once."""

    def __init__(
        self, folder: Path, endpoint: Endpoint, packages: Mapping[str, Package], runs: Sequence[Run]
    ) -> None:
        self._folder, self._endpoint, self._packages = folder, endpoint, packages
        self._python = make_interpreter(folder / "python")
        self._answers = {
            service: Answers(call for run in runs if run.service == service for call in run.calls)
            for service in packages
        }
        for service, package in packages.items():
            zipfile.ZipFile(package.zip).extractall(folder / service)

    def cold(self, run: Run) -> Timed:
        """Time a first run from nothing: imports, clients, and the requests of one event."""
        requests, _ = self._learn(run)
        tasks = [self._task(run, "cold", bare=bare, requests=requests) for bare in (False, True)]
        rounds = [[float(self._do(run, task)["seconds"]) for task in tasks] for _ in range(COLD_ROUNDS)]
        ours, floor = zip(*rounds, strict=True)
        return Timed(run.name, ours, floor)

    def warm(self, name: str, run: Run) -> tuple[Timed, Timed]:
        """Time runs of a process that has run before: against the cloud, and answered at once."""
        _, requests = self._learn(run)
        task = self._task(run, "warm", requests=requests, rounds=WARM_ROUNDS)
        cloud, tape = self._do(run, task, {}), self._do(run, task)
        return Timed(name, cloud["ours"], cloud["floor"]), Timed(name, tape["ours"], tape["floor"])

    def _learn(self, run: Run) -> tuple[list[Request], list[Request]]:
        """Return what a first and a second run ask for."""
        self._endpoint.answers, self._endpoint.asked[:] = self._answers[run.service], [[]]
        answer = self._do(run, self._task(run, "learn"))["answer"] or {}
        if answer.get("statusCode", 200) >= 300 or answer.get("batchItemFailures"):
            raise Refused(f"{run.name} does not do against the tape what it did on the cloud: {answer}")
        first, second = self._endpoint.asked
        signed = [SIGNED] if (run.service, run.function) == ("media", "api_handler") else []
        return [*first, *signed], [*second, *signed]

    def _task(self, run: Run, do: str, **more: Any) -> dict[str, Any]:
        if "requests" in more:
            more["requests"] = [vars(request) | {"body": request.text} for request in more["requests"]]
        needs = [*NEEDS.get(run.service, ()), *NEEDS.get(run.function, ())]
        return {
            "do": do,
            "function": run.function,
            "event": run.event,
            "folder": str(self._folder / run.service),
            "needs": needs,
            **more,
        }

    def _do(self, run: Run, task: Mapping[str, Any], endpoint: Mapping[str, str] | None = None) -> Any:
        """Do a task in a process of its own; its requests go to the tape if `endpoint` says nothing else."""
        asked = self._endpoint.environment() if endpoint is None else endpoint
        file = self._folder / "task.json"
        file.write_text(json.dumps(task))
        script = Path(__file__).with_name("once.py")
        done = subprocess.run(
            [str(self._python), str(script), str(file)],
            env={
                **_plain_environment(),
                **self._packages[run.service].variables,
                **asked,
                "_HANDLER": _handler(run.function),
            },
            cwd=self._folder / run.service,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise Refused(f"{run.name} failed:\n{done.stderr}")
        return json.loads(file.read_text())


@contextmanager
def stopwatch(packages: Mapping[str, Package], runs: Sequence[Run]) -> Iterator[Stopwatch]:
    """Make a stopwatch for functions that ran before, and clean up after it."""
    with tempfile.TemporaryDirectory() as folder, serving() as endpoint:
        yield Stopwatch(Path(folder), endpoint, packages, runs)


def _handler(function: str) -> str:
    """Return what Lambda calls a function's entry point, in a variable of its own."""
    return "app.app" if function == "api_handler" else f"app.{function}"


def _plain_environment() -> dict[str, str]:
    """Return what a function sees of this process's environment; byte code is only what its package holds."""
    kept = {name: os.environ[name] for name in os.environ if name in {"PATH", "HOME"} or name[:4] == "AWS_"}
    return {**kept, "PYTHONDONTWRITEBYTECODE": "1"}
