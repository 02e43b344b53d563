"""`make reindex`: fills the search index from the tables of posts, at any time and any number of times.

It sends each post and profile, deleted ones too, to the search queue as the events that they last were.
The index keeps what has the highest sequence, so what is newer there stays.
"""

import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Annotated, Any

import typer
from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from infra.local.place import REPOSITORY
from infra.stages import Stage, parameters

NEEDED = ("TABLE_POSTS", "TABLE_PROFILES", "QUEUE_SEARCH_URL", "DLQ_SEARCH_URL")

POLL_SECONDS = 0.1

app = typer.Typer(add_completion=False)
say = Console(stderr=True)


class Failed(Exception):
    """The index could not be filled; the text says why, and what helps."""


@app.command()
def reindex(
    stage: Annotated[str, typer.Option(help="The stage whose index to fill")] = "local",
    wait: Annotated[float, typer.Option(min=0, help="Seconds to wait for search to take it all")] = 120,
) -> None:
    """Fill the search index from the tables of posts.

    Exits with 0 when search has taken everything, 1 when something is left or was refused, 2 when there
    is no such stage.
    """
    chosen = Stage.select(stage)
    try:
        sent = fill(chosen, addresses(chosen), wait)
    except LookupError as missing:
        say.print(f"[red]{missing.args[0]}[/red]", highlight=False)
        raise typer.Exit(2) from None
    except (Failed, BotoCoreError, ClientError) as failed:
        say.print(f"[red]{failed}[/red]", highlight=False)
        raise typer.Exit(1) from None
    say.print(f"[green]✓[/green] search has taken {sent} posts and profiles.", highlight=False)


def addresses(stage: Stage) -> Mapping[str, str]:
    """Return where the tables and queues of a stage are.

    Raises
    ------
    LookupError
        If there is no such stage.
    """
    known = parameters(stage)
    missing = [name for name in NEEDED if name not in known]
    if missing:
        raise LookupError(f"Stage {stage.name!r} has no {', '.join(missing)}: provision it first.")
    return known


def fill(stage: Stage, known: Mapping[str, str], wait: float) -> int:
    """Send all, wait until it is taken, and return how many it was.

    Raises
    ------
    Failed
        If not all was sent, or taken in time.
    """
    sqs = stage.client("sqs")
    dead = depth(sqs, known["DLQ_SEARCH_URL"])
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=say, transient=True) as progress:
        sent = _send(stage, known, progress)
        left = drained(sqs, known["QUEUE_SEARCH_URL"], wait, progress)
    if left:
        raise Failed(f"Sent {sent}, but {left} still wait after {wait:.0f} s; search takes them when it can.")
    refused = depth(sqs, known["DLQ_SEARCH_URL"]) - dead
    if refused > 0:
        raise Failed(f"Sent {sent}; {refused} messages came to the DLQ since: `make replay QUEUE=search`.")
    return sent


def _send(stage: Stage, known: Mapping[str, str], progress: Progress) -> int:
    """Let the child process send, and show how far it is."""
    items = sum(_items(stage, known[table]) for table in ("TABLE_POSTS", "TABLE_PROFILES"))
    task = progress.add_task("read", total=items or None)
    sent, failed, unsaid = 0, 0, Counter[str]()
    for told in told_by_child(known):
        sent, failed = sent + told["sent"], failed + told["failed"]
        unsaid.update(told["unsaid"])
        progress.advance(task, told["read"])
    for reason, count in unsaid.most_common():
        say.print(f"[yellow]{count} items make no event:[/yellow] {reason}", highlight=False)
    if failed:
        raise Failed(f"Sent {sent}, but the queue did not take {failed} more; run it again.")
    return sent


def told_by_child(known: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """Run the child in the folder of posts and yield what it tells, page by page."""
    child = subprocess.Popen(
        [sys.executable, "-m", "infra.republish"],
        cwd=REPOSITORY / "services" / "posts",
        env={**os.environ, **{name: known[name] for name in NEEDED}, "PYTHONPATH": str(REPOSITORY)},
        stdout=subprocess.PIPE,
        text=True,
    )
    with child:
        assert child.stdout
        yield from map(json.loads, child.stdout)
    if child.returncode:
        raise Failed("It broke off (its error stands above); run it again, it does no harm.")


def drained(sqs: Any, queue: str, wait: float, progress: Progress) -> int:
    """Wait until a queue is empty; return how many messages are left."""
    deadline = time.monotonic() + wait
    most = left = depth(sqs, queue)
    task = progress.add_task("taken", total=most or None)
    while left and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)
        left = depth(sqs, queue)
        most = max(most, left)
        progress.update(task, total=most, completed=most - left)
    return left


def depth(sqs: Any, queue: str) -> int:
    """Return how many messages a queue holds: waiting, being handled, or delayed."""
    numbers = ["", "NotVisible", "Delayed"]
    names = [f"ApproximateNumberOfMessages{number}" for number in numbers]
    found = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=names)["Attributes"]
    return sum(int(found.get(name, 0)) for name in names)


def _items(stage: Stage, table: str) -> int:
    described = stage.client("dynamodb").describe_table(TableName=table)
    return int(described["Table"]["ItemCount"])


if __name__ == "__main__":
    app()
