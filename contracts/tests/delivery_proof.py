"""Proofs of delivery: thousands of schedules without a loss, and broken services that are caught."""

import logging
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from delivery_machine import DeliveryMachine
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, run_state_machine_as_test
from simulated_cloud import Function

SCHEDULES = {"posts": 1_200, "chat": 700, "rtc": 1_000, "notify": 1_200, "search": 1_200}
"""How many schedules each service's tests run."""

STEPS = 20
"""Steps of a schedule."""

BROKEN_EVERY = 50
"""A broken consumer drops each so many'th event, without failing."""


def prove(tested: type[DeliveryMachine], schedules: int, *, shrink: bool = True) -> Mapping[str, int]:
    """Run so many schedules; return what happened in them, counted.

    Raises
    ------
    AssertionError
        If one of them lost something, or applied it wrongly: with the shortest such schedule.
    """
    tested.schedules, tested.tally = 0, Counter()
    with _quiet():
        run_state_machine_as_test(
            tested,
            settings=settings(
                max_examples=schedules,
                stateful_step_count=STEPS,
                database=None,
                deadline=None,
                derandomize=True,
                report_multiple_bugs=False,
                phases=(Phase.generate, Phase.shrink) if shrink else (Phase.generate,),
                suppress_health_check=list(HealthCheck),
            ),
        )
    tally = dict(sorted(tested.tally.items()))
    print(f"{tested.schedules} schedules: {tally}")  # noqa: T201 - shown with `pytest -s`
    assert tested.schedules >= schedules
    for what in ("events", "deliveries", "failed runs", "faults", "parked", "redriven"):
        assert tally.get(what, 0) > schedules / 50, f"the schedules had hardly any {what}: {tally}"
    return tally


def loses(broken: type[DeliveryMachine], schedules: int) -> str:
    """Return how the machine catches a broken service.

    Raises
    ------
    AssertionError
        If it does not.
    """
    try:
        prove(broken, schedules, shrink=False)
    except AssertionError as caught:
        if "hardly any" not in str(caught) and broken.schedules:
            return str(caught)
        raise
    raise AssertionError(f"{schedules} schedules did not catch it")


def dropping(sound: type[DeliveryMachine]) -> type[DeliveryMachine]:
    """Return the machine of a service whose consumers drop each 50th event and say that all is well.

    A schedule is a short look at a long life, so Hypothesis chooses how many events came before it.
    """

    class Dropping(sound):  # type: ignore[valid-type, misc]
        """A service that loses events."""

        @initialize(handled=st.integers(0, BROKEN_EVERY - 1))
        def break_consumers(self, handled: int) -> None:
            for name, function in self.cloud.functions.items():
                self.cloud.functions[name] = _forgetful(function, handled)

    return Dropping


def _forgetful(function: Function, handled: int) -> Function:
    seen = iter(range(handled, 1_000_000))

    def drop(event: Mapping[str, Any]) -> Mapping[str, Any]:
        kept = [record for record in event["Records"] if (next(seen) + 1) % BROKEN_EVERY]
        return function({"Records": kept})

    return drop


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the services from logging each fault: it would take longer than the schedules."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(before)
