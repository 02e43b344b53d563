"""One fault run: people act while calls fail, what was parked is replayed, and all is compared."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

from contracts.events.consumers import CONSUMERS
from contracts.transport.faults import Plan

from e2e.chaos import models, replaying, truth
from e2e.chaos.checking import Finding, of_bus, of_history
from e2e.chaos.history import Outcome
from e2e.chaos.journals import Tally, tally
from e2e.chaos.reading import Reader
from e2e.chaos.switching import Functions
from e2e.chaos.witness import Witness
from e2e.chaos.workload import Workload
from e2e.queues import Queue
from e2e.system import System
from e2e.waiting import eventually

STILL_SECONDS = 6.0
"""So long nothing is heard, and all queues are empty, when all is done: relays and retries take less."""

DRAIN_SECONDS = 280.0
LOOK_SECONDS = 0.5
ROUNDS = 6
"""How often dead letters are replayed at most; a message may meet faults in the first round again."""


@dataclass
class Result:
    """What a run found."""

    findings: list[Finding] = field(default_factory=list)
    requests: Counter[Outcome] = field(default_factory=Counter)
    entries: int = 0
    events: int = 0
    heard_again: int = 0
    parked: int = 0
    rounds: int = 0
    replayed_under_faults: int = 0
    left: dict[str, int] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    tally: Tally = field(default_factory=Tally)


Told = Callable[[str, int], None]
"""Hears which phase the run is in and how many events there were."""


@dataclass
class Run:
    """A fault run on a running local cloud.

    Parameters
    ----------
    system
        Where.
    plan
        What goes wrong.
    events
        How many events people must have caused before they stop.
    people
        How many act.
    broken
        A consumer that forgets events, as the plan says; empty for none.
    told
        Hears how it goes.
    """

    system: System
    plan: Plan
    events: int
    people: int
    broken: str
    told: Told

    def __post_init__(self) -> None:
        self.functions = Functions(self.system)
        self.workload = Workload(self.system, self.plan.seed, self.people)
        self.result = Result()

    def __call__(self) -> Result:
        """Run, and return what was found."""
        try:
            with Witness(self.system) as witness:
                with self.functions.failing(self.plan, self.broken):
                    self._act(witness)
                self._replay_and_compare(witness)
        finally:
            self.workload.leave()
            self.result.tally = tally(Path(self.plan.folder))
        return self.result

    def _act(self, witness: Witness) -> None:
        self._timed("people join", witness, self.workload.join)
        self._timed(
            "people act", witness, lambda: self.workload.run(lambda: self._heard(witness) >= self.events)
        )
        self._timed("events settle", witness, lambda: self._settle(witness))
        self.result.replayed_under_faults = self._timed(
            "dead letters meet faults again", witness, lambda: self._replay(witness)
        )

    def _replay_and_compare(self, witness: Witness) -> None:
        self._timed("replay", witness, lambda: self._replay_all(witness))
        self.result.findings = self._timed("compare", witness, lambda: self._compare(witness))
        self.result.events, self.result.heard_again = witness.heard, witness.again

    def _timed[T](self, phase: str, witness: Witness, do: Callable[[], T]) -> T:
        started = monotonic()
        self._phase = phase
        self._heard(witness)
        try:
            return do()
        finally:
            self.result.seconds[phase] = monotonic() - started

    def _heard(self, witness: Witness) -> int:
        self.told(self._phase, witness.heard)
        return witness.heard

    def _replay(self, witness: Witness) -> int:
        held = sum(replaying.parked(self.system).values())
        self.result.parked += held
        replayed = replaying.replay(self.system)
        self.result.rounds += 1
        self._settle(witness)
        return replayed

    def _replay_all(self, witness: Witness) -> None:
        self._settle(witness)
        for _ in range(ROUNDS):
            if not replaying.parked(self.system):
                break
            self._replay(witness)
        self.result.left = replaying.parked(self.system)

    def _compare(self, witness: Witness) -> list[Finding]:
        """Compare until nothing is wrong, or what is wrong stays so while nothing moves any more."""
        before: list[Finding] = []
        while found := self._findings(witness):
            if found == before:
                break
            before = found
            self._settle(witness)
        return found

    def _findings(self, witness: Witness) -> list[Finding]:
        tables = truth.Tables(self.system)
        reader = Reader(self.system, self.workload.actors)
        history = self.workload.history
        written = truth.read(tables, history)
        shown = list(models.read_models(history, written, reader))
        self.result.entries = sum(len(model.wanted) for model in shown)
        self.result.requests = Counter(history.requests)
        return [
            *of_history(history, written),
            *of_bus(written, witness.seen),
            *(finding for model in shown for finding in model.findings()),
        ]

    def _settle(self, witness: Witness) -> None:
        queues = [Queue.of(self.system, consumer) for consumer in CONSUMERS]
        last, since = -1, monotonic()

        def still() -> bool:
            nonlocal last, since
            heard = self._heard(witness) + witness.again
            if heard != last or any(queue.depth() for queue in queues):
                last, since = heard, monotonic()
            return monotonic() - since >= STILL_SECONDS

        eventually(still, "all queues are empty", within=DRAIN_SECONDS, pause=LOOK_SECONDS)
