"""`make replay QUEUE=…`: shows what lies in a consumer's dead-letter queues and sends it back."""

from typing import Annotated, Any

import typer
from contracts.transport.replay import DeadLetters
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from infra.stages import Stage


def overview(sqs: Any, stage: str) -> Table:
    """Return every dead-letter queue of a stage that holds something, and how much."""
    table = Table("dead-letter queue", "messages", title=f"Dead letters of stage {stage}")
    pages = sqs.get_paginator("list_queues").paginate(QueueNamePrefix=f"hidoki-{stage}-")
    urls = sorted(url for page in pages for url in page.get("QueueUrls", []) if url.endswith("-dlq"))
    name = "ApproximateNumberOfMessages"
    for url in urls:
        depth = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[name])["Attributes"][name]
        if int(depth):
            table.add_row(url.rpartition("/")[2].removeprefix(f"hidoki-{stage}-"), depth)
    if not table.row_count:
        table.caption = "Nothing lies in any of them."
    return table


app = typer.Typer(add_completion=False)


@app.command()
def replay(
    queue: Annotated[
        str, typer.Argument(help="The consumer whose DLQs to replay, such as `search`; none: list all DLQs")
    ] = "",
    stage: Annotated[str, typer.Option(help="The stage it runs on")] = "local",
    yes: Annotated[bool, typer.Option("--yes", help="Replay without asking")] = False,
) -> None:
    """Show what lies in a consumer's dead-letter queues, ask, and send it back to the queue.

    Without a queue, list all dead-letter queues that hold something: relays' too, which are parked whole.

    Exits with 0 when all was replayed or nothing was there, 1 when you said no or a message was
    refused, 2 when there is no such consumer.
    """
    console = Console()
    sqs = Stage.select(stage).client("sqs")
    if not queue:
        console.print(overview(sqs, stage))
        return
    try:
        letters = DeadLetters.of(sqs, queue, stage)
    except LookupError as missing:
        console.print(f"[red]{missing}[/red]")
        raise typer.Exit(2) from None
    depth = letters.depth()
    if not depth:
        console.print(f"Nothing lies in the dead-letter queues of {queue}.")
        return
    table = Table("event", "reason", "messages", title=f"{queue}: {depth} dead letters")
    for (event_type, reason), count in letters.reasons().most_common():
        table.add_row(event_type, reason, str(count))
    console.print(table)
    if not yes and not typer.confirm(f"Send them back to {queue}?"):
        raise typer.Exit(1)
    moved = 0
    with Progress(console=console) as progress:
        task = progress.add_task("replaying", total=depth)
        try:
            for count in letters.replay():
                moved += count
                progress.advance(task, count)
        except RuntimeError as refused:
            console.print(f"[red]{refused}[/red]")
            raise typer.Exit(1) from None
    console.print(f"Replayed {moved} messages; {letters.depth()} lie there now.")


if __name__ == "__main__":
    app()
