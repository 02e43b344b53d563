"""`make replay QUEUE=…`: shows what lies in a consumer's dead-letter queues and sends it back."""

from typing import Annotated

import typer
from contracts.transport.replay import DeadLetters
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from infra.stages import Stage

app = typer.Typer(add_completion=False)


@app.command()
def replay(
    queue: Annotated[str, typer.Argument(help="The consumer whose DLQs to replay, such as `search`")],
    stage: Annotated[str, typer.Option(help="The stage it runs on")] = "local",
    yes: Annotated[bool, typer.Option("--yes", help="Replay without asking")] = False,
) -> None:
    """Show what lies in a consumer's dead-letter queues, ask, and send it back to the queue.

    Exits with 0 when all was replayed or nothing was there, 1 when you said no or a message was
    refused, 2 when there is no such consumer.
    """
    console = Console()
    try:
        letters = DeadLetters.of(Stage.select(stage).client("sqs"), queue, stage)
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
