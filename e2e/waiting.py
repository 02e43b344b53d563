"""Waiting for a condition, with a deadline: the suite never sleeps for a guessed time."""

import time
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")

DEADLINE_SECONDS = 20.0
"""How long anything asynchronous may take on a busy machine, cold starts included."""

PAUSE_SECONDS = 0.02


def eventually[Found](
    look: Callable[[], Found | None],
    what: str,
    *,
    within: float = DEADLINE_SECONDS,
    pause: float = PAUSE_SECONDS,
) -> Found:
    """Return what `look` returns as soon as it is true.

    Parameters
    ----------
    look
        Asked again and again; a falsy answer means not yet.
    what
        What is waited for, as the failure names it.
    within
        Seconds.
    pause
        Seconds between two looks.

    Raises
    ------
    AssertionError
        If the deadline passes; it tells the last answer.
    """
    deadline = time.monotonic() + within
    while True:
        answer = look()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {within:.0f} s: {what} (last answer: {answer!r})")
        time.sleep(pause)
