"""Rate limits: a person's acts are counted at no cost far from the limit, and exactly near it.

A process keeps the times of what it let a person do. Only when it has let pass `unseen` acts that no other
process knows of does it write them down, with one conditional write of the person's log; the log also tells
it what other processes let pass. Of what the log has, no span ever holds more than the limit, so a person
who is served by N processes at once does at most `unseen` × N acts more, and one whom a single process
serves does exactly the limit. What was asked for counts, whether it was done or not.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil
from typing import Protocol

from contracts.http.budgets import BUDGETS, NEW_FOR, TRUSTED, Action, Budget
from contracts.http.identity import Identity
from contracts.http.problems import RATE_LIMITED, Problem

ATTEMPTS = 5
"""How often a log is written anew because another process wrote it meanwhile; then the act has to wait."""

CONTENTION_SECONDS = 1
"""How long an act waits whose log is written by too many processes at once."""

REMEMBERED = 10_000
"""Logs that a process remembers; of the one it has known longest it then loses the unseen acts."""


@dataclass(frozen=True)
class Log:
    """When a person did something lately, in milliseconds, oldest first; `version` counts the writes."""

    times: tuple[int, ...] = ()
    version: int = 0


class Ledger(Protocol):
    """Keeps the logs that all processes of a service share."""

    def write(self, user: str, action: Action, log: Log, until: datetime) -> Log | None:
        """Keep a log in place of the version before it; `until` it is of use.

        Returns
        -------
        Log | None
            None if it is kept, else the log that is there: an empty one if there is none.
        """


@dataclass
class _Tally:
    """What a process knows of one person and action: the shared log, and its own acts that are not in it."""

    log: Log = Log()
    unseen: list[int] = field(default_factory=list)

    def since(self, start: int) -> list[int]:
        """Return the times of all acts after `start`, oldest first."""
        return sorted(time for time in (*self.log.times, *self.unseen) if time > start)


class Limiter:
    """Lets people act within their budgets.

    Parameters
    ----------
    ledger
        What the processes share.
    now
        Tells the time, in UTC.
    joined
        Tells when a person joined; None for someone who has not yet, who is new.
    """

    def __init__(
        self,
        ledger: Ledger,
        now: Callable[[], datetime],
        joined: Callable[[str], datetime | None] | None = None,
    ) -> None:
        self._ledger, self._now, self._joined = ledger, now, joined
        self._tallies: dict[tuple[str, Action], _Tally] = {}

    def spend(self, who: Identity, action: Action) -> None:
        """Count an act.

        Raises
        ------
        Problem
            429 `rate-limited` if the budget is used up; `Retry-After` says when there is some again.
        """
        if TRUSTED in who.groups:
            return
        user, now, span = who.user_id, _milliseconds(self._now()), _span(BUDGETS[action])
        tally = self._tally(user, action)
        tally.unseen = [time for time in tally.unseen if time > now - span]
        self._refuse_beyond(user, action, tally.since(now - span), now)
        if len(tally.unseen) < BUDGETS[action].unseen:
            tally.unseen.append(now)
            return
        self._write_down(user, action, tally, now)

    def _write_down(self, user: str, action: Action, tally: _Tally, now: int) -> None:
        allowed = BUDGETS[action]
        for _ in range(ATTEMPTS):
            acts = tally.since(now - _span(allowed))
            self._refuse_beyond(user, action, acts, now)
            written = Log((*acts, now), tally.log.version + 1)
            there = self._ledger.write(user, action, written, self._now() + allowed.per)
            if there is None:
                tally.log, tally.unseen = written, []
                return
            tally.log = there
        raise _refusal(allowed.limit, allowed, CONTENTION_SECONDS)

    def _refuse_beyond(self, user: str, action: Action, acts: Sequence[int], now: int) -> None:
        """Refuse one more act; whether an account is new is asked only once it makes a difference."""
        allowed = BUDGETS[action]
        if len(acts) >= allowed.limit:
            limit = allowed.limit
        elif allowed.new and len(acts) >= allowed.new and self._is_new(user):
            limit = allowed.new
        else:
            return
        raise _refusal(limit, allowed, ceil((acts[-limit] + _span(allowed) - now) / 1000))

    def _tally(self, user: str, action: Action) -> _Tally:
        if (user, action) not in self._tallies and len(self._tallies) >= REMEMBERED:
            del self._tallies[next(iter(self._tallies))]
        return self._tallies.setdefault((user, action), _Tally())

    def _is_new(self, user: str) -> bool:
        if self._joined is None:
            return False
        joined = self._joined(user)
        return joined is None or self._now() - joined < NEW_FOR


def _span(allowed: Budget) -> int:
    return allowed.per // timedelta(milliseconds=1)


def _refusal(limit: int, allowed: Budget, seconds: int) -> Problem:
    detail = f"This may be done {limit} times in {_words(allowed.per)}; try again in {seconds} s."
    return Problem(RATE_LIMITED, detail, headers={"Retry-After": str(seconds)})


def _words(span: timedelta) -> str:
    minutes = span // timedelta(minutes=1)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h"


def _milliseconds(time: datetime) -> int:
    return round(time.timestamp() * 1000)
