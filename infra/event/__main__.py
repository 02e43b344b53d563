"""`make event NAME=post.pinned VERSION=1`: scaffolds an event type, and says what is left to do."""

from typing import Annotated

import typer
from contracts.events.lifecycle import life_cycle
from rich.console import Console

from infra.event.scaffold import EVENTS, Unwell, scaffold
from infra.event.wanted import Refused, Wanted, class_name
from infra.local.place import REPOSITORY

DRAFT = "`make schemas` writes the schema anew until it is committed."

app = typer.Typer(add_completion=False)


@app.command()
def event(
    name: Annotated[str, typer.Argument(help="What happened, such as `post.pinned`")],
    version: Annotated[int, typer.Argument(help="One more than the newest there is")],
    service: Annotated[
        str | None, typer.Option(help="Who publishes it; needed only for a noun of which nothing is told yet")
    ] = None,
) -> None:
    """Make the model, the registry entry, the schema and the test of an event type.

    Leaves all as it is and exits with 2 when there can be no such event, with 1 when the tree is not well
    enough for it.
    """
    say = Console(soft_wrap=True, highlight=False)
    try:
        made, files = scaffold(name, version, service, REPOSITORY)
    except (Refused, Unwell) as why:
        Console(stderr=True, soft_wrap=True, highlight=False).print(str(why), style="red", markup=False)
        raise typer.Exit(2 if isinstance(why, Refused) else 1) from None
    say.print(f"[bold]{made.type}[/bold], published by {made.service}:")
    for file in files:
        say.print(f"  [green]✓[/green] {file}")
    say.print("\nNow:")
    for number, step in enumerate(next_version(made) if made.before else first_version(made), 1):
        say.print(f"  {number}. {step}")


def first_version(made: Wanted) -> list[str]:
    """Return what is left to do for a fact that was never told before."""
    return [
        f"Give {made.model} its fields in {_module(made)}, and the test its payload. {DRAFT}",
        _published(made),
        f"The consumer: its line in {EVENTS}/consumers.py, its handler in app.py, and the example that it "
        f"relies on, contracts/examples/<consumer>/{made.type}.json; the publisher makes it happen in its "
        "tests/test_examples_published.py.",
        "`make docs` and `make test`",
    ]


def next_version(made: Wanted) -> list[str]:
    """Return what is left to do for a version beside an old one."""
    before = str(made.before)
    old = class_name(before)
    return [
        f"Change {made.model} in {_module(made)}, and the test's payload. {DRAFT} A nested model that "
        f"changes needs a class of its own: {old} keeps the old one.",
        f"{_outbox(made)} tells both, for items whose `_event` names either: "
        f"`Outgoing(subject, {made.model}(…), beside=({old}(…),))`. New writes name {made.type}.",
        f"Who hears {before} (now: {life_cycle().listeners(before)}) hears both for a while, then only "
        f"{made.type}.",
        f"When nobody hears {before}: move it from PUBLISHED to RETIRED in {EVENTS}/registry.py, and drop "
        f"{old} and its test.",
        "`make docs` and `make test`",
    ]


def _module(made: Wanted) -> str:
    return f"{EVENTS}/{made.module}"


def _outbox(made: Wanted) -> str:
    return f"services/{made.service}/chalicelib/outbox.py"


def _published(made: Wanted) -> str:
    """Say how an item becomes this event; a service that publishes nothing yet needs a relay first."""
    mapped = (
        f"The publisher: set `_event` in the write (transport/items.py: `outbox`), map it in {_outbox(made)}."
    )
    if (REPOSITORY / _outbox(made)).is_file():
        return mapped
    return f"{mapped} {made.service} has no relay yet: see infra/README.md, “Adding a table”."


if __name__ == "__main__":
    app()
