"""Upload sessions: what a file will be is said first, then S3 takes just that file, once signed."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Protocol

from contracts.http.idempotency import Idempotency
from ulid import ULID

from chalicelib.model import (
    UPLOAD_WITHIN,
    AccountDeleted,
    KeyReused,
    Media,
    MediaNotFound,
    State,
    is_media_id,
)

TOKEN_BYTES = 24
"""Random bytes of the part of a rendition's URL that nobody may guess."""


@dataclass(frozen=True)
class Declared:
    """What the owner says of the file to come."""

    content_type: str
    size: int
    sha256: str | None = None
    alt: str = ""


@dataclass(frozen=True)
class Form:
    """Where and with which form fields the file is to be POSTed."""

    url: str
    fields: dict[str, str]


class Sessions(Protocol):
    """Where media items are kept."""

    def left(self, user: str) -> bool:
        """Tell whether a person has deleted their account."""

    def open(self, media: Media) -> bool:
        """Keep a new item; False if there is one of its id."""

    def find(self, media_id: str) -> Media | None:
        """Return an item as it is now, or None."""


class Signer(Protocol):
    """Signs forms that S3 accepts."""

    def form(self, media: Media, valid: timedelta) -> Form:
        """Return a form that takes only the file that the item declares."""


def open_session(
    sessions: Sessions,
    owner: str,
    declared: Declared,
    idempotency: Idempotency,
    now: datetime,
    trace: str | None,
) -> Media:
    """Open an upload session, or return the one that the same request opened before.

    Raises
    ------
    KeyReused
        If the Idempotency-Key belongs to another request.
    AccountDeleted
        If the owner has deleted their account.
    """
    if sessions.left(owner):
        raise AccountDeleted
    media = Media(
        id=_new_id(owner, idempotency, now),
        owner=owner,
        content_type=declared.content_type,
        size=declared.size,
        sha256=declared.sha256,
        alt=declared.alt,
        token=secrets.token_urlsafe(TOKEN_BYTES),
        request=idempotency.digest,
        upload_until=now + UPLOAD_WITHIN,
        trace=trace,
    )
    if sessions.open(media):
        return media
    earlier = sessions.find(media.id)
    if earlier is None or (earlier.owner, earlier.request) != (owner, idempotency.digest):
        raise KeyReused("This Idempotency-Key opened another upload: send a new one.")
    return earlier


def upload_form(signer: Signer, media: Media, now: datetime) -> Form | None:
    """Return the form to upload with, or None when there is nothing left to upload."""
    valid = media.upload_until - now
    if media.state is not State.AWAITING or valid < timedelta(seconds=1):
        return None
    return signer.form(media, valid)


def look_up(sessions: Sessions, owner: str, media_id: str) -> Media:
    """Return an item to its owner.

    Raises
    ------
    MediaNotFound
        If there is none, or it is someone else's.
    """
    media = sessions.find(media_id) if is_media_id(media_id) else None
    if media is None or media.owner != owner:
        raise MediaNotFound("You have no media of this id.")
    return media


def _new_id(owner: str, idempotency: Idempotency, now: datetime) -> str:
    """Return the key itself if it is a fresh ULID, and a hash of any other, so that no key costs a write."""
    if idempotency.key is None:
        return str(ULID())
    if ulid := idempotency.ulid(now):
        return str(ulid)
    return str(ULID.from_bytes(sha256(f"{owner}\n{idempotency.key}".encode()).digest()[:16]))
