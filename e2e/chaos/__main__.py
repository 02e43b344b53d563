"""`make chaos`: a fault run on the running local cloud."""

import shutil
import signal
from time import monotonic
from typing import Annotated, NoReturn

import httpx
import typer
from botocore.exceptions import BotoCoreError
from contracts.transport.faults import LARGEST_RATE, Plan
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from e2e.chaos import replaying, report
from e2e.chaos.running import Result, Run
from e2e.chaos.switching import Functions, NoSuchConsumer
from e2e.system import System
from infra.local.place import STAGE, Place

FOUND, UNUSABLE = 1, 2
FORGET_EVERY = 50

say = Console()
app = typer.Typer(add_completion=False)


@app.command()
def chaos(
    events: Annotated[
        int, typer.Option(min=1, help="Events that people must have caused before they stop")
    ] = 2_000,
    rate: Annotated[
        float, typer.Option(min=0, max=LARGEST_RATE, help="Share of the calls' attempts that fail")
    ] = 0.25,
    seed: Annotated[int, typer.Option(help="Decides what people do and which calls fail")] = 1,
    people: Annotated[int, typer.Option(min=5, help="How many people act")] = 24,
    broken: Annotated[
        str, typer.Option(help=f"A consumer that forgets every {FORGET_EVERY}th event, such as `search`")
    ] = "",
) -> None:
    """Let people use the local cloud while its functions' calls fail, replay what was parked, compare all.

    Calls to AWS, to the search engine and to phones are throttled, answered by errors, cut before or after
    they were done, and done in part; processes die. Afterwards every read model must be what the writes
    call for. The functions get their usual settings back, also when you interrupt it.

    Exits with 0 when nothing was lost, applied twice or stale, 1 when something was (or could not be
    replayed), 2 when the run could not start.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    system = _system()
    Functions(system).heal()
    _check(system, broken)
    folder = Place.from_environment().folder.absolute() / "chaos"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    plan = Plan(seed, rate, str(folder), FORGET_EVERY if broken else 0)
    started = monotonic()
    try:
        result = _run(system, plan, events, people, broken)
    except (BotoCoreError, httpx.TransportError) as gone:
        _stop(FOUND, f"The local cloud went away: {gone}. The next run takes the faults out.")
    except AssertionError as late:
        _stop(FOUND, f"The run came to no end: {late}.")
    say.print(report.table(result, plan, monotonic() - started))
    for line in report.wrong(result):
        say.print(line, markup=False, highlight=False, soft_wrap=True)
    if result.findings or result.left:
        raise typer.Exit(FOUND)


def _run(system: System, plan: Plan, events: int, people: int, broken: str) -> Result:
    columns = (TextColumn("{task.description:<32}"), BarColumn(), MofNCompleteColumn(), TextColumn("events"))
    with Progress(*columns, TimeElapsedColumn(), console=say, transient=True) as progress:
        task = progress.add_task("faults on", total=events)

        def told(phase: str, heard: int) -> None:
            if progress.tasks[task].description != phase:
                progress.print(f"{heard:>6,} events · {phase} …", highlight=False)
            progress.update(task, description=phase, completed=heard, total=max(events, heard))

        return Run(system, plan, events, people, broken, told)()


def _system() -> System:
    try:
        system = System.running()
    except Exception:
        _refuse("The local cloud is down; start it with `make up`.")
    if system.stage != STAGE:
        _refuse(f"Faults are for the stage {STAGE}, not {system.stage}.")
    return system


def _check(system: System, broken: str) -> None:
    if broken:
        try:
            Functions(system).of_consumer(broken)
        except NoSuchConsumer as missing:
            _refuse(str(missing))
    lying = replaying.parked(system)
    if lying:
        held = ", ".join(f"{name} ({depth})" for name, depth in lying.items())
        _refuse(f"Dead letters lie there from before: {held}. Replay them first (`make replay`).")


def _refuse(reason: str) -> NoReturn:
    _stop(UNUSABLE, reason)


def _stop(code: int, reason: str) -> NoReturn:
    say.print(Text(reason, style="red"))
    raise typer.Exit(code) from None


if __name__ == "__main__":
    app()
