"""Schedules and the queue of firings in memory."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from chalicelib.scheduling import Firing


@dataclass
class MemorySchedules:
    """Schedules by what they fire; `throttled` is how many calls are refused before one is taken."""

    set_for: dict[Firing, datetime] = field(default_factory=dict)
    throttled: int = 0
    moment: Callable[[], None] = lambda: None

    def set(self, firing: Firing, at: datetime) -> None:
        self._call()
        self.set_for.setdefault(firing, at)

    def cancel(self, firing: Firing) -> None:
        self._call()
        self.set_for.pop(firing, None)

    def due(self, now: datetime) -> list[Firing]:
        """Return those whose time has come; as on AWS they are gone then."""
        come = [firing for firing, at in self.set_for.items() if at <= now]
        for firing in come:
            del self.set_for[firing]
        return come

    def _call(self) -> None:
        self.moment()
        if self.throttled:
            self.throttled -= 1
            raise ThrottlingError


class ThrottlingError(Exception):
    """The scheduler takes no more calls just now."""


@dataclass
class MemoryWaiting:
    """Firings that wait in their queue, and for how long."""

    sent: list[tuple[Firing, timedelta]] = field(default_factory=list)
    moment: Callable[[], None] = lambda: None

    def send(self, firing: Firing, wait: timedelta) -> None:
        self.moment()
        self.sent.append((firing, wait))
