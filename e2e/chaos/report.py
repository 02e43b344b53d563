"""What a fault run tells at its end."""

from collections.abc import Iterator

from contracts.transport.faults import Plan
from rich.table import Table

from e2e.chaos.checking import Wrong
from e2e.chaos.running import Result

SHOWN = 60
"""Findings that are named; the rest is counted."""


def table(result: Result, plan: Plan, seconds: float) -> Table:
    """Return the figures of a run."""
    tally, requests = result.tally, result.requests
    table = Table("figure", "value", title=f"Fault run, seed {plan.seed}, {seconds:.0f} s", show_header=False)
    table.add_row("requests of people", ", ".join(f"{times:,} {kind}" for kind, times in requests.items()))
    table.add_row("events", f"{result.events:,}")
    table.add_row("heard more than once", f"{result.heard_again:,}")
    table.add_row("attempts of calls", f"{tally.attempts.total():,} by {tally.processes} processes")
    table.add_row("of them failed", f"{tally.faults.total():,} ({tally.rate:.1%})")
    for kind, times in tally.kinds.most_common():
        table.add_row(f"  {kind}", f"{times:,}")
    table.add_row("parked", f"{result.parked:,}")
    table.add_row(
        "replayed", f"in {result.rounds} rounds, the first ({result.replayed_under_faults:,}) under faults"
    )
    table.add_row("entries compared", f"{result.entries:,}")
    for wrong in Wrong:
        times = sum(finding.wrong is wrong for finding in result.findings)
        table.add_row(wrong, f"[{'red' if times else 'green'}]{times:,}")
    table.add_row("took", ", ".join(f"{phase} {took:.0f} s" for phase, took in result.seconds.items()))
    return table


def wrong(result: Result) -> Iterator[str]:
    """Return what is wrong, a line each."""
    for finding in result.findings[:SHOWN]:
        yield str(finding)
    if len(result.findings) > SHOWN:
        yield f"… and {len(result.findings) - SHOWN} more"
    for queue, depth in result.left.items():
        yield f"{queue}: {depth} messages are parked for good"
    if result.tally.forgotten:
        named = {fact.id for finding in result.findings for fact in finding.facts}
        forgotten = set(result.tally.forgotten)
        yield f"{len(forgotten)} events were forgotten on purpose; {len(forgotten & named)} are named."
