"""What `make up` does, in order; each step is skipped when what it would apply is already there."""

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from rich.console import Console

from infra.local.applied import Cloud, digest_of
from infra.local.cloud import daemons
from infra.local.daemon import CloudError, Supervisor
from infra.local.place import REPOSITORY, SERVICES, STAGE, Place
from infra.page import config_for, page_mark
from infra.stages import Stage, variable

TAIL_LINES = 25


def bring_up(place: Place, say: Console) -> None:
    """Start the processes, then apply infrastructure, services, page and edge in this order.

    A step that fails does not keep the later ones from what they can do; it fails the whole at the end.
    """
    started = _start(place, say)
    steps = _Steps(place, say, Cloud(place))
    sources = ["infra", "contracts/contracts", "cdk.json"]
    infrastructure = digest_of(sources, str(place), without={"local", "catalogue"})
    if _exists("infra/provision"):
        steps.run("infrastructure", infrastructure, _module("infra.provision", STAGE))
    if not steps.failures:
        steps.attempt("services", lambda: _deploy(steps, infrastructure))
        _page(steps)
        _edge(steps, infrastructure)
        if "search" in started and _exists("infra/reindex"):
            steps.run("index", "", _module("infra.reindex", "--stage", STAGE))
    if steps.failures:
        raise CloudError("\n".join(steps.failures))


class _Steps:
    """Runs what changes the cloud, remembers what was applied and what failed."""

    def __init__(self, place: Place, say: Console, cloud: Cloud) -> None:
        self.place, self.say, self.cloud = place, say, cloud
        self.failures: list[str] = []
        self._applied = cloud.applied()

    def needed(self, step: str, digest: str) -> bool:
        """Tell whether a step has to run."""
        return not digest or self._applied.get(step) != digest

    def attempt(self, step: str, action: Callable[[], None]) -> None:
        """Do it, and keep what went wrong for the end."""
        try:
            action()
        except CloudError as error:
            self.failures.append(f"{step}: {error}")

    def run(self, step: str, digest: str, command: Sequence[str]) -> None:
        """Run a step quietly, its output in a log; show the end of that if it fails."""
        if self.needed(step, digest):
            self.attempt(step, lambda: self._run(step, digest, command))

    def done(self, step: str, digest: str) -> None:
        """Remember a step that ran."""
        if digest:
            self.cloud.remember(step, digest)
        self.say.print(f"[green]✓[/green] {step}")

    def _run(self, step: str, digest: str, command: Sequence[str]) -> None:
        log = self.place.logs / f"{step}.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        with self.say.status(f"{step} …"), log.open("wb") as output:
            code = subprocess.run(
                command,
                cwd=REPOSITORY,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=environment(self.place),
                check=False,
            ).returncode
        if code:
            tail = "\n".join(log.read_text().splitlines()[-TAIL_LINES:])
            self.say.print(tail, markup=False, emoji=False, highlight=False)
            raise CloudError(f"failed (exit code {code}); all of it is in {log}")
        self.done(step, digest)


def environment(place: Place) -> dict[str, str]:
    """Return the environment of a command that speaks to this local cloud."""
    return {**os.environ, **place.client_environment(), "PYTHONPATH": str(REPOSITORY)}


def _start(place: Place, say: Console) -> set[str]:
    """Start all processes at once; return the names of those that did not run before."""
    supervisor = Supervisor(place.folder)
    wanted = daemons(place)
    with say.status("starting …"), ThreadPoolExecutor(len(wanted)) as pool:
        fresh = dict(zip([d.name for d in wanted], pool.map(supervisor.start, wanted), strict=True))
    names = {name for name, new in fresh.items() if new}
    if names:
        say.print(f"[green]✓[/green] started: {', '.join(sorted(names))}")
    return names


def _deploy(steps: _Steps, infrastructure: str) -> None:
    if not _exists("infra/deploy"):
        return
    digests = {
        service: digest_of([f"services/{service}"], infrastructure)
        for service in SERVICES
        if (REPOSITORY / "services" / service / "app.py").is_file()
    }
    changed = [service for service, digest in digests.items() if steps.needed(service, digest)]
    if not changed:
        return
    command = _module("infra.deploy", *changed, "--stage", STAGE)
    # It draws its own progress.
    code = subprocess.run(command, cwd=REPOSITORY, env=environment(steps.place), check=False).returncode
    if code:
        raise CloudError(f"the deploy failed (exit code {code})")
    for service in changed:
        steps.done(service, digests[service])


def _page(steps: _Steps) -> None:
    stage = Stage(STAGE)
    variables = {variable(stage, name): value for name, value in steps.cloud.parameters().items()}
    if "SITE_BUCKET" in variables:
        steps.run("page", page_mark(config_for(stage, variables)), _module("infra.page", STAGE))


def _edge(steps: _Steps, infrastructure: str) -> None:
    """CloudFront comes last: it has to know the addresses of the services' APIs."""
    parameters = steps.cloud.parameters()
    apis = sorted(f"{name}={value}" for name, value in parameters.items() if name.startswith("api/"))
    if apis and _exists("infra/provision"):
        digest = digest_of([], infrastructure, *apis)
        steps.run("edge", digest, _module("infra.provision", STAGE, "--edge"))


def _exists(module: str) -> bool:
    return (REPOSITORY / f"{module}.py").is_file() or (REPOSITORY / module / "__main__.py").is_file()


def _module(name: str, *arguments: str) -> list[str]:
    return [sys.executable, "-m", name, *arguments]
