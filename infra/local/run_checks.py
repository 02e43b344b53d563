"""Run checks two at a time, tell how each went, and show the whole output of those that failed."""

import os
import subprocess
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from infra.local.checks import Check
from infra.local.place import REPOSITORY

AT_ONCE = 2


@dataclass(frozen=True)
class Outcome:
    """How a check went."""

    check: Check
    passed: bool
    output: str
    seconds: float

    @property
    def last_line(self) -> str:
        """The line in which pytest, or the check of the events, sums up."""
        lines = [line for line in self.output.splitlines() if line.strip()]
        sums_up = self.check.name.startswith(("tests", "adapters", "events"))
        return lines[-1].strip("= ") if lines and sums_up else ""


def run_checks(checks: Sequence[Check], say: Console) -> bool:
    """Run them all; return whether all passed."""
    failed: list[Outcome] = []
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=say, transient=True) as progress:
        task = progress.add_task("checking", total=len(checks))
        for outcome in _outcomes(checks):
            mark = "[green]✓[/green]" if outcome.passed else "[red]✗[/red]"
            name = f"{outcome.check.name:<22}"
            line = f"{mark} {name} {outcome.seconds:5.1f} s  {outcome.last_line}"
            progress.print(line, highlight=False, soft_wrap=True)
            progress.advance(task)
            if not outcome.passed:
                failed.append(outcome)
    for outcome in failed:
        say.rule(f"[red]{outcome.check.name}")
        say.print(outcome.output, markup=False, emoji=False, highlight=False, soft_wrap=True)
    return not failed


def _outcomes(checks: Sequence[Check]) -> Iterator[Outcome]:
    longest_first = sorted(checks, key=lambda check: not check.long)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for done in as_completed([pool.submit(_run, check) for check in longest_first]):
            yield done.result()


def _run(check: Check) -> Outcome:
    began = time.monotonic()
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), **check.environment}
    try:
        done = subprocess.run(
            check.command,
            cwd=check.folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
        )
    except FileNotFoundError:
        return Outcome(
            check, False, f"{check.command[0]} is missing; run through `make`, which brings it.", 0.0
        )
    return Outcome(check, done.returncode in check.passing, done.stdout, time.monotonic() - began)
