"""The nouns of posts and their rules: a post, its id, its text, its state and its media."""

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Self
from uuid import UUID

from ulid import ULID

from chalicelib.people import Person

GRAPHEME_LIMIT = 500
BYTE_LIMIT = 4_000
MEDIA_LIMIT = 10
MENTION_LIMIT = 20
"""People that one text may address; each costs two reads."""

MEDIA_WAIT = timedelta(minutes=15)
"""How long a post waits for its media before it is a draft again."""

TOMBSTONE_LIFE = timedelta(days=35)
"""How long a deletion is remembered: longer than archive and dead-letter queues keep older events."""

_ID_BYTES = 32
_ULID_BYTES = 16
_RANDOM_BITS = 80

_DIGITS = str.maketrans("0123456789ABCDEFGHJKMNPQRSTVWXYZILOU", "0123456789abcdefghijklmnopqrstuv!!!!")
"""A ULID's digits as those of Python, both of base 32; the letters that a ULID leaves out are none."""

_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")

_MENTION = re.compile(r"(?<![A-Za-z0-9_.@/＠])[@＠]([A-Za-z0-9_]{2,30})(?![A-Za-z0-9_]|[@＠]\w)", re.ASCII)
"""`@handle`, also with the full-width sign of Japanese keyboards; not in addresses such as `a@b.jp`."""


class NoSuchPost(Exception):
    """There is no such post, or none that this reader may see."""


class InvalidPost(Exception):
    """A post that the rules refuse; the text says what to change."""


class State(StrEnum):
    """Who sees a post: everyone, or only its author, while it waits for media or cannot have it."""

    PUBLISHED = "published"
    PENDING = "pending"
    DRAFT = "draft"


class Hindrance(StrEnum):
    """Why a post is a draft."""

    MEDIA_FAILED = "media-failed"
    MEDIA_NOT_YOURS = "media-not-yours"
    MEDIA_LATE = "media-late"


@dataclass(frozen=True)
class PostId:
    """A post's name: who wrote it, and when in the order of all they wrote.

    As text it is 43 characters of base64url over the author's UUID and the ULID, so that it leads to
    the item, and to the author, without an index.
    """

    author: str
    ulid: str

    def __str__(self) -> str:
        return self._text

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read an id.

        Raises
        ------
        NoSuchPost
            If it is not exactly what `str()` gives.
        """
        try:
            raw = base64.b64decode(text + "=", altchars=b"-_", validate=True)
            parsed = cls(str(UUID(bytes=raw[:16])), str(ULID.from_bytes(raw[16:])))
        except ValueError:
            raise NoSuchPost("This is not the id of a post.") from None
        if len(raw) != _ID_BYTES or str(parsed) != text:
            raise NoSuchPost("This is not the id of a post.")
        return parsed

    @property
    def created_at(self) -> datetime:
        """When the post was made: order and shown time are one and the same."""
        return datetime.fromtimestamp((self._bits >> _RANDOM_BITS) / 1_000, UTC)

    @cached_property
    def _text(self) -> str:
        raw = bytes.fromhex(self.author.replace("-", "")) + self._bits.to_bytes(_ULID_BYTES)
        return base64.urlsafe_b64encode(raw).decode().rstrip("=")

    @cached_property
    def _bits(self) -> int:
        """The ULID as a number: a page of a timeline needs it twice a post, and the library is slow at it."""
        return int(self.ulid.translate(_DIGITS), 32)


@dataclass(frozen=True)
class Media:
    """One rendition of one media item that can be shown."""

    id: str
    url: str
    content_type: str
    width: int
    height: int
    alt: str = ""


@dataclass(frozen=True)
class MediaStatus:
    """What the media service last said of an upload: `media` if it can be shown, None if it failed."""

    id: str
    owner: str
    sequence: int
    media: Media | None = None


@dataclass(frozen=True)
class Post:
    """A post as it stands; `media_ids` is what it names, `media` what of that is there to show."""

    id: PostId
    author: Person
    text: str
    media_ids: tuple[str, ...] = ()
    media: tuple[Media, ...] = ()
    mentions: tuple[Person, ...] = ()
    in_reply_to: PostId | None = None
    state: State = State.PUBLISHED
    hindrance: Hindrance | None = None
    sequence: int = 1

    def visible_to(self, reader: str) -> bool:
        """Tell whether `reader` may see the post."""
        return self.state is State.PUBLISHED or reader == self.author.id

    def says_the_same(self, other: "Post") -> bool:
        """Tell whether two posts are made of the same words, media and place in a thread."""
        mine = (self.text, self.media_ids, self.in_reply_to)
        return mine == (other.text, other.media_ids, other.in_reply_to)

    def overdue(self, now: datetime) -> bool:
        """Tell whether the post has waited too long for its media."""
        return self.state is State.PENDING and now - self.id.created_at > MEDIA_WAIT


@dataclass(frozen=True)
class Deleted:
    """What is left of a deleted post: that it was."""

    id: PostId
    sequence: int


def checked_text(text: str) -> str:
    """Return a post's text as it is kept, with plain line ends.

    Raises
    ------
    InvalidPost
        If it is empty, too long, or holds control characters.
    """
    text = text.replace("\r\n", "\n")
    if not text.strip():
        raise InvalidPost("A post needs some text.")
    if _CONTROLS.search(text):
        raise InvalidPost("A post may not hold control characters.")
    size = len(text.encode())
    if size > BYTE_LIMIT:
        raise InvalidPost(f"A post has at most {BYTE_LIMIT} bytes of UTF-8; this one has {size}.")
    length = graphemes(text)
    if length > GRAPHEME_LIMIT:
        raise InvalidPost(f"A post has at most {GRAPHEME_LIMIT} characters; this one has {length}.")
    return text


def graphemes(text: str) -> int:
    """Count the characters that a reader sees, as far as the limit needs it."""
    if len(text) <= GRAPHEME_LIMIT:
        return len(text)  # There are never more graphemes than code points: most posts need no `regex`.
    import regex  # 65 ms of a cold start

    return sum(1 for _ in regex.finditer(r"\X", text))


def mentioned(text: str) -> list[str]:
    """Return the handles that a text addresses, each once, in order.

    Raises
    ------
    InvalidPost
        If there are more than `MENTION_LIMIT`.
    """
    handles = list(dict.fromkeys(match.lower() for match in _MENTION.findall(text)))
    if len(handles) > MENTION_LIMIT:
        raise InvalidPost(f"A post mentions at most {MENTION_LIMIT} people; this one names {len(handles)}.")
    return handles


def checked_media(ids: Sequence[str]) -> tuple[str, ...]:
    """Return the media that a post names.

    Raises
    ------
    InvalidPost
        If there are too many, or one is named twice.
    """
    if len(ids) > MEDIA_LIMIT:
        raise InvalidPost(f"A post has at most {MEDIA_LIMIT} media; this one names {len(ids)}.")
    if len(set(ids)) != len(ids):
        raise InvalidPost("A post names each of its media once.")
    return tuple(ids)
