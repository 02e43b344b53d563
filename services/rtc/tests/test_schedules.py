"""Everybody who is connected hears what concerns them and no other, whatever happens on the way."""

import json
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pytest
from chalicelib.store.rows import sockets_in
from contracts.events.envelope import Event
from contracts.events.notify import NotificationCreatedV2
from contracts.events.posts import TimelineDeliveredV1
from contracts.transport.items import from_attributes
from delivery_machine import Command, machine
from delivery_proof import SCHEDULES, dropping, loses, prove
from tests.delivery_world import CONNECTIONS, USERS, RtcWorld, simulated_table

COMMANDS: list[Command] = [
    *(("connect", user) for user in ("aiko", "aiko", "ben", "ben", "chie")),
    *(("leave", user, told) for user in ("aiko", "ben") for told in (True, False)),
    *(("join", user, "tea") for user in USERS),
    *(("join", user, "rain") for user in ("aiko", "ben")),
    *(("message", channel) for channel in ("tea", "tea", "tea", "rain")),
    ("post", "aiko", "ben"),
    ("post", "chie"),
    *(("notify", user) for user in ("aiko", "ben")),
    *(("stumble", f"c{number}") for number in (1, 2)),
]


class JudgedRtc(RtcWorld):
    """Rtc, and who must have heard what in the end."""

    def check(self) -> None:
        """Compare frames, topics and connections with what happened."""
        self._check_frames()
        self._check_topics()
        self._check_connections()

    def _check_frames(self) -> None:
        """An event is applied when each client that it concerns got its frame.

        That is each one who was there before it happened and still is. To get it twice is no second
        effect, since clients know a frame by its id; so all frames of an id have to be the same one.
        """
        heard: dict[str, set[str]] = defaultdict(set)
        frames: dict[str, set[str]] = defaultdict(set)
        for name, frame in self.gateway.sent:
            frame_id = json.loads(frame)["id"]
            heard[frame_id].add(name)
            frames[frame_id].add(frame)
        assert all(len(same) == 1 for same in frames.values()), "one frame's id, two frames"
        for number, event in enumerate(self.told):
            audience = concerned(event)
            must = {
                name
                for name, one in self.clients.items()
                if one.user in audience and one.connected_at <= number and name in self.gateway.present
            }
            lost = must - heard[event.fact_id]
            assert not lost, f"{lost} never heard of {event.data}"
            strangers = {self.clients[name].user for name in heard.pop(event.fact_id)} - audience
            assert not strangers, f"{strangers} heard of {event.data}"
        assert not heard, "frames of what never happened"

    def _check_topics(self) -> None:
        """Members hear through their channels; whoever is there is in all topics that are theirs."""
        there = {name: one.user for name, one in self.clients.items() if name in self.gateway.present}
        people = map(from_attributes, self.cloud.dynamodb.items(CONNECTIONS, "user:"))
        own = {(socket.connection_id, socket.user_id) for person in people for socket in sockets_in(person)}
        assert set(there.items()) <= own
        for channel, members in self.members.items():
            topic = self.table.channel(channel)
            assert topic.members == set(members)
            listening = {(socket.connection_id, socket.user_id) for socket in topic.sockets}
            assert {(name, user) for name, user in there.items() if user in members} <= listening
            assert {user for _, user in listening} <= set(members)
        joined = {user: {channel for channel, who in self.members.items() if user in who} for user in USERS}
        assert {user: set(self.table.channels_of(user)) for user in USERS} == joined

    def _check_connections(self) -> None:
        """A connection opens and closes with one event each, and none is closed that is there."""
        rows = [from_attributes(item) for item in self.cloud.dynamodb.items(CONNECTIONS, "connection:")]
        facts = {
            (f"connection.{said}.v1", f"connection/{row['connection']}", sequence)
            for row in rows
            for said, sequence in (("opened", 1), ("closed", 2))[: row["sequence"]]
        }
        assert {fact for fact in self.cloud.facts() if fact[0].startswith("connection.")} == facts
        closed = {row["connection"] for row in rows if "deleted" in row}
        assert not closed & self.gateway.present


def concerned(event: Event[Any]) -> set[str]:
    """Return whom an event is for."""
    match event.data:
        case TimelineDeliveredV1(recipients=recipients):
            return set(recipients)
        case NotificationCreatedV2(user_id=user):
            return {user}
        case other:
            return set(getattr(other, "audience", ()))


@pytest.fixture(autouse=True)
def table() -> Iterator[None]:
    """Simulate the table of each test's worlds."""
    with simulated_table():
        yield


Realtime = machine(JudgedRtc, COMMANDS)


def test_under_every_schedule_whoever_is_there_hears_what_concerns_them() -> None:
    prove(Realtime, SCHEDULES["rtc"])


def test_consumers_that_drop_every_fiftieth_event_are_caught() -> None:
    assert "assert" in loses(dropping(Realtime), 1_000)
