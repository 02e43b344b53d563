"""`python -m contracts.replay`: list dead letters of every kind, look at them, and send them back."""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from contracts.replay.archive import ArchiveReplay, NotReplayed
from contracts.replay.discovery import Dlq, Places
from contracts.replay.erased import known_erased
from contracts.replay.overview import Overview, look
from contracts.replay.replayer import Outcome, Replayer
from contracts.replay.screen import age, group_table, letter_table
from contracts.replay.selection import Selection, moment

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="List dead letters of every kind, look at them, and send them back to where they failed. "
    "Exits with 0 when all is done or nothing was there, 1 when you said no or something was refused, "
    "2 when what you asked for does not exist.",
)
console = Console()

Name = Annotated[str, typer.Argument(help="A consumer, such as `search`, or a place as `list` names it.")]
StageName = Annotated[str, typer.Option("--stage", help="The stage it is on.")]
Type = Annotated[str, typer.Option("--type", help="Only this event type: `post.published`, or with `.v1`.")]
Version = Annotated[int | None, typer.Option("--version", min=1, help="Only this version of event types.")]
Reason = Annotated[str, typer.Option("--reason", help="Only what has this in its reason.")]
Since = Annotated[str, typer.Option("--since", help="Parked since: `2026-11-25T10:00` (UTC) or `90m` ago.")]
Until = Annotated[str, typer.Option("--until", help="Parked until then.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]


@app.command("list")
def list_places(stage: StageName = "local") -> None:
    """List the places that hold dead letters: how many, how old the oldest is, and why they failed."""
    with _cloud(stage) as client:
        now = datetime.now(UTC)
        table = Table("place", "kind", "letters", "oldest", "events and reasons", show_lines=True)
        for dlq in Places(stage, client).all():
            found = look([dlq])
            if found.depth or found.hidden:
                oldest = age(found.oldest, now) if found.oldest else ""
                why = "\n".join(f"{n} × {one.type}: {one.reason}" for one, n in found.groups.most_common())
                table.add_row(dlq.name, dlq.kind, _number(found), oldest, Text(why))
        console.print(table if table.row_count else f"There are no dead letters on stage {stage}.")


@app.command()
def peek(
    name: Name,
    stage: StageName = "local",
    event_type: Type = "",
    version: Version = None,
    reason: Reason = "",
    since: Since = "",
    until: Until = "",
    limit: Annotated[int, typer.Option(min=1, max=1000, help="Letters of each place at most.")] = 10,
) -> None:
    """Show dead letters, leaving all in place."""
    selection = _selection(event_type, version, reason, since, until)
    with _cloud(stage) as client:
        for dlq in _named(stage, client, name):
            console.print(f"[bold]{dlq.name}[/]: {dlq.kind}, goes back to {dlq.back}")
            shown: list[Any] = []
            with closing(Replayer(dlq.place, dlq.send, selection).would_send()) as letters:
                for some in letters:
                    shown += some
                    if len(shown) >= limit:
                        break
            if shown:
                console.print(letter_table(shown[:limit], datetime.now(UTC)))


@app.command()
def send(
    name: Name,
    stage: StageName = "local",
    event_type: Type = "",
    version: Version = None,
    reason: Reason = "",
    since: Since = "",
    until: Until = "",
    erased: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            help="A file of ids of more users to be taken for erased, a line each.",
        ),
    ] = None,
    rate: Annotated[float | None, typer.Option(min=0.01, help="Letters a second at most.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what would be sent.")] = False,
    yes: Yes = False,
) -> None:
    """Send dead letters back to where they failed, each with its attempts raised by one.

    What tells of people whose accounts are deleted is dropped, but for what says that something is gone.
    A letter is removed when it was sent. Interrupted at any point nothing is lost, and what arrives twice
    changes nothing: run it again.
    """
    selection = _selection(event_type, version, reason, since, until)
    more = frozenset(erased.read_text().split()) if erased else frozenset()
    with _cloud(stage) as client:
        people = known_erased(stage, client, more)
        dlqs = _named(stage, client, name)
        found = look(dlqs, selection, people, most=None) if dry_run else look(dlqs, selection, people)
        if not found.depth:
            console.print(f"There are no dead letters of {name}{_taken(found.hidden)}.")
            return
        of = f"{found.looked_at} {'would be sent' if dry_run else 'looked at'}"
        console.print(group_table(f"{name}: {_number(found)} dead letters, {of}", found.groups))
        if dry_run:
            return
        back = ", ".join(sorted({dlq.back for dlq in dlqs}))
        if not yes and not typer.confirm(f"Send them back to {back}?"):
            raise typer.Exit(1)
        outcome = _send([Replayer(dlq.place, dlq.send, selection, people, rate) for dlq in dlqs], found.depth)
        _tell(outcome, dlqs)


@app.command()
def archive(
    consumer: Annotated[str, typer.Argument(help="The one consumer that hears the events again.")],
    since: Annotated[str, typer.Option("--from", help="From `2026-11-25T10:00` (UTC) or `2d` ago.")],
    until: Annotated[str, typer.Option("--to", help="To this time.")] = "0s",
    stage: StageName = "local",
    yes: Yes = False,
) -> None:
    """Replay the archived events of a time range to one consumer, for rebuilding what it has read."""
    now = datetime.now(UTC)
    first, last = _moment(since, now), _moment(until, now)
    if first >= last:
        _stop(2, "The range ends before it begins.")
    with _cloud(stage) as client:
        replay = ArchiveReplay(client("events"), stage)
        if not yes and not typer.confirm(
            f"Send what happened from {first:%F %T} to {last:%F %T} UTC to {consumer}?"
        ):
            raise typer.Exit(1)
        try:
            name = replay.start(consumer, first, last)
            with console.status(f"Replaying {name}"):
                for _ in replay.watch(name):
                    pass
        except LookupError as missing:
            _stop(2, str(missing))
        except NotReplayed as failed:
            _stop(1, str(failed))
        console.print(f"Replayed {name}.")


def _send(replayers: Sequence[Replayer], depth: int) -> Outcome:
    """Replay place by place, and show how far it is."""
    total = Outcome()
    columns = (TextColumn("replaying"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("", total=depth)
        for replayer in replayers:
            with closing(replayer.replay()) as steps:
                for step in steps:
                    total.add(step)
                    progress.update(task, completed=total.looked_at, total=max(depth, total.looked_at))
    return total


def _tell(outcome: Outcome, dlqs: Sequence[Dlq]) -> None:
    """Say what was done; exit with 1 if something was refused."""
    left, hidden = sum(dlq.place.depth() for dlq in dlqs), sum(dlq.place.hidden() for dlq in dlqs)
    dropped = f", dropped {outcome.dropped} of erased people" if outcome.dropped else ""
    passed = f", passed over {outcome.passed}" if outcome.passed else ""
    console.print(f"Replayed {outcome.sent}{dropped}{passed}; {left} lie there now{_taken(hidden)}.")
    for reason, count in outcome.refused.most_common():
        console.print(Text(f"{count} refused, and still there: {reason}", style="red"))
    if outcome.refused:
        raise typer.Exit(1)


def _number(found: Overview) -> str:
    return f"{found.depth} + {found.hidden} taken" if found.hidden else str(found.depth)


def _taken(hidden: int) -> str:
    """Tell of letters that a run which was killed had in its hands, or that another has."""
    return f", and {hidden} are taken: they show themselves again within minutes" if hidden else ""


def _selection(event_type: str, version: int | None, reason: str, since: str, until: str) -> Selection:
    now = datetime.now(UTC)
    first, last = (_moment(text, now) if text else None for text in (since, until))
    return Selection(event_type, version, reason, first, last)


def _moment(text: str, now: datetime) -> datetime:
    try:
        return moment(text, now)
    except ValueError as wrong:
        _stop(2, str(wrong))


def _named(stage: str, client: Any, name: str) -> list[Dlq]:
    try:
        return Places(stage, client).named(name)
    except LookupError as missing:
        _stop(2, str(missing))


def _stop(code: int, why: str) -> NoReturn:
    Console(stderr=True).print(Text(why, style="red"))
    raise typer.Exit(code) from None


@contextmanager
def _cloud(stage: str) -> Iterator[Any]:
    """Give what makes clients of the stage's cloud; an error of the cloud is told without its trace."""
    from botocore.exceptions import BotoCoreError, ClientError

    from infra.stages import Stage  # the one place that knows where a stage's cloud is

    try:
        yield Stage.select(stage).client
    except (BotoCoreError, ClientError) as error:
        _stop(1, str(error))


if __name__ == "__main__":
    app()
