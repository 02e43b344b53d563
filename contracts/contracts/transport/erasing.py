"""Erasing: how a service works off that an account was deleted, in pages that its own queue carries on.

What a person left may be more than one run can do, so a run does some pages and sends the rest to the
queue. Any of it may be done twice. And all of it is done twice: a request that began before the deletion
may still write something after the first round has passed the place.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from contracts.events.envelope import Event
from contracts.events.posts import AccountDeletedV1
from contracts.transport.own_queue import OwnQueue

ERASE_WORK = "account.erase"
"""Name of the work that a message holds."""

PAGES_A_RUN = 5
"""Pages that one run does, before it sends what is left: with 100 conditional writes each, some seconds."""

PAGE = 100
"""Rows of a page."""

AGAIN_SECONDS = 120
"""When the second round begins: a process that holds the person's name for 30 seconds has forgotten it, and
the function that used it last (30 seconds at most) has ended."""


@dataclass(frozen=True)
class Leaver:
    """Whose account was deleted.

    Parameters
    ----------
    id
        The person's.
    sequence
        Of the deletion, the last of the subject `profile/<user>`.
    """

    id: str
    sequence: int


Step = Callable[[Leaver, str | None], str | None]
"""Erases one page of what is kept of a person, from a position on; returns where the next page starts, None
at the end. Done twice it is as good as done once."""


@dataclass(frozen=True)
class Erasing:
    """Erases people, step by step.

    Parameters
    ----------
    steps
        What there is to erase, by names that messages on their way may hold; in this order.
    queue
        Where work goes that a run leaves to the next.
    pages
        How many pages one run does.
    """

    steps: Mapping[str, Step]
    queue: OwnQueue
    pages: int = PAGES_A_RUN

    def deleted(self, event: Event[AccountDeletedV1]) -> None:
        """Hear that an account was deleted: begin at once, and once more when no old request is left."""
        leaver = Leaver(event.data.user_id, event.sequence)
        first = next(iter(self.steps))
        self.queue.send(ERASE_WORK, _detail(leaver, first, None), delay_seconds=AGAIN_SECONDS)
        self._run(leaver, first, None)

    def work(self, detail: Mapping[str, Any]) -> None:
        """Go on where another run stopped."""
        self._run(Leaver(detail["user"], detail["sequence"]), detail["step"], detail["after"])

    def _run(self, leaver: Leaver, step: str | None, after: str | None) -> None:
        for _ in range(self.pages):
            if step is None:
                return
            after = self.steps[step](leaver, after)
            if after is None:
                step = self._following(step)
        if step is not None:
            self.queue.send(ERASE_WORK, _detail(leaver, step, after))

    def _following(self, step: str) -> str | None:
        names = list(self.steps)
        return next(iter(names[names.index(step) + 1 :]), None)


def _detail(leaver: Leaver, step: str, after: str | None) -> dict[str, Any]:
    return {"user": leaver.id, "sequence": leaver.sequence, "step": step, "after": after}
