"""What a draft is: a post to make later, just as its author's client sent it.

What a draft holds is judged when it is published, by the rules of that day; until then it only has bounds.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, Self

from ulid import ULID

from chalicelib.model import Hindrance, InvalidPost, Post

DRAFT_LIMIT = 100
"""Drafts of one person."""

CONTENT_BYTES = 16_384
"""Bytes of what a draft holds, as JSON: four times the longest text."""

CONTENT_DEPTH = 8
"""Objects and lists that may lie within each other; a post needs three."""

SOONEST = timedelta(minutes=1)
LATEST = timedelta(days=365)
"""How far ahead a draft may be scheduled."""

_RANDOM_BYTES = 10

Content = Mapping[str, Any]
"""What `POST /v1/posts` takes, or will take when it is finished."""


class NoSuchDraft(Exception):
    """Nobody has such a draft, or someone else does."""


class InvalidDraft(Exception):
    """A draft beyond its bounds; the text says what to change."""


class TooManyDrafts(Exception):
    """A person has as many drafts as they may."""


class DraftMoved(Exception):
    """A draft changed while it was to become a post."""


class DraftDeleted(Exception):
    """The draft that an Idempotency-Key made is gone."""


class MediaUnfit(InvalidPost):
    """A piece of media that a draft names can't be shown, and why."""

    def __init__(self, hindrance: Hindrance) -> None:
        super().__init__(f"A piece of its media can't be shown ({hindrance}): take it out.")
        self.hindrance = hindrance


@dataclass(frozen=True)
class Refusal:
    """Why a draft could not be published when its time came: a reason's name, and what to change."""

    reason: str
    detail: str


@dataclass(frozen=True)
class Window:
    """When a draft may be scheduled for.

    Parameters
    ----------
    soonest
        How long it is ahead at least, so that the schedule is there in time; each stage sets it.
    latest
        How long it is ahead at most.
    """

    soonest: timedelta = SOONEST
    latest: timedelta = LATEST

    def checked(self, publish_at: datetime, now: datetime) -> None:
        """Look at whether a draft may be scheduled for a time.

        Raises
        ------
        InvalidDraft
            If it is too near or too far.
        """
        if not self.soonest <= publish_at - now <= self.latest:
            near, far = int(self.soonest.total_seconds()), self.latest.days
            raise InvalidDraft(f"A draft is scheduled for {near} seconds to {far} days from now.")


@dataclass(frozen=True)
class Draft:
    """A draft as it stands.

    Parameters
    ----------
    author, ulid
        Whose it is, and its name among theirs.
    content
        What the client sent.
    digest
        Of the request that made it: the same key with another body is refused.
    changed_at
        When it was last changed.
    sequence
        Its version.
    publish_at
        When it is to become a post by itself, in whole seconds; None for never.
    schedule
        The version in which `publish_at` was set: what is scheduled is for this one.
    replaces
        The `schedule` that this version put an end to.
    refusal
        Why it did not become a post when it was to.
    """

    author: str
    ulid: str
    content: Content
    digest: str
    changed_at: datetime
    sequence: int = 1
    publish_at: datetime | None = None
    schedule: int | None = None
    replaces: int | None = None
    refusal: Refusal | None = None

    @property
    def created_at(self) -> datetime:
        """When it was made."""
        return ULID.from_str(self.ulid).datetime.astimezone(UTC)

    @property
    def due_ulid(self) -> str:
        """The name of the post that it becomes by itself: made of its time, and always the same."""
        if self.publish_at is None:
            raise ValueError("a draft without a time has no post to come")
        milliseconds = int(self.publish_at.timestamp() * 1000)
        chance = sha256(f"{self.author}/{self.ulid}".encode()).digest()[:_RANDOM_BYTES]
        return str(ULID.from_bytes(milliseconds.to_bytes(6) + chance))

    def changed(self, content: Content, publish_at: datetime | None, now: datetime) -> Self:
        """Return the next version; one that keeps its time keeps its schedule."""
        version = self.sequence + 1
        kept = publish_at == self.publish_at
        return replace(
            self,
            content=content,
            changed_at=now,
            sequence=version,
            publish_at=publish_at,
            schedule=self.schedule if kept else version if publish_at else None,
            replaces=None if kept else self.schedule,
            refusal=None,
        )

    def refused(self, refusal: Refusal) -> Self:
        """Return the version that stays because no post could be made; its schedule is spent."""
        return replace(
            self,
            sequence=self.sequence + 1,
            publish_at=None,
            schedule=None,
            replaces=None,
            refusal=refusal,
        )


@dataclass(frozen=True)
class Gone:
    """What is left of a draft: that it was, and the ULID of the post that it became, if it did."""

    author: str
    ulid: str
    sequence: int
    became: str | None = None


@dataclass(frozen=True)
class DraftSlice:
    """Some drafts of a list and where the next ones start, None at its end."""

    drafts: Sequence[Draft]
    next: str | None


def checked(content: Content) -> None:
    """Look at the bounds of what a draft holds.

    Raises
    ------
    InvalidDraft
        If it is too large or too deep, or can't be written down.
    """
    if not _within(content, CONTENT_DEPTH):
        raise InvalidDraft(f"A draft has at most {CONTENT_DEPTH} objects and lists within each other.")
    try:
        size = len(json.dumps(content, ensure_ascii=False, allow_nan=False).encode())
    except ValueError:  # half a character, or no number
        raise InvalidDraft("A draft holds whole characters and numbers.") from None
    if size > CONTENT_BYTES:
        raise InvalidDraft(f"A draft has at most {CONTENT_BYTES} bytes of JSON; this one has {size}.")


def fit(post: Post) -> None:
    """Look at whether a post may take its draft's place: all its media can be shown, or are on their way.

    Raises
    ------
    MediaUnfit
    """
    if post.hindrance:
        raise MediaUnfit(post.hindrance)


def _within(value: Any, depth: int) -> bool:
    inner = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else None
    return inner is None or (depth > 0 and all(_within(one, depth - 1) for one in inner))
