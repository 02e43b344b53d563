"""A chance that follows a script."""

from dataclasses import dataclass, field

from contracts.transport.faults import Chance, Fault


@dataclass
class Scripted(Chance):
    """Lets happen what the test says, then nothing."""

    faults: list[Fault | None] = field(default_factory=list)
    parts: list[set[int]] = field(default_factory=list)

    def attempt(self) -> Fault | None:
        return self.faults.pop(0) if self.faults else None

    def refused(self, size: int) -> frozenset[int]:
        return frozenset(self.parts.pop(0) if self.parts and size > 1 else ())
