"""How long each path takes, side by side with the bare chain of the same hops on the same cloud."""

from dataclasses import dataclass, field
from statistics import median

from rich.table import Table


@dataclass
class Latencies:
    """Measured seconds by path, ours and the floor's.

    A path is measured `ours` and `floor` in one run; only their ratio is a claim.
    """

    paths: dict[str, tuple[list[float], list[float]]] = field(default_factory=dict)

    def add(self, path: str, ours: float, floor: float) -> None:
        """Add one pair of measurements."""
        measured = self.paths.setdefault(path, ([], []))
        measured[0].append(ours)
        measured[1].append(floor)

    def ratio(self, path: str) -> float:
        """Return the ratio of the medians, ours by floor."""
        ours, floor = self.paths[path]
        return median(ours) / median(floor)

    def table(self) -> Table:
        """Return what was measured, for a person to read."""
        table = Table("path", "posts", "ours p50", "bare chain p50", "ratio", title="Latency of each path")
        for path, (ours, floor) in self.paths.items():
            table.add_row(
                path,
                str(len(ours)),
                f"{median(ours) * 1000:.0f} ms",
                f"{median(floor) * 1000:.0f} ms",
                f"{self.ratio(path):.2f}",
            )
        return table
