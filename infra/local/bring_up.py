"""What `make up` does, in order; each step is skipped when what it would apply is already there."""

import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from rich.console import Console

from infra.local.applied import Cloud, digest_of
from infra.local.cloud import daemons
from infra.local.daemon import CloudError, Supervisor
from infra.local.page import build_page, config_for, upload_page
from infra.local.place import REPOSITORY, SERVICES, STAGE, Place

TAIL_LINES = 25


def bring_up(place: Place, say: Console) -> None:
    """Start the processes, then apply infrastructure, services, page and edge in this order."""
    started = _start(place, say)
    cloud = Cloud(place)
    applied = cloud.applied()
    steps = _Steps(place, say, cloud, applied)
    infrastructure = digest_of(["infra", "contracts/contracts", "cdk.json"], str(place), without={"local"})
    if _exists("infra/provision"):
        steps.run("infrastructure", infrastructure, [_module("infra.provision", STAGE)])
    if _exists("infra/deploy"):
        _deploy(steps, infrastructure)
    if (REPOSITORY / "ui/package.json").is_file():
        _page(place, steps)
    parameters = cloud.parameters()
    if _exists("infra/provision") and any(name.startswith("api/") for name in parameters):
        apis = sorted(f"{name}={value}" for name, value in parameters.items() if name.startswith("api/"))
        steps.run("edge", digest_of([], infrastructure, *apis), [_module("infra.provision", STAGE, "--edge")])
    if "search" in started and _exists("infra/reindex") and "api/search/url" in parameters:
        steps.run("index", "", [_module("infra.reindex", "--stage", STAGE)])


class _Steps:
    """Runs commands that change the cloud and remembers what they applied."""

    def __init__(self, place: Place, say: Console, cloud: Cloud, applied: dict[str, str]) -> None:
        self.place, self.say, self.cloud, self.applied = place, say, cloud, applied

    def needed(self, step: str, digest: str) -> bool:
        """Tell whether a step has to run."""
        return not digest or self.applied.get(step) != digest

    def run(self, step: str, digest: str, commands: Sequence[Sequence[str]]) -> None:
        """Run a step quietly, its output in a log; show the end of that if it fails."""
        if not self.needed(step, digest):
            return
        with self.say.status(f"{step} …"):
            for command in commands:
                self._quietly(step, command)
        self.done(step, digest)

    def done(self, step: str, digest: str) -> None:
        """Remember a step that ran."""
        if digest:
            self.cloud.remember(step, digest)
        self.say.print(f"[green]✓[/green] {step}")

    def _quietly(self, step: str, command: Sequence[str]) -> None:
        log = self.place.logs / f"{step}.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("wb") as output:
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
            self.say.print(
                "\n".join(log.read_text().splitlines()[-TAIL_LINES:]), markup=False, highlight=False
            )
            raise CloudError(f"{step} failed (exit code {code}); all of it is in {log}")


def environment(place: Place) -> dict[str, str]:
    """Return the environment of a command that speaks to this local cloud."""
    import os

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
        raise CloudError(f"The deploy failed (exit code {code}).")
    for service in changed:
        steps.done(service, digests[service])


def _page(place: Place, steps: _Steps) -> None:
    parameters = steps.cloud.parameters()
    if "site-bucket" not in parameters:
        return
    config = config_for(place, parameters)
    digest = digest_of(["ui"], *(f"{name}={value}" for name, value in sorted(config.items())))
    if not steps.needed("page", digest):
        return
    with steps.say.status("page …"):
        build_page(place.logs / "page.log")
        upload_page(steps.cloud.client("s3"), parameters["site-bucket"], config)
    steps.done("page", digest)


def _exists(module: str) -> bool:
    return (REPOSITORY / f"{module}.py").is_file() or (REPOSITORY / module / "__main__.py").is_file()


def _module(name: str, *arguments: str) -> list[str]:
    return [sys.executable, "-m", name, *arguments]
