"""`python -m infra.deploy SERVICE… --stage STAGE`: deploy services, each alone, side by side."""

import shlex
import sys
import zipfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Annotated

import typer
from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from infra.deploy.one import Deploy, DeployFailed
from infra.deploy.packaging import build_zip
from infra.deploy.render import NotRendered, environment, render, services
from infra.deploy.state import Locked
from infra.stages import WORK, Stage, parameters

SIDE_BY_SIDE = 3
"""Deploys are mostly waiting and zipping; more at once only wait for each other."""

EXPECTED = (Locked, NotRendered, DeployFailed, RuntimeError, TimeoutError, ClientError, BotoCoreError)

console = Console()
errors = Console(stderr=True)
app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)

StageOption = Annotated[str, typer.Option("--stage", help="`local`, or the name of a stage on AWS.")]


@app.command("deploy")
def deploy(
    names: Annotated[list[str], typer.Argument(metavar="SERVICE…", help="Services, or `all`.")],
    stage: StageOption = "local",
    force: Annotated[bool, typer.Option("--force", help="Even if nothing changed.")] = False,
    break_lock: Annotated[
        bool, typer.Option("--break-lock", help="Take over the lock of a deploy that was killed.")
    ] = False,
) -> None:
    """Deploy services; one that is unchanged is left alone."""
    target, variables = _stage(stage)
    wanted = services() if names == ["all"] else list(dict.fromkeys(names))
    failed: list[str] = []
    with _progress() as progress, ThreadPoolExecutor(SIDE_BY_SIDE) as pool:

        def one(name: str) -> None:
            row = progress.add_task(name, total=None, now="waiting")
            try:
                changed = Deploy(target, name, variables, lambda line: _show(progress, row, line)).run(
                    force=force, break_lock=break_lock
                )
                _show(progress, row, "[green]deployed[/]" if changed else "[green]unchanged[/]")
            except EXPECTED as error:
                failed.append(f"[bold red]{name}[/] {_plain(error)}")
                _show(progress, row, "[red]failed[/]")
            finally:
                progress.update(row, total=1, completed=1)

        list(pool.map(one, wanted))
    for message in failed:
        errors.print(message)
    if failed:
        raise typer.Exit(1)


@app.command("env")
def env(service: Annotated[str, typer.Argument()], stage: StageOption = "local") -> None:
    """Print a service's environment as `export` lines."""
    target, variables = _stage(stage)
    try:
        found = environment(target, service, variables)
    except NotRendered as error:
        errors.print(f"[bold red]{service}[/] {_plain(error)}")
        raise typer.Exit(1) from None
    for name, value in sorted(found.items()):
        print(f"export {name}={shlex.quote(value)}")


@app.command("package")
def package(service: Annotated[str, typer.Argument()], stage: StageOption = "local") -> None:
    """Build a service's zip and print its path and size."""
    target, variables = _stage(stage)
    try:
        folder = WORK / "packages" / target.name / service
        path = build_zip(render(target, service, variables, folder).folder)
    except EXPECTED as error:
        errors.print(f"[bold red]{service}[/] {_plain(error)}")
        raise typer.Exit(1) from None
    with zipfile.ZipFile(path) as archive:
        unpacked = sum(entry.file_size for entry in archive.infolist())
    print(path)
    errors.print(f"{path.stat().st_size / 1e6:.1f} MB, {unpacked / 1e6:.1f} MB unpacked")


def _stage(name: str) -> tuple[Stage, Mapping[str, str]]:
    stage = Stage.select(name)
    try:
        variables = parameters(stage)
    except (ClientError, BotoCoreError) as error:
        errors.print(f"[bold red]{name}[/] {_plain(error)}")
        raise typer.Exit(1) from None
    if "STATE_BUCKET" not in variables:
        errors.print(f"[bold red]{name}[/] is not there yet: python -m infra.provision {name}")
        raise typer.Exit(1)
    return stage, variables


def _progress() -> Progress:
    return Progress(
        SpinnerColumn(finished_text="•"),
        TextColumn("[bold]{task.description:<8}"),
        TextColumn("{task.fields[now]}"),
        TimeElapsedColumn(),
        console=console,
    )


def _show(progress: Progress, row: TaskID, line: str) -> None:
    if line:
        progress.update(row, now=line[:80])


def _plain(error: BaseException) -> str:
    return str(error).replace("[", r"\[")


COMMANDS = {"deploy", "env", "package", "--help"}


def main(arguments: Sequence[str]) -> None:
    """Run a command; what names none is a list of services to deploy."""
    plain = not arguments or arguments[0] in COMMANDS
    app(list(arguments) if plain else ["deploy", *arguments])


if __name__ == "__main__":
    main(sys.argv[1:])
