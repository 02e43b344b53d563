"""The archive is replayed to one consumer, and to no other."""

from datetime import UTC, datetime
from typing import Any

import pytest
from aws_fakes import NotFound
from contracts.replay.archive import ArchiveReplay, NotReplayed

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


class Events:
    """EventBridge with the rule of one consumer and an archive."""

    class exceptions:  # noqa: N801 - boto3's name
        ResourceNotFoundException = NotFound

    def __init__(self, *states: str) -> None:
        self.states = list(states)
        self.started: dict[str, Any] = {}

    def describe_rule(self, *, Name: str, EventBusName: str) -> dict[str, str]:
        if (Name, EventBusName) != ("hidoki-local-search", "hidoki-local"):
            raise NotFound
        return {"Arn": "rule/search"}

    def describe_archive(self, *, ArchiveName: str) -> dict[str, str]:
        return {"ArchiveArn": f"archive/{ArchiveName}", "EventSourceArn": "bus"}

    def start_replay(self, **request: Any) -> None:
        self.started = request

    def describe_replay(self, *, ReplayName: str) -> dict[str, Any]:
        assert ReplayName == self.started["ReplayName"]
        return {"State": self.states.pop(0)}


def test_the_archive_is_replayed_to_the_rule_of_one_consumer() -> None:
    events = Events("STARTING", "RUNNING", "COMPLETED")
    replay = ArchiveReplay(events, "local", sleep=lambda _: None)
    name = replay.start("search", NOW, NOW)
    assert len(list(replay.watch(name))) == 2
    assert events.started["Destination"] == {"Arn": "bus", "FilterArns": ["rule/search"]}
    assert events.started["EventSourceArn"] == "archive/hidoki-local-archive"


def test_a_replay_of_the_archive_that_fails_says_so() -> None:
    replay = ArchiveReplay(Events("RUNNING", "FAILED"), "local", sleep=lambda _: None)
    name = replay.start("search", NOW, NOW)
    with pytest.raises(NotReplayed, match="FAILED"):
        list(replay.watch(name))


def test_the_archive_is_replayed_to_no_consumer_that_does_not_exist() -> None:
    with pytest.raises(LookupError, match="no consumer 'serach'"):
        ArchiveReplay(Events(), "local").start("serach", NOW, NOW)
