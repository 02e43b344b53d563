"""Presence, from events in any order, twice, and with crashes between two writes."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest
from chalicelib.presence import Presence
from contracts.events.envelope import Event
from contracts.events.rtc import ConnectionOpenedV1
from hypothesis import given
from hypothesis import strategies as st
from tests.events import closed, created, opened
from tests.fakes import AIKO, NOON, MemoryReaders, Notify, anything

CONNECTIONS = ("a", "b", "c")
HISTORY = [make(connection) for connection in CONNECTIONS for make in (opened, closed)]


class Crash(Exception):
    """The function died."""


class Crashing:
    """Sockets that fail once, at the given operation."""

    def __init__(self, readers: MemoryReaders, at: int) -> None:
        self.readers, self.left = readers, at

    def __getattr__(self, name: str) -> Any:
        if name in {"put", "drop", "bury", "buried"}:
            self.left -= 1
            if self.left == 0:
                raise Crash
        return getattr(self.readers, name)


class Busy(MemoryReaders):
    """Readers during whose look for a grave something else happens."""

    meanwhile: Callable[[], object] = staticmethod(lambda: None)

    def buried(self, connection_id: str) -> int:
        self.meanwhile()
        return super().buried(connection_id)


def hear(presence: Presence, event: Event[Any]) -> None:
    """Deliver an event until it is handled."""
    handle = presence.opened if isinstance(event.data, ConnectionOpenedV1) else presence.closed
    try:
        handle(event)
    except Crash:
        handle(event)


def newest(events: Sequence[Event[Any]]) -> set[str]:
    """Return the connections whose newest event says that they are open."""
    by_connection: dict[str, Event[Any]] = {}
    for event in sorted(events, key=lambda one: one.sequence):
        by_connection[event.data.connection_id] = event
    return {name for name, event in by_connection.items() if isinstance(event.data, ConnectionOpenedV1)}


@given(st.lists(st.sampled_from(HISTORY), max_size=20), st.integers(0, 40))
def test_the_newest_event_of_each_socket_tells_whether_it_is_open(
    events: list[Event[Any]], crash_at: int
) -> None:
    readers = MemoryReaders()
    presence = Presence(Crashing(readers, crash_at), lambda _user, _since: None)
    for event in events:
        hear(presence, event)
    assert {connection for _, connection in readers.sockets} == newest(events)


@given(st.permutations([*HISTORY, *HISTORY]))
def test_after_all_events_in_any_order_nobody_is_online(events: list[Event[Any]]) -> None:
    notify = Notify()
    for event in events:
        hear(notify.presence, event)
    assert not notify.readers.reader(AIKO.id).open_until


@given(st.permutations([opened("a", 1), closed("a", 2), opened("a", 3)]))
def test_a_connection_that_comes_back_is_open_in_any_order(events: list[Event[Any]]) -> None:
    notify = Notify()
    for event in events:
        hear(notify.presence, event)
    assert notify.readers.reader(AIKO.id).is_online(NOON)


def test_a_socket_is_open_until_it_expires(notify: Notify) -> None:
    until = NOON + timedelta(hours=1)
    notify.presence.opened(opened("a", until=until))
    reader = notify.readers.reader(AIKO.id)
    assert reader.is_online(until - timedelta(microseconds=1))
    assert not reader.is_online(until)


@pytest.mark.parametrize("other", [[], [opened("b")]])
def test_one_open_socket_is_enough_to_be_online(notify: Notify, other: list[Event[Any]]) -> None:
    for event in (opened("a"), *other, closed("a")):
        hear(notify.presence, event)
    assert notify.readers.reader(AIKO.id).is_online(NOON) == bool(other)


def test_what_was_not_pushed_while_a_closed_socket_seemed_open_is_pushed_after_all() -> None:
    readers = Busy()
    notify = Notify(readers=readers)
    notify.devices.register(AIKO.id, "ios", "phone")
    hear(notify.presence, closed("a"))

    def come() -> None:
        notify.inboxes.add(anything(), NOON)
        notify.pushing.created(created(anything()))
        assert not notify.push.sent

    readers.meanwhile = come
    hear(notify.presence, opened("a"))
    assert [token for token, _ in notify.push.sent] == ["phone"]
