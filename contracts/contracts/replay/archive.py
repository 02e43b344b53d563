"""The archive of the bus, replayed to one consumer: the events of a time range, to rebuild a read model."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

ENDED = ("COMPLETED", "CANCELLED", "FAILED")
PAUSE_SECONDS = 1.0


class NotReplayed(Exception):
    """The bus gave up or was stopped; the message says which replay."""


@dataclass(frozen=True)
class ArchiveReplay:
    """Replays of a stage's archive.

    Parameters
    ----------
    events
        A botocore client of EventBridge.
    stage
        The stage.
    sleep
        Rests between two looks.
    """

    events: Any = field(repr=False)
    stage: str
    sleep: Callable[[float], None] = time.sleep

    def start(self, consumer: str, since: datetime, until: datetime) -> str:
        """Have the bus send the archived events of a time range to the rule of one consumer, and to no other.

        Returns
        -------
        str
            Name of the replay.

        Raises
        ------
        LookupError
            If the stage has no such consumer.
        """
        bus = f"hidoki-{self.stage}"
        try:
            rule = self.events.describe_rule(Name=f"hidoki-{self.stage}-{consumer}", EventBusName=bus)
        except self.events.exceptions.ResourceNotFoundException:
            raise LookupError(f"stage {self.stage} has no consumer {consumer!r}") from None
        archive = self.events.describe_archive(ArchiveName=f"hidoki-{self.stage}-archive")
        name = f"{consumer}-{datetime.now(UTC):%Y%m%dT%H%M%S%f}"
        self.events.start_replay(
            ReplayName=name,
            EventSourceArn=archive["ArchiveArn"],
            EventStartTime=since,
            EventEndTime=until,
            Destination={"Arn": archive["EventSourceArn"], "FilterArns": [rule["Arn"]]},
        )
        return name

    def watch(self, name: str) -> Iterator[datetime | None]:
        """Yield up to which time the replay has come, until it has ended.

        Raises
        ------
        NotReplayed
            If it did not come to its end.
        """
        while True:
            told = self.events.describe_replay(ReplayName=name)
            if told["State"] in ENDED:
                if told["State"] != "COMPLETED":
                    raise NotReplayed(f"{name}: {told['State']} {told.get('StateReason', '')}".rstrip())
                return
            yield told.get("EventLastReplayedTime")
            self.sleep(PAUSE_SECONDS)
