"""What a draft is: a post to make later, just as its author's client sent it.

What a draft holds is judged when it is published, by the rules of that day; until then it only has bounds.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ulid import ULID

from chalicelib.model import InvalidPost, Post, State

DRAFT_LIMIT = 100
"""Drafts of one person."""

CONTENT_BYTES = 16_384
"""Bytes of what a draft holds, as JSON: four times the longest text."""

CONTENT_DEPTH = 8
"""Objects and lists that may lie within each other; a post needs three."""

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
    """A piece of media that a draft names can't be shown."""


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
    """

    author: str
    ulid: str
    content: Content
    digest: str
    changed_at: datetime
    sequence: int = 1

    @property
    def created_at(self) -> datetime:
        """When it was made."""
        return ULID.from_str(self.ulid).datetime.astimezone(UTC)


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
    if post.state is State.DRAFT:
        raise MediaUnfit(f"A piece of its media can't be shown ({post.hindrance}): take it out.")


def _within(value: Any, depth: int) -> bool:
    inner = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else None
    return inner is None or (depth > 0 and all(_within(one, depth - 1) for one in inner))
