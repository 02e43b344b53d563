"""What brings firings: EventBridge Scheduler, and the delays of their own queue."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from contracts.transport.own_queue import OwnQueue

from chalicelib.model import PostId
from chalicelib.scheduling import Firing

DUE_WORK = "draft.due"
"""Name of the work that a message holds."""

LONGEST_DELAY = timedelta(minutes=15)
"""What SQS holds a message back at most."""


@dataclass(frozen=True)
class SchedulerSchedules:
    """Schedules that send to the queue of firings, named by draft and version; each goes when it has fired.

    Parameters
    ----------
    scheduler
        A boto3 EventBridge Scheduler client.
    group, role
        The group that they are in, and what they act as.
    queue, dead_letters
        ARNs of the queue of firings, and of where a firing goes that does not reach it.
    """

    scheduler: Any = field(repr=False)
    group: str
    role: str
    queue: str
    dead_letters: str

    def set(self, firing: Firing, at: datetime) -> None:
        """Make a schedule; the same one again changes nothing."""
        try:
            self.scheduler.create_schedule(
                GroupName=self.group,
                Name=_name(firing),
                ScheduleExpression=f"at({at:%Y-%m-%dT%H:%M:%S})",
                FlexibleTimeWindow={"Mode": "OFF"},
                ActionAfterCompletion="DELETE",
                Target={
                    "Arn": self.queue,
                    "RoleArn": self.role,
                    "DeadLetterConfig": {"Arn": self.dead_letters},
                    # A trace does not last until then: the firing begins one of its own.
                    "Input": json.dumps({"detail-type": DUE_WORK, "detail": _told(firing)}),
                },
            )
        except self.scheduler.exceptions.ConflictException:
            return  # its name says all of it, so it is the same

    def cancel(self, firing: Firing) -> None:
        """Remove a schedule, if it is there."""
        try:
            self.scheduler.delete_schedule(GroupName=self.group, Name=_name(firing))
        except self.scheduler.exceptions.ResourceNotFoundException:
            return


@dataclass(frozen=True)
class FiringQueue:
    """The queue of firings.

    Parameters
    ----------
    queue
        The consumer's own.
    """

    queue: OwnQueue

    def send(self, firing: Firing, wait: timedelta) -> None:
        """Let a firing come after about this time, or earlier."""
        delay = max(timedelta(0), min(wait, LONGEST_DELAY))
        self.queue.send(DUE_WORK, _told(firing), delay_seconds=ceil(delay.total_seconds()))


def receiving(fire: Callable[[Firing], None]) -> Callable[[Mapping[str, Any]], None]:
    """Return a handler of the messages that schedules and `send` make."""

    def handle(detail: Mapping[str, Any]) -> None:
        fire(Firing(detail["author"], detail["draft"], detail["schedule"]))

    return handle


def _told(firing: Firing) -> dict[str, Any]:
    return {"author": firing.author, "draft": firing.draft, "schedule": firing.schedule}


def _name(firing: Firing) -> str:
    """Return the name of a schedule: 64 characters are allowed, author and ULID as they are have 63."""
    return f"{PostId(firing.author, firing.draft)}-{firing.schedule}"
