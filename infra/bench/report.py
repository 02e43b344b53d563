"""The report: the same tables for the terminal and for docs/benchmarks.md."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil
from statistics import mean, median

from rich.console import Console
from rich.table import Table

from infra.bench.expected import CHUNK, EXPECTED, MEDIAN_ITEM, WRITES_A_BATCH, chunks
from infra.bench.ledger import Ledger
from infra.bench.outcomes import Action, FanOut
from infra.bench.packages import Package
from infra.bench.timing import COLD_ROUNDS, WARM_ROUNDS, Timed

COLD_TARGET = 1.3
WARM_TARGET = 1.2


@dataclass(frozen=True)
class Section:
    """A table with what has to be said of it.

    Parameters
    ----------
    title, columns, rows
        The table.
    notes
        Sentences that stand before it in the document.
    """

    title: str
    notes: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]

    def show(self, console: Console) -> None:
        """Print it."""
        table = Table(title=self.title, title_justify="left")
        for number, column in enumerate(self.columns):
            table.add_column(column, overflow="fold", justify="left" if number == 0 else "right")
        for row in self.rows:
            table.add_row(*row)
        console.print(table)

    def markdown(self) -> str:
        """Return it as a part of the document."""
        lines = [self.columns, ["---", *("---:" for _ in self.columns[1:])], *self.rows]
        table = "\n".join(f"| {' | '.join(line)} |" for line in lines)
        return f"## {self.title}\n\n{self.notes}\n\n{table}\n"


def document(sections: Iterable[Section]) -> str:
    """Return docs/benchmarks.md."""
    head = "# Benchmarks\n\nWritten by `make bench`; a change by hand is lost at its next run.\n"
    return "\n".join([head, *(section.markdown() for section in sections)])


def actions(done: Iterable[Action]) -> Section:
    """Return what each action cost."""
    rows = []
    for action in done:
        ledger, request, following = action.ledger, action.ledger.request, action.ledger.following
        other = [f"{count} {name}" for name, count in ledger.operations.items() if _is_other(name)]
        rows.append(
            [
                action.name,
                EXPECTED[action.name].floor,
                f"{request.units}, {_calls(request)}",
                f"{following.units}, {_calls(following)}",
                str(ledger.events),
                str(ledger.bus_bytes),
                str(ledger.queue_requests),
                str(len(ledger.runs)),
                ", ".join(other) or "–",
            ]
        )
    return Section(
        "What each action costs",
        "Counted on a running local cloud, on tables, a bus with the real rules, queues and a bucket of the "
        "bench's own; the same on every machine. R and W are DynamoDB's read and write units, reads by the "
        "rule that AWS documents, writes as the cloud tells (`infra/bench/units.py` says why). The floor is "
        "for the request alone. *After it* is all that stream, bus and queues bring about. Every record and "
        "message is handed on alone, the dearest way: in a batch, relays, consumers and queue requests are "
        "shared. A message in a queue is three requests. Bytes are those of the events. The process is warm: "
        "in a new one, whoever acts is looked up once (0.5 R). These figures are limits: `make test` fails "
        "if one gets worse (`infra/bench/expected.py`).",
        [
            "action",
            "floor",
            "request",
            "after it",
            "events",
            "bytes on the bus",
            "queue requests",
            "function runs",
            "other requests",
        ],
        rows,
    )


def runs(done: Iterable[Action]) -> Section:
    """Return which functions each action ran."""
    rows = [
        [action.name, ", ".join(f"{count} {name}" for name, count in action.ledger.times.items())]
        for action in done
    ]
    return Section(
        "Which functions run",
        "The floor of design: one for the request, and (relays + consumers) by the size of a batch.",
        ["action", "function runs"],
        rows,
    )


def corpus(ledgers: Sequence[Ledger], sizes: Sequence[int]) -> Section:
    """Return what the posts of the corpus cost."""
    requests = [ledger.request.units for ledger in ledgers]
    rows = [
        ["posts", str(len(ledgers))],
        ["bytes of an item, median", f"{median(sizes):.0f} (at most {MEDIAN_ITEM})"],
        ["bytes of an item, largest", str(max(sizes))],
        ["write units of the request, mean", f"{mean(units.write for units in requests):.2f}"],
        ["read units of the request, mean", f"{mean(units.read for units in requests):.2f}"],
        ["function runs, mean", f"{mean(len(ledger.runs) for ledger in ledgers):.2f}"],
    ]
    return Section(
        "The corpus",
        "`infra/bench/corpus.txt`, posts in Japanese and English, a few of which mention someone (that is "
        "what reads). The timeline of 20 posts above is of these.",
        ["", "measured"],
        rows,
    )


def fan_outs(done: Iterable[FanOut]) -> Section:
    """Return what it takes to bring a post to many."""
    rows = []
    for one in done:
        readers, records = one.readers, chunks(one.readers)
        rows.append(
            [
                f"{readers:,}",
                f"{one.items:,} ({readers + records:,})",
                f"{one.batches:,} ({ceil(readers / WRITES_A_BATCH):,} + {records})",
                f"{one.own.units}",
                str(one.planner_runs),
                f"{one.chunk_runs} ({records})",
                str(one.records),
                f"{one.ledger.times['rtc.deliver']}, {_rtc(one.ledger)}",
            ]
        )
    return Section(
        "Fan-out to F readers",
        "F counts an author's followers and the author, whose own timeline shows the post too. The floor, in "
        f"parentheses, is F + ⌈F/{CHUNK}⌉ items: an entry each in ⌈F/{WRITES_A_BATCH}⌉ batches, and a put "
        "for each chunk's record. Ours has the record share a batch with the first entries. An item is a "
        "write unit but for the record, which names up to 2,500 people at 16 bytes each and costs a unit for "
        "each KB of that. The planner serves the first chunk, so chunk runs are fewer than ⌈F/2500⌉. Each "
        "record is published by a relay run, and looked up by rtc for the sockets of those it names.",
        [
            "F",
            "items",
            "calls",
            "units",
            "planner runs",
            "chunk runs",
            "relay runs",
            "rtc runs, reads",
        ],
        rows,
    )


def sizes(packages: Iterable[Package]) -> Section:
    """Return how large the packages are."""
    rows = [
        [one.service, f"{one.bytes / 1e6:.2f} MB", f"{one.limit / 1e6:.1f} MB", _mark(one.bytes, one.limit)]
        for one in packages
    ]
    return Section(
        "Packages",
        "The zip of each service, byte code included. Media brings Pillow.",
        ["service", "zipped", "limit", ""],
        rows,
    )


def cold(timed: Iterable[Timed]) -> Section:
    """Return how long first runs take."""
    return Section(
        "Cold starts",
        "From a fresh process to the end of a first run: the unpacked package with its byte code, imported "
        "as Lambda does, and one event. The floor does the same requests from bare boto3 clients after "
        "importing boto3, chalice, pydantic and the logger (and opensearch-py or Pillow where used). "
        f"Requests are answered at once, from tape. Medians of {COLD_ROUNDS} runs in turns; noisy, so "
        "only the ratio is told.",
        ["function", "ours / floor", f"target {COLD_TARGET}"],
        [[one.name, f"{one.ratio:.2f}", _mark(one.ratio, COLD_TARGET)] for one in timed],
    )


def warm(timed: Iterable[tuple[Timed, Timed]]) -> Section:
    """Return what handlers add to their requests."""
    return Section(
        "Handlers",
        "A run of a warm process beside the same boto3 (or opensearch-py) calls with nothing around them, in "
        f"turns in one process, medians of {WARM_ROUNDS}; noisy, so only ratios are told. The target is for "
        "calls to the local cloud. Answered at once, from tape, the same handlers stand beside nothing but "
        "the client's own work: this column shows what they add, and has no target. The "
        "local search engine keeps all in memory and is nearly as fast as the tape.",
        ["what", "ours / floor, local cloud", f"target {WARM_TARGET}", "ours / floor, answered at once"],
        [
            [cloud.name, f"{cloud.ratio:.2f}", _mark(cloud.ratio, WARM_TARGET), f"{tape.ratio:.2f}"]
            for cloud, tape in timed
        ],
    )


def _calls(ledger: Ledger) -> str:
    count = len(ledger.calls("dynamodb"))
    return f"{count} call{'' if count == 1 else 's'}"


def _rtc(ledger: Ledger) -> str:
    return f"{Ledger([run for run in ledger.runs if run.function == 'deliver']).units.read:g} R"


def _is_other(operation: str) -> bool:
    return operation.partition(".")[0] not in {"dynamodb", "events", "sqs"}


def _mark(measured: float, allowed: float) -> str:
    return "✓" if round(measured, 2) <= allowed else "over"
