"""The replay itself: take, send, remove, so that an interruption anywhere loses nothing.

StartMessageMoveTask serves only the DLQs of queues, and knows no choice. What was sent and not yet removed is
sent again by the next replay, which consumers tolerate.
"""

import time
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol, Self

from contracts.replay.letters import DeadLetter
from contracts.replay.selection import Erased, Selection

KEPT = 20_000
"""Receipts of passed-over letters that are kept, some 8 MB, to show them again at the end; the others show
themselves later."""

LEAST_SECONDS = 60
MOST_SECONDS = 12 * 3600
"""How long SQS hides a message at most."""

SLOWEST = 100.0
"""Letters a second that any run surely takes, unless it is told to be slower."""


@dataclass(frozen=True)
class Taken:
    """A letter that nobody else has for a while."""

    letter: DeadLetter
    receipt: str


class Place(Protocol):
    """Where dead letters lie."""

    def depth(self) -> int:
        """Return how many letters lie there, about."""

    def take(self, seconds: int) -> Sequence[Taken]:
        """Take up to ten letters and hide them from others; none when all were taken."""

    def remove(self, taken: Sequence[Taken]) -> None:
        """Forget letters for good."""

    def release(self, receipts: Sequence[str]) -> None:
        """Show hidden letters again."""


class Send(Protocol):
    """Sends letters back to where they failed."""

    def __call__(self, letters: Sequence[DeadLetter]) -> Mapping[int, str]:
        """Send letters; return for each one that was refused, by its position, why."""


@dataclass
class Outcome:
    """What one replay did, or one step of it."""

    sent: int = 0
    dropped: int = 0
    passed: int = 0
    refused: Counter[str] = field(default_factory=Counter)

    def add(self, step: "Outcome") -> None:
        """Add a step."""
        self.sent += step.sent
        self.dropped += step.dropped
        self.passed += step.passed
        self.refused += step.refused

    @property
    def looked_at(self) -> int:
        """How many letters it came to."""
        return self.sent + self.dropped + self.passed + self.refused.total()


@dataclass(frozen=True)
class Replayer:
    """Sends the letters of one place back.

    Parameters
    ----------
    place, send
        From where, and to where.
    selection
        Which of them; others stay.
    erased
        People about whom nothing is sent again.
    rate
        Letters a second at most.
    kept
        Receipts of passed-over letters that are kept.
    now, sleep
        The clock.
    """

    place: Place
    send: Send
    selection: Selection = field(default_factory=Selection)
    erased: Erased = frozenset()
    rate: float | None = None
    kept: int = KEPT
    now: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep

    def replay(self) -> Generator[Outcome]:
        """Send every selected letter that lies there now; yield what each step did.

        A letter that fails again is parked anew while this runs; it is left for the next replay.
        """
        pace = Pace(self.rate, self.now, self.sleep)
        with self._hold() as hold:
            for taken in hold.walk():
                chosen = [one for one in taken if self.selection(one.letter)]
                for start in range(0, len(chosen), pace.step):
                    yield self._step(chosen[start : start + pace.step], pace, hold)
                if passed := len(taken) - len(chosen):
                    yield Outcome(passed=passed)

    def would_send(self) -> Generator[Sequence[DeadLetter]]:
        """Yield the selected letters without those of erased people, leaving all in place."""
        with self._hold() as hold:
            for taken in hold.walk():
                chosen = [one.letter for one in taken if self.selection(one.letter)]
                yield [left for letter in chosen if (left := letter.without(self.erased))]

    def _hold(self) -> "_Hold":
        seconds = hidden_seconds(self.place.depth(), self.rate)
        return _Hold(self.place, seconds, self.kept, datetime.fromtimestamp(self.now(), UTC))

    def _step(self, chosen: Sequence[Taken], pace: "Pace", hold: "_Hold") -> Outcome:
        left = [one.letter.without(self.erased) for one in chosen]
        gone = [one for one, letter in zip(chosen, left, strict=True) if letter is None]
        going = [one for one, letter in zip(chosen, left, strict=True) if letter is not None]
        hold.remove(gone)
        if not going:
            return Outcome(dropped=len(gone))
        pace.wait(len(going))
        refused = self.send([letter for letter in left if letter is not None])
        done = [one for position, one in enumerate(going) if position not in refused]
        hold.remove(done)
        return Outcome(len(done), len(gone), refused=Counter(refused.values()))


class _Hold:
    """The letters of a place that one run took and did not remove; they are shown again when it ends.

    Parameters
    ----------
    place
        Where they lie.
    seconds
        How long each is hidden.
    kept
        How many receipts are kept at most, the newest.
    before
        What was parked later is none of the run's business.
    """

    def __init__(self, place: Place, seconds: int, kept: int, before: datetime) -> None:
        self._place, self._seconds, self._kept, self._before = place, seconds, kept, before
        self._receipts: dict[str, None] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._receipts:
            self._place.release(list(self._receipts))

    def walk(self) -> Iterator[Sequence[Taken]]:
        """Take all letters, ten at a time."""
        while taken := self._place.take(self._seconds):
            self._receipts |= {one.receipt: None for one in taken}
            before = [one for one in taken if one.letter.parked <= self._before]
            if not before:
                break
            yield before
            while len(self._receipts) > self._kept:
                del self._receipts[next(iter(self._receipts))]

    def remove(self, taken: Sequence[Taken]) -> None:
        """Forget letters for good."""
        if taken:
            self._place.remove(taken)
            for one in taken:
                self._receipts.pop(one.receipt, None)


class Pace:
    """Keeps to a rate.

    Parameters
    ----------
    rate
        Letters a second at most; None for as many as can be.
    now, sleep
        The clock.
    """

    def __init__(self, rate: float | None, now: Callable[[], float], sleep: Callable[[float], None]) -> None:
        self._rate, self._now, self._sleep = rate, now, sleep
        self._due = now()
        self.step = 10 if rate is None else max(1, min(10, int(rate)))

    def wait(self, letters: int) -> None:
        """Wait until so many letters may go."""
        if self._rate is None:
            return
        now = self._now()
        if now < self._due:
            self._sleep(self._due - now)
        self._due = max(now, self._due) + letters / self._rate


def hidden_seconds(depth: int, rate: float | None) -> int:
    """Return how long a run over so many letters surely ends within: so long they are hidden."""
    return int(min(MOST_SECONDS, LEAST_SECONDS + 2 * depth / min(rate or SLOWEST, SLOWEST)))
