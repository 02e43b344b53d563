"""What a media item is: its states, its limits, the keys of its objects, and why a file is refused."""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from contracts.http.media_url import RENDITIONS
from ulid import ULID

CONTENT_TYPES = ("image/jpeg", "image/png", "image/webp")
"""What may be uploaded. GIF is left out: nearly all are animations, and a still of one would be a lie."""

SIZE_LIMIT = 20 * 1024 * 1024
"""Bytes of an image file."""

PIXEL_LIMIT = 50_000_000
"""Pixels of an image, as its header declares them: decoded, 200 MB. A 48-megapixel phone photo passes."""

SCAN_LIMIT = 100
"""Passes over the picture in a progressive JPEG: cameras use ten, a file with thousands takes hours."""

DISPLAY_EDGE = 1_600
"""Longest edge of the `display` rendition, in pixels."""

ALT_LIMIT = 1_500
"""Characters of a description."""

UPLOAD_WITHIN = timedelta(minutes=15)
"""How long the address of an upload is good."""

SESSION_KEPT = timedelta(days=2)
"""How long a session waits for its file to be read: as long as the bucket keeps an upload."""

TOMBSTONE_LIFE = timedelta(days=35)
"""How long a deletion is remembered: longer than archive and dead-letter queues keep older events."""

_UPLOAD_KEY = re.compile(r"uploads/([0-9A-Za-z-]{1,128})/([0-7][0-9A-HJKMNP-TV-Z]{25})")


class State(StrEnum):
    """Where a media item is on its way."""

    AWAITING = "awaiting"
    READY = "ready"
    FAILED = "failed"


class Reason(StrEnum):
    """Why a file was refused: stable words that clients may translate."""

    WRONG_SIZE = "wrong-size"
    WRONG_CHECKSUM = "wrong-checksum"
    WRONG_TYPE = "wrong-type"
    TOO_MANY_PIXELS = "too-many-pixels"
    TOO_MANY_SCANS = "too-many-scans"
    ANIMATED = "animated"
    UNREADABLE = "unreadable"


class Refused(Exception):
    """The file is at fault, and no retry will mend it.

    Parameters
    ----------
    reason
        A stable word.
    detail
        A sentence that says what to change.
    """

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.reason, self.detail = reason, detail


@dataclass
class WrongSize(Exception):
    """An object has another size than was declared."""

    size: int


class MediaNotFound(Exception):
    """There is no such media item, or it is someone else's, which must look the same."""


class AccountDeleted(Exception):
    """The asker has deleted their account; only their access token is left, for a while."""

    def __init__(self) -> None:
        super().__init__("Sign up again to come back.")


class KeyReused(Exception):
    """The Idempotency-Key was used for another upload."""


@dataclass(frozen=True)
class Rendition:
    """One servable form of a media item."""

    name: str
    key: str
    content_type: str
    width: int
    height: int
    size: int


@dataclass(frozen=True)
class Verdict:
    """What became of a file: renditions, or the reason why there are none."""

    renditions: tuple[Rendition, ...] = ()
    reason: Reason | None = None
    detail: str | None = None


@dataclass(frozen=True)
class Media:
    """One media item, from the session that announces it to the renditions that are served.

    Parameters
    ----------
    content_type, size, sha256
        What the owner says the file will be; `sha256` is base64, or None when not given.
    token
        The unguessable part of the renditions' keys, drawn when the session is opened: whoever makes a
        rendition twice writes the same object.
    request
        Digest of the request that opened the session.
    upload_until
        When S3 stops taking the file.
    """

    id: str
    owner: str
    content_type: str
    size: int
    sha256: str | None
    alt: str
    token: str
    request: str
    upload_until: datetime
    state: State = State.AWAITING
    sequence: int = 1
    trace: str | None = None
    reason: str | None = None
    detail: str | None = None
    renditions: tuple[Rendition, ...] = field(default=())

    @property
    def upload_key(self) -> str:
        """Where the file is uploaded to."""
        return f"uploads/{self.owner}/{self.id}"

    @property
    def display_key(self) -> str:
        """Where the `display` rendition is."""
        return f"{RENDITIONS}{self.token}/display.webp"


def parse_upload_key(key: str) -> tuple[str, str] | None:
    """Return the owner and media id that an upload's key names, or None if it names none."""
    match = _UPLOAD_KEY.fullmatch(key)
    return (match[1], match[2]) if match else None


def is_media_id(text: str) -> bool:
    """Tell whether a text has the form of a media id, a ULID as we write it."""
    try:
        return str(ULID.from_str(text)) == text
    except ValueError:
        return False
