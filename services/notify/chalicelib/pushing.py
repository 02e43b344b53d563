"""Pushing: to the devices of a person who is offline, each thing they should hear of.

A notification may be pushed twice; its id is the collapse key, so that a phone shows it once.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, cast

from contracts.events.envelope import Event
from contracts.events.notify import NotificationCreatedV2
from contracts.transport import trace

from chalicelib.model import Device, Kind, Notification, Person, Reader
from chalicelib.wording import worded

logger = logging.getLogger("hidoki.notify")

CATCH_UP = 20
"""Notifications that are pushed at most when a socket turns out to be gone: the newest."""


class DeviceGone(Exception):
    """The push service says that a device takes no more pushes."""


@dataclass(frozen=True)
class Message:
    """What a phone shows and what its app is told."""

    title: str
    body: str
    data: Mapping[str, str] = field(default_factory=dict)
    collapse_key: str = ""


class Push(Protocol):
    """A push service."""

    def address(self, device: Device) -> str | None:
        """Make a device known to the service; return what the service calls it."""

    def send(self, device: Device, message: Message) -> None:
        """Send a message to a device.

        Raises
        ------
        DeviceGone
            If the device takes no more pushes.
        """

    def forget(self, device: Device) -> None:
        """Make a device unknown to the service; one that is unknown stays so."""


class Readers(Protocol):
    """Knows how people are reached."""

    def reader(self, user_id: str) -> Reader:
        """Return what is known of a person now."""

    def remove(self, user_id: str, device_id: str) -> Device | None:
        """Forget a device of a person; return it if it was theirs."""


class Recent(Protocol):
    """Knows what came lately."""

    def since(self, user_id: str, time: datetime, limit: int) -> list[Notification]:
        """Return the newest notifications that were made for a person at a time or later, oldest first."""


@dataclass(frozen=True)
class Pushing:
    """Reaches people who are away."""

    push: Push
    readers: Readers
    recent: Recent
    now: Callable[[], datetime]

    def created(self, event: Event[NotificationCreatedV2]) -> None:
        """Push a new notification, unless its reader hears of it by socket."""
        told = event.data
        reader = self.readers.reader(told.user_id)
        if reader.is_online(self.now()):
            return
        notification = Notification(
            id=told.notification_id,
            user_id=told.user_id,
            kind=cast(Kind, told.kind),
            person=Person(told.person.id, told.person.handle, told.person.name),
            created_at=told.created_at,
            post_id=told.post_id,
            channel_id=told.channel_id,
            preview=told.preview,
        )
        self._send(told.user_id, reader, [notification])

    def catch_up(self, user_id: str, since: datetime) -> None:
        """Push what came since a time, unless the person has another socket open."""
        reader = self.readers.reader(user_id)
        if reader.is_online(self.now()) or not reader.devices:
            return
        self._send(user_id, reader, self.recent.since(user_id, since, CATCH_UP))

    def _send(self, user_id: str, reader: Reader, notifications: Sequence[Notification]) -> None:
        failures: list[Exception] = []
        for device in reader.devices:
            try:
                self._push(device, reader.locale, notifications)
            except DeviceGone:
                logger.info("a device takes no more pushes", extra={"device": device.id})
                self._forget(user_id, device)
            except Exception as failure:
                failures.append(failure)
        if failures:
            raise ExceptionGroup(f"not every device was reached: {failures[0]}", failures)

    def _push(self, device: Device, locale: str, notifications: Sequence[Notification]) -> None:
        with trace.continued("notify:device", trace.current()):
            for notification in notifications:
                self.push.send(device, message(notification, locale))
            told = [notification.id for notification in notifications]
            logger.info("pushed", extra={"device": device.id, "notifications": told})

    def _forget(self, user_id: str, device: Device) -> None:
        if self.readers.remove(user_id, device.id):
            self.push.forget(device)


def message(notification: Notification, locale: str) -> Message:
    """Return a notification as a phone shows it."""
    title, body = worded(notification, locale)
    facts = {
        "notification_id": notification.id,
        "kind": notification.kind,
        "post_id": notification.post_id,
        "channel_id": notification.channel_id,
    }
    data = {name: value for name, value in facts.items() if value}
    return Message(title, body, data, collapse_key=notification.id)
