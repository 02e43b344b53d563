"""What the functions' processes noted: attempts, faults, and events that a broken consumer forgot."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass
class Tally:
    """Attempts and faults of one run.

    Parameters
    ----------
    attempts
        HTTP requests that were made or would have been, by operation; a client's retry is one more.
    faults
        How many of them failed, by operation and kind.
    forgotten
        Ids of the events that a broken consumer was kept from.
    processes
        Processes that ran.
    """

    attempts: Counter[str] = field(default_factory=Counter)
    faults: Counter[tuple[str, str]] = field(default_factory=Counter)
    forgotten: list[str] = field(default_factory=list)
    processes: int = 0

    @property
    def rate(self) -> float:
        """Share of the attempts that failed."""
        return self.faults.total() / self.attempts.total() if self.attempts else 0.0

    @property
    def kinds(self) -> Counter[str]:
        """Faults by their kind."""
        kinds: Counter[str] = Counter()
        for (_, kind), times in self.faults.items():
            kinds[kind] += times
        return kinds


def tally(folder: Path) -> Tally:
    """Read all journals of a run."""
    told = Tally()
    for file in folder.glob("*.jsonl"):
        told.processes += 1
        for line in _lines(file):
            match line:
                case {"attempt": operation, "fault": fault}:
                    told.attempts[operation] += 1
                    if fault:
                        told.faults[operation, fault] += 1
                case {"partial": operation}:
                    told.faults[operation, "partial"] += 1
                case {"forgotten": body}:
                    told.forgotten.append(str(json.loads(body)["detail"]["id"]))
    return told


def _lines(file: Path) -> Iterator[dict[str, Any]]:
    for line in file.read_text().splitlines():
        yield json.loads(line)
