"""Faults for a run on the local cloud (`make chaos`): calls fail, processes die, by a seed.

Nothing imports this module. A function gets it when its handler is `contracts.transport.faults.<name>` in the
place of `app.<name>` and `HIDOKI_FAULTS` (JSON) says how much is to go wrong; `e2e/chaos` sets both and takes
both back. Away from a loopback endpoint it refuses, so that the function does not start at all.

What is counted is an attempt: each HTTP request that a client makes, its own retries included.
"""

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import count
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

VARIABLE = "HIDOKI_FAULTS"
HANDLER_PREFIX = "contracts.transport.faults."

STICKY = 0.5
"""How likely the next attempt fails after one that failed: faults come in bursts, and outlive retries."""

LARGEST_RATE = 0.6
LOOPBACK = {"127.0.0.1", "::1", "localhost"}


class Fault(StrEnum):
    """What happens to an attempt."""

    THROTTLED = "throttled"
    BROKEN = "server error"
    UNREACHABLE = "unreachable"
    LOST = "answer lost"  # it was done, and is reported as failed
    CRASH = "crash"  # the process dies in its place
    PARTIAL = "partial"  # the service refuses some of a batch


WEIGHTS = {
    Fault.THROTTLED: 30,
    Fault.BROKEN: 30,
    Fault.UNREACHABLE: 15,
    Fault.LOST: 30,
    Fault.CRASH: 1,
}


class NotLocal(Exception):
    """Faults were asked for where people may be."""


@dataclass(frozen=True)
class Plan:
    """What is to go wrong.

    Parameters
    ----------
    seed
        Makes the same choices in the nth process of a function.
    rate
        Share of the attempts that fail.
    folder
        Where each process keeps its journal.
    forget
        A consumer that acknowledges every so many-th event without handling it; 0: none is forgotten.
    """

    seed: int
    rate: float
    folder: str
    forget: int = 0

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Self | None:
        """Read the plan of a function, None if there is none.

        Raises
        ------
        NotLocal
            If the function's AWS is not on a loopback address.
        ValueError
            If the rate is out of bounds.
        """
        if VARIABLE not in environment:
            return None
        endpoint = environment.get("AWS_ENDPOINT_URL", "")
        if urlsplit(endpoint).hostname not in LOOPBACK:
            raise NotLocal(f"{VARIABLE} is for the local cloud only, and AWS_ENDPOINT_URL is {endpoint!r}.")
        plan = cls(**json.loads(environment[VARIABLE]))
        if not 0 <= plan.rate <= LARGEST_RATE:
            raise ValueError(f"a rate is between 0 and {LARGEST_RATE}, not {plan.rate}")
        return plan


class Chance:
    """Decides by a seed which attempt fails, and how."""

    def __init__(self, seed: str, rate: float) -> None:
        self._random, self._rate = Random(seed), rate  # noqa: S311
        # So many that in the long run `rate` of all attempts fail.
        self._onset = rate * (1 - STICKY) / (1 - rate)
        self._failing = False

    def attempt(self) -> Fault | None:
        """Return what happens to the next attempt."""
        chance = STICKY if self._failing and self._rate else self._onset
        self._failing = self._random.random() < chance
        return self._random.choices([*WEIGHTS], [*WEIGHTS.values()])[0] if self._failing else None

    def refused(self, size: int) -> frozenset[int]:
        """Return which of a batch are refused; mostly none, and never all."""
        if size < 2 or self._random.random() >= self._rate:
            return frozenset()
        return frozenset(self._random.sample(range(size), self._random.randint(1, size - 1)))


class Journal:
    """What one process of a function saw, a JSON line each; written at once, since processes die.

    Parameters
    ----------
    folder
        Of the run.
    function
        The function's name.
    """

    def __init__(self, folder: Path, function: str) -> None:
        for number in count(1):
            try:
                self._file = os.open(
                    folder / f"{function}.{number}.jsonl", os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_APPEND
                )
            except FileExistsError:
                continue
            self.process = f"{function}.{number}"
            return

    def attempt(self, operation: str, fault: Fault | None) -> None:
        """Note an attempt and what happened to it."""
        self._write({"attempt": operation, "fault": fault})

    def partial(self, operation: str) -> None:
        """Note that an attempt, noted before, succeeded in part only."""
        self._write({"partial": operation})

    def forgotten(self, body: str) -> None:
        """Note an event that the consumer was kept from."""
        self._write({"forgotten": body})

    def _write(self, line: dict[str, Any]) -> None:
        os.write(self._file, json.dumps(line).encode() + b"\n")


def forgetful(
    handler: Callable[[Any, Any], Any], every: int, journal: Journal, seen_before: int = 0
) -> Callable[[Any, Any], Any]:
    """Return a consumer that says it handled every so many-th event, and did not."""
    seen = count(seen_before + 1)

    def handle(event: Any, context: Any) -> Any:
        kept = []
        for record in event["Records"]:
            if next(seen) % every:
                kept.append(record)
            else:
                journal.forgotten(record["body"])
        return handler({**event, "Records": kept}, context)

    return handle


def around(handler_name: str, load: Callable[[str], Any]) -> Any:
    """Return a handler of the function's `app`, with the faults of its plan around it."""
    plan = Plan.of(os.environ)
    if plan is None:
        return load(handler_name)
    from contracts.transport import failing

    journal = Journal(Path(plan.folder), os.environ["AWS_LAMBDA_FUNCTION_NAME"])
    # Before the app is loaded: sessions take their hooks when they are made.
    seed = f"{plan.seed}/{journal.process}"
    failing.install(Chance(seed, plan.rate), journal)
    handler = load(handler_name)
    if not plan.forget:
        return handler
    # As if others had counted before it: a process that lives shortly has its share of the forgetting.
    return forgetful(handler, plan.forget, journal, Random(seed).randrange(plan.forget))  # noqa: S311


if not TYPE_CHECKING:  # a misspelt name stays an error for the type checker

    def __getattr__(name: str) -> Any:
        """Be whatever handler Lambda looks for here."""
        if name.startswith("__"):
            raise AttributeError(name)
        from importlib import import_module

        return around(name, lambda wanted: getattr(import_module("app"), wanted))
