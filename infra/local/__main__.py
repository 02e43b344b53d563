"""`python -m infra.local`: the local cloud from the command line (what the Makefile calls)."""

import fcntl
import json
import os
import shutil
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Annotated

import typer
from botocore.exceptions import EndpointConnectionError
from rich.console import Console

from infra.local import bring_up, check_commands
from infra.local.addresses import addresses, show_addresses
from infra.local.daemon import CloudError, Supervisor
from infra.local.place import Place

FAILED = 1
NOT_RUNNING = 3

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)
say = Console(stderr=True)


@app.command()
def up() -> None:
    """Start what does not run, create what is not there, deploy what changed, and tell where to look."""
    place = Place.from_environment()
    with _alone(place):
        bring_up.bring_up(place, say)
    show_addresses(place, say)


@app.command()
def down() -> None:
    """Stop every process of this local cloud; accounts and posts stay on disk."""
    place = Place.from_environment()
    with _alone(place):
        _stop(place)


@app.command()
def clean() -> None:
    """Stop, and forget all data of this local cloud."""
    place = Place.from_environment()
    with _alone(place):
        _stop(place)
        for folder in (place.data, place.folder / "tmp", place.logs):
            shutil.rmtree(folder, ignore_errors=True)
    say.print("Forgotten: accounts, posts, files, logs.")


@app.command()
def urls() -> None:
    """Print every endpoint and id that a client needs, as JSON."""
    place = Place.from_environment()
    if not Supervisor(place.folder).running("cloud"):
        raise CloudError("The local cloud is down; start it with `make up`.")
    typer.echo(json.dumps(addresses(place), indent=2))


@app.command()
def logs(
    name: Annotated[str, typer.Argument(help="cloud, search, push, edge or provision; all if left out")] = "",
    follow: Annotated[bool, typer.Option("--follow", "-f", help="go on until Ctrl-C")] = False,
    lines: Annotated[int, typer.Option("--lines", "-n", help="how many of the last lines")] = 40,
) -> None:
    """Print the last lines of the logs."""
    from infra.local.logs import print_logs

    print_logs(Place.from_environment().logs, name, lines, follow)


for _name, _command in check_commands.COMMANDS:
    app.command(_name)(_command)


def _stop(place: Place) -> None:
    supervisor = Supervisor(place.folder)
    names = supervisor.names()
    with ThreadPoolExecutor(max(len(names), 1)) as pool:
        stopped = [name for name, ran in zip(names, pool.map(supervisor.stop, names), strict=True) if ran]
    say.print(f"Stopped: {', '.join(stopped)}." if stopped else "Nothing was running.")


@contextmanager
def _alone(place: Place) -> Iterator[None]:
    """Let one command at a time start and stop things."""
    place.folder.mkdir(parents=True, exist_ok=True)
    with (place.folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say.print("Waiting for another `make` that starts or stops this local cloud …")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def main() -> None:
    """Run, and turn what the person can mend into one line and an exit code."""
    # Somebody's account on AWS has no business here, nor in the functions, which inherit this.
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN"):
        os.environ.pop(name, None)
    try:
        app()
    except EndpointConnectionError as error:
        say.print(f"[red]{error} It may be starting; try again in a moment.[/red]", highlight=False)
        sys.exit(FAILED)
    except CloudError as error:
        say.print(f"[red]{error}[/red]", highlight=False)
        sys.exit(FAILED)


if __name__ == "__main__":
    main()
