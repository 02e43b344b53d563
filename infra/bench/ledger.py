"""What one action set off: function runs, and what each of them asked of the cloud."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from infra.bench.units import Units, disagreement, spent

type Call = Mapping[str, Any]

CHUNK = "fanout.chunk"
"""What posts' fan-out calls the work that it leaves to another run of its own."""


@dataclass(frozen=True)
class Run:
    """One run of a function.

    Parameters
    ----------
    service, function
        What ran.
    event
        What Lambda gave it.
    calls
        The requests it made.
    """

    service: str
    function: str
    event: Mapping[str, Any]
    calls: Sequence[Call]

    @property
    def name(self) -> str:
        """What it is called; a run of the fan-out that serves a chunk is told from one that plans."""
        bodies = (record.get("body", "") for record in self.event.get("Records", ()))
        work = " (chunk)" if any(f'"{CHUNK}"' in body for body in bodies) else ""
        return f"{self.service}.{self.function}{work}"


@dataclass
class Ledger:
    """All that an action set off; `runs[0]` is the request, what follows came by stream, bus and queue."""

    runs: list[Run] = field(default_factory=list)
    deliveries: int = 0
    """Messages that the bus put into queues."""

    @property
    def request(self) -> "Ledger":
        """The first run alone."""
        return Ledger(self.runs[:1])

    @property
    def following(self) -> "Ledger":
        """The other runs."""
        return Ledger(self.runs[1:], self.deliveries)

    @property
    def units(self) -> Units:
        """What DynamoDB charges for."""
        return sum((spent(call) for call in self.calls("dynamodb")), Units())

    @property
    def events(self) -> int:
        """Events put on the bus."""
        return sum(len(call["params"]["Entries"]) for call in self.calls("events"))

    @property
    def bus_bytes(self) -> int:
        """Bytes of what was put on the bus."""
        entries = [entry for call in self.calls("events") for entry in call["params"]["Entries"]]
        return sum(
            len((entry["Source"] + entry["DetailType"] + entry["Detail"]).encode()) for entry in entries
        )

    @property
    def queue_requests(self) -> int:
        """Requests to queues if nothing shares a batch: a message is sent, received and deleted."""
        sent = [call for call in self.calls("sqs") if call["operation"] == "SendMessage"]
        return 3 * (self.deliveries + len(sent))

    @property
    def times(self) -> Counter[str]:
        """How often each function ran."""
        return Counter(run.name for run in self.runs)

    @property
    def operations(self) -> Counter[str]:
        """How often each operation was asked for."""
        return Counter(f"{call['service']}.{call['operation']}" for call in self.calls())

    def calls(self, service: str | None = None) -> list[Call]:
        """Return all requests, or those to one service."""
        return [
            call for run in self.runs for call in run.calls if service is None or call["service"] == service
        ]


def disagreements(ledgers: Iterable[Ledger]) -> Counter[str]:
    """Return where the cloud's word on units differs from the documented rule."""
    told = (disagreement(call) for ledger in ledgers for call in ledger.calls("dynamodb"))
    return Counter(one for one in told if one)
