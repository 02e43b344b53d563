"""A cache in the process: what was read stays known for a while, the oldest goes when it gets too much."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

REMEMBERED_LIMIT = 20_000
"""Things that one cache holds at most: some megabytes."""


@dataclass(frozen=True)
class Remembered[Name, Known]:
    """Remembers what was read.

    Parameters
    ----------
    freshness
        How long something stays known.
    now
        Tells the time, in UTC.
    """

    freshness: timedelta
    now: Callable[[], datetime]
    limit: int = REMEMBERED_LIMIT
    _known: dict[Name, tuple[datetime, Known]] = field(default_factory=dict, repr=False)

    def many(
        self, names: Collection[Name], read: Callable[[Sequence[Name]], Mapping[Name, Known]]
    ) -> Mapping[Name, Known]:
        """Return what is known by these names, some of it as it was a while ago."""
        now = self.now()
        fresh = {
            name: self._known[name][1]
            for name in names
            if name in self._known and now - self._known[name][0] < self.freshness
        }
        missing = [name for name in names if name not in fresh]
        read_now = read(missing) if missing else {}
        for name, known in read_now.items():
            self._known.pop(name, None)  # what is new goes to the end
            self._known[name] = now, known
        while len(self._known) > self.limit:
            del self._known[next(iter(self._known))]
        return {**fresh, **read_now}
