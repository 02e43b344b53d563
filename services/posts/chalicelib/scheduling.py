"""Scheduling: a draft that has a time becomes a post when it comes.

The draft alone says what is to happen; schedules and messages only say when to look at it. So an old, early
or repeated one does nothing, and whoever changed the draft before a look began is heeded by it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from chalicelib.drafting import Making
from chalicelib.drafts import Draft, DraftMoved, Gone, Refusal
from chalicelib.people import Person

AT_HAND = timedelta(seconds=5)
"""What is nearer than this is waited for in the queue: a schedule made too late might never fire."""


@dataclass(frozen=True)
class Firing:
    """A look at a draft in time: of `author`'s draft, for the schedule that it had in this version."""

    author: str
    draft: str
    schedule: int


class ScheduledDrafts(Protocol):
    """Keeps drafts."""

    def find_draft(self, author: str, ulid: str) -> Draft | Gone | None:
        """Return a draft with every finished write."""

    def save_draft(self, draft: Draft) -> bool:
        """Store a draft whose `sequence` is one more than the stored one's; False if it moved meanwhile."""


class Schedules(Protocol):
    """Lets firings come at their time, at least once."""

    def set(self, firing: Firing, at: datetime) -> None:
        """Make a schedule; the same one again changes nothing."""

    def cancel(self, firing: Firing) -> None:
        """Remove a schedule, if it is there."""


class Waiting(Protocol):
    """The queue of firings."""

    def send(self, firing: Firing, wait: timedelta) -> None:
        """Let a firing come after about this time, or earlier."""


@dataclass(frozen=True)
class Scheduling:
    """Keeps schedules as drafts say, and publishes the drafts whose time has come.

    Parameters
    ----------
    drafts
        Where drafts are kept.
    schedules, waiting
        What brings firings.
    make
        Puts a post in a draft's place.
    signing
        Returns a person as others are shown them.
    refusal
        Returns what an error says of a draft, None for one that another try may be rid of.
    now
        Tells the time, in UTC.
    """

    drafts: ScheduledDrafts
    schedules: Schedules
    waiting: Waiting
    make: Making
    signing: Callable[[str], Person]
    refusal: Callable[[Exception], Refusal | None]
    now: Callable[[], datetime]

    def scheduled(self, firing: Firing, replaces: int | None) -> None:
        """Make the schedule of a draft and remove the one it replaces.

        Whoever changes the draft meanwhile may have looked for this schedule before it was there: the second
        look at the draft sees that change.
        """
        if at := self._time_of(firing):
            if at - self.now() < AT_HAND:
                self.waiting.send(firing, at - self.now())
            else:
                self.schedules.set(firing, at)
                if self._time_of(firing) is None:
                    self.schedules.cancel(firing)
        if replaces is not None:
            self.schedules.cancel(Firing(firing.author, firing.draft, replaces))

    def unscheduled(self, firing: Firing) -> None:
        """Remove the schedule of a draft that is scheduled no longer."""
        self.schedules.cancel(firing)

    def fire(self, firing: Firing) -> None:
        """Publish a draft if it is still to be, and its time has come.

        A draft that the rules refuse stays one, and says why.
        """
        while draft := self._still(firing):
            if draft.publish_at and draft.publish_at > self.now():
                self.waiting.send(firing, draft.publish_at - self.now())
                return
            try:
                self.make(self.signing(draft.author), draft, draft.due_ulid)
            except DraftMoved:
                continue
            except Exception as error:
                refusal = self.refusal(error)
                if refusal is None:
                    raise
                if self.drafts.save_draft(draft.refused(refusal)):
                    return
            else:
                return

    def _still(self, firing: Firing) -> Draft | None:
        """Return the draft of a firing if it is still to be published by it."""
        draft = self.drafts.find_draft(firing.author, firing.draft)
        return draft if isinstance(draft, Draft) and draft.schedule == firing.schedule else None

    def _time_of(self, firing: Firing) -> datetime | None:
        draft = self._still(firing)
        return draft.publish_at if draft else None
