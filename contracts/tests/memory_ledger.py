"""The ledger of rate limits in memory."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from contracts.http.budgets import Action
from contracts.http.limits import Log


@dataclass
class MemoryLedger:
    """Logs in memory; `before` happens just before a write."""

    logs: dict[tuple[str, Action], Log] = field(default_factory=dict)
    writes: int = 0
    before: Callable[[], None] = lambda: None

    def write(self, user: str, action: Action, log: Log, until: datetime) -> Log | None:
        self.before()
        self.writes += 1
        there = self.logs.get((user, action), Log())
        if there.version != log.version - 1:
            return there
        self.logs[user, action] = log
        return None
