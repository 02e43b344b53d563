"""The nouns of notify and their rules: notifications, the people who read them, their devices and sockets."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Literal, Self

import regex
from ulid import ULID

Kind = Literal["follow", "mention", "reply", "quote", "repost", "message", "reaction"]
Platform = Literal["ios", "android", "web"]

PREVIEW_GRAPHEMES = 140
PREVIEW_BYTES = 1_000
"""A phone shows about two lines, and a push holds 4 KB in all."""

TOKEN_LENGTH = 2_048
"""Characters of a device token; Apple's and Google's have some hundred."""

DEVICES = 20
"""Devices of one person: registering one more forgets the one registered longest ago."""

SPELL = timedelta(minutes=30)
"""Within it, reactions to a post are told once: less than how late a notification may be made (`LATE`)."""

DEFAULT_LOCALE = "ja"
"""Of who has told no other; the default of profiles."""


class DeviceUnknown(Exception):
    """The asker has no device of this id."""

    def __init__(self) -> None:
        super().__init__("You have no device of this id.")


class AccountDeleted(Exception):
    """The asker has deleted their account; only their access token is left, for a while."""

    def __init__(self) -> None:
        super().__init__("Sign up again to come back.")


@dataclass(frozen=True)
class Person:
    """Somebody as others show them."""

    id: str
    handle: str
    name: str


@dataclass(frozen=True)
class Notification:
    """One thing that a person should hear of: `person` did it, at `created_at`."""

    id: str
    user_id: str
    kind: Kind
    person: Person
    created_at: datetime
    post_id: str | None = None
    channel_id: str | None = None
    preview: str = ""


@dataclass(frozen=True)
class Device:
    """Something that a person carries; `address` is what the push service calls it, if it named it."""

    id: str
    platform: Platform
    token: str
    address: str | None = None

    @classmethod
    def of(cls, platform: Platform, token: str, address: str | None = None) -> Self:
        """Return the device with this token; the same token is the same device."""
        digest = sha256(f"{platform}\n{token}".encode()).hexdigest()
        return cls(digest[:32], platform, token, address)


@dataclass(frozen=True)
class Socket:
    """An open socket; `sequence` is that of the event that told of it."""

    connection_id: str
    user_id: str
    until: datetime
    sequence: int


@dataclass(frozen=True)
class Reader:
    """What must be known of a person to reach them: their language, devices and open sockets."""

    locale: str = DEFAULT_LOCALE
    devices: tuple[Device, ...] = ()
    open_until: tuple[datetime, ...] = ()

    def is_online(self, now: datetime) -> bool:
        """Tell whether a socket is open that has not expired."""
        return any(until > now for until in self.open_until)


def notification_id(fact_id: str, recipient: str, at: datetime) -> str:
    """Return the id of the notification that a fact makes for a person: a ULID of the event's time.

    The same fact makes the same notification, however often and in whatever version it comes.
    """
    digest = sha256(f"{fact_id}\n{recipient}".encode()).digest()
    return str(ULID.from_bytes(int(at.timestamp() * 1000).to_bytes(6) + digest[:10]))


def spell(at: datetime) -> datetime:
    """Return when the spell began within which the same is told once."""
    return datetime.fromtimestamp(at.timestamp() // SPELL.total_seconds() * SPELL.total_seconds(), UTC)


def preview(text: str) -> str:
    """Return the beginning of a text, cut between characters as a reader counts them."""
    kept: list[str] = []
    size = 0
    for grapheme in regex.findall(r"\X", " ".join(text.split())):
        size += len(grapheme.encode())
        if len(kept) == PREVIEW_GRAPHEMES or size > PREVIEW_BYTES:
            return "".join(kept) + "…"
        kept.append(grapheme)
    return "".join(kept)
