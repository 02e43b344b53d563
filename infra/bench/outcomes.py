"""What was done on the system, and what it set off."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from infra.bench.ledger import Ledger


@dataclass(frozen=True)
class Action:
    """Something a person did.

    Parameters
    ----------
    name
        What it is called in the report.
    ledger
        What it set off.
    """

    name: str
    ledger: Ledger


@dataclass(frozen=True)
class FanOut:
    """A post by someone with many followers.

    Parameters
    ----------
    readers
        Whose timelines it comes to: the followers' and the author's own.
    ledger
        What the post set off.
    """

    readers: int
    ledger: Ledger

    @cached_property
    def own(self) -> Ledger:
        """The runs of the fan-out alone."""
        return Ledger([run for run in self.ledger.runs if run.function == "fan_out"])

    @property
    def items(self) -> int:
        """Items that it wrote: an entry for each reader, and the chunks' records."""
        return sum(len(some) for call in self._batches for some in call["params"]["RequestItems"].values())

    @property
    def batches(self) -> int:
        """BatchWriteItem calls."""
        return len(self._batches)

    @property
    def records(self) -> int:
        """Chunks' records among the items, each of which becomes one event."""
        return self.ledger.times["posts.relay_timelines"]

    @property
    def chunk_runs(self) -> int:
        """Runs that serve a chunk; the first chunk is served by the planner."""
        return self.own.times["posts.fan_out (chunk)"]

    @property
    def planner_runs(self) -> int:
        """Runs that plan."""
        return self.own.times["posts.fan_out"]

    @property
    def _batches(self) -> list[Any]:
        return [call for call in self.own.calls("dynamodb") if call["operation"] == "BatchWriteItem"]
