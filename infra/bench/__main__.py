"""`python -m infra.bench`: measures everything, prints it, and writes docs/benchmarks.md."""

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

import typer
from botocore.exceptions import EndpointConnectionError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from infra.bench import report
from infra.bench.actions import READERS, Story
from infra.bench.arena import arena
from infra.bench.expected import EXPECTED, worse, worse_fan_out
from infra.bench.ledger import Run, disagreements
from infra.bench.outcomes import Action
from infra.bench.packages import packages
from infra.bench.report import Section
from infra.bench.system import Refused, System
from infra.bench.timing import Stopwatch, Timed, stopwatch
from infra.local.daemon import CloudError, Supervisor
from infra.local.place import REPOSITORY, STAGE, Place
from infra.stages import Stage, parameters

WORSE = 4
FAILED = 1
DOCUMENT = REPOSITORY / "docs/benchmarks.md"

TYPICAL = (
    "post, median",
    "chat message to 2 sockets",
    "upload session",
    "socket ticket",
    "notifications, 20",
    "search posts",
)
"""The requests by which the functions behind the APIs are timed."""

console = Console()
say = Console(stderr=True)
app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def bench() -> None:
    """Measure what actions cost and how fast functions are, beside their floors; write docs/benchmarks.md."""
    if not Supervisor(Place.from_environment().folder).running("cloud"):
        raise CloudError("The local cloud is down; start it with `make up`.")
    stage = Stage.select(STAGE)
    deployed = parameters(stage)
    with _progress() as progress, arena(deployed) as place, System(stage, place) as system:
        story = Story(system)
        done = list(_tracked(progress, "actions", story.actions(), len(EXPECTED)))
        crowds = map(story.fan_out, READERS)
        fan_outs = list(_tracked(progress, "fan-out", crowds, len(READERS)))
        handlers = _handlers(story, done)
        built = packages(stage, place.variables)
        with stopwatch(built, story.runs) as watch:
            cold, warm = _times(progress, watch, _functions(story.runs, done), handlers)
    sections = [
        report.actions(done),
        report.corpus(story.corpus, story.item_sizes),
        report.fan_outs(fan_outs),
        report.runs(done),
        report.sizes(built.values()),
        report.cold(cold),
        report.warm(warm),
    ]
    _publish(sections)
    ledgers = [one.ledger for one in done] + [one.ledger for one in fan_outs] + story.corpus
    wrong = [*worse(done), *(line for one in fan_outs for line in worse_fan_out(one))]
    wrong += [f"{one.service}: {one.bytes:,} bytes zipped" for one in built.values() if one.bytes > one.limit]
    wrong += [f"{line} ({count} times)" for line, count in disagreements(ledgers).items()]
    for line in wrong:
        say.print(f"[red]{line}[/]")
    if wrong:
        raise typer.Exit(WORSE)


def _publish(sections: Sequence[Section]) -> None:
    for section in sections:
        section.show(console)
    DOCUMENT.write_text(report.document(sections))
    say.print(f"written: {DOCUMENT.relative_to(REPOSITORY)}")


def _functions(runs: Sequence[Run], done: Sequence[Action]) -> list[Run]:
    """Return one run of every function: of an API the typical request, of others the last for an action.

    What a crowd sets off is no usual event: of that it takes only what no action ran.
    """
    actions = [run for action in done for run in action.ledger.runs]
    typical = [action.ledger.runs[0] for action in done if action.name in TYPICAL]
    chosen = [*runs, *actions, *typical]
    latest = {(run.service, run.function): run for run in chosen if run.calls or run in typical}
    return [_repeatable(latest[key]) for key in sorted(latest)]


def _handlers(story: Story, done: Sequence[Action]) -> list[tuple[str, Run]]:
    """Return what is timed warm, by what it is called."""
    requests = {action.name: _repeatable(action.ledger.runs[0]) for action in done}
    return [
        ("POST a post", requests["post, median"]),
        ("GET the home timeline, 20 posts", requests["home timeline, 20 posts"]),
        ("POST a chat message", requests["chat message to 2 sockets"]),
        ("GET a search of posts", requests["search posts"]),
        ("relay of 10 posts", story.batch("posts", "relay_posts")),
        ("consumer of 10 events: notify's inbox", story.batch("notify", "fill_inbox")),
        ("consumer of 10 events: the search index", story.batch("search", "index")),
    ]


def _repeatable(run: Run) -> Run:
    """Return a run whose request may come again and again: without the key that would make it one."""
    event = json.loads(json.dumps(run.event))
    event.get("headers", {}).pop("idempotency-key", None)
    return replace(run, event=event)


def _times(
    progress: Progress, watch: Stopwatch, functions: Sequence[Run], handlers: Sequence[tuple[str, Run]]
) -> tuple[list[Timed], list[tuple[Timed, Timed]]]:
    cold = _tracked(progress, "cold starts", map(watch.cold, functions), len(functions))
    warm = (watch.warm(name, run) for name, run in handlers)
    return list(cold), list(_tracked(progress, "handlers", warm, len(handlers)))


def _tracked[T](progress: Progress, what: str, steps: Iterable[T], total: int) -> Iterator[T]:
    row = progress.add_task(what, total=total)
    for step in steps:
        progress.advance(row)
        yield step


@contextmanager
def _progress() -> Iterator[Progress]:
    columns = (TextColumn("{task.description:<12}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=say) as progress:
        yield progress


def main() -> None:
    """Run; what a person can mend is one line and an exit code."""
    try:
        app()
    except (CloudError, Refused, EndpointConnectionError) as error:
        say.print(f"[red]{error}[/]", highlight=False)
        sys.exit(FAILED)


if __name__ == "__main__":
    main()
