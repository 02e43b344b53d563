"""The JSON that notify reads and answers."""

from collections.abc import Iterable
from datetime import datetime
from typing import Self

from contracts.http.reading import example
from contracts.http.routes import Answer, Body
from pydantic import Field

from chalicelib.model import TOKEN_LENGTH, Device, Kind, Notification, Platform


class RegisterDevice(Body):
    """Where to push to."""

    model_config = example(platform="web", token="APA91bHun4MxP5egoKMwt2KZFBaFUH-1RYqx")  # noqa: S106

    platform: Platform
    token: str = Field(
        min_length=1,
        max_length=TOKEN_LENGTH,
        pattern="^[!-~]+$",
        description="What the platform calls this installation of the app",
    )


class DeviceView(Answer):
    """A registered device."""

    id: str
    platform: Platform

    @classmethod
    def of(cls, device: Device) -> Self:
        """Return the view of a device."""
        return cls(id=device.id, platform=device.platform)


class ActorView(Answer):
    """Who did it, by the name they had then."""

    id: str
    handle: str
    name: str


class NotificationView(Answer):
    """A notification: a follow, a mention or reply in a post, a message in a channel."""

    id: str
    kind: Kind
    actor: ActorView
    post_id: str | None
    channel_id: str | None
    preview: str = Field(description="The beginning of the text; empty for a follow")
    created_at: datetime

    @classmethod
    def of(cls, notification: Notification) -> Self:
        """Return the view of a notification."""
        person = notification.person
        return cls(
            id=notification.id,
            kind=notification.kind,
            actor=ActorView(id=person.id, handle=person.handle, name=person.name),
            post_id=notification.post_id,
            channel_id=notification.channel_id,
            preview=notification.preview,
            created_at=notification.created_at,
        )


class NotificationPage(Answer):
    """One page of notifications."""

    items: tuple[NotificationView, ...]
    next: str | None

    @classmethod
    def of(cls, notifications: Iterable[Notification], following: str | None) -> Self:
        """Return the view of a page and of the cursor of the next one."""
        return cls(items=tuple(map(NotificationView.of, notifications)), next=following)
