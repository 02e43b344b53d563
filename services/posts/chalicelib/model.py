"""The nouns of posts and their rules: a post, its id, its state, its terms and its media."""

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Self
from uuid import UUID

from ulid import ULID

from chalicelib.people import Person
from chalicelib.terms import USUAL, Audience, Circle, Consent, Terms

MEDIA_LIMIT = 10
MEDIA_WAIT = timedelta(minutes=15)
"""How long a post waits for its media before it is a draft again."""

TOMBSTONE_LIFE = timedelta(days=35)
"""How long a deletion is remembered: longer than archive and dead-letter queues keep older events."""

_ID_BYTES = 32


Follows = Callable[[str, str], bool]
"""Tells whether the first person follows the second."""


class NoSuchPost(Exception):
    """There is no such post, or none that this reader may see."""


class InvalidPost(Exception):
    """A post that the rules refuse; the text says what to change."""


class State(StrEnum):
    """Who sees a post: everyone, or only its author: it waits for media, cannot have it, or is hidden."""

    PUBLISHED = "published"
    PENDING = "pending"
    DRAFT = "draft"
    HIDDEN = "hidden"
    """By a moderator: for all but its author it is as if it were deleted."""


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
        return self._ulid.datetime.astimezone(UTC)

    @cached_property
    def _text(self) -> str:
        raw = UUID(self.author).bytes + self._ulid.bytes
        return base64.urlsafe_b64encode(raw).decode().rstrip("=")

    @cached_property
    def _ulid(self) -> ULID:
        return ULID.from_str(self.ulid)


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
class Poll:
    """What a post asks; it stays as it is, whatever an edit says."""

    options: tuple[str, ...]
    multiple: bool
    ends_at: datetime


@dataclass(frozen=True)
class Embedded:
    """Another post as a quote or a repost shows it: as it was then; once it is gone, only its id is left."""

    id: PostId
    author: Person | None = None
    text: str = ""
    media: tuple[Media, ...] = ()
    warning: str = ""

    @property
    def gone(self) -> bool:
        """Whether the other post was deleted."""
        return self.author is None


@dataclass(frozen=True)
class Post:
    """A post as it stands; `media_ids` is what it names, `media` what of that is there to show.

    `labels` are moderators'; `report` is the one upon which they labelled or hid it.
    """

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
    labels: tuple[str, ...] = ()
    report: str | None = None
    terms: Terms = USUAL
    edited_at: datetime | None = None
    edits: int = 0
    poll: Poll | None = None
    root: PostId | None = None
    quote: Embedded | None = None
    repost: Embedded | None = None

    @property
    def thread(self) -> PostId:
        """The post with which the conversation began; `root` is kept where that is not the one answered."""
        return self.root or self.in_reply_to or self.id

    @property
    def embedded(self) -> Embedded | None:
        """The other post that this one shows."""
        return self.quote or self.repost

    @property
    def shown(self) -> "Post | Deleted":
        """The post as all but its author know it: one that a moderator hid is gone."""
        if self.state is not State.HIDDEN:
            return self
        return replace(self.deleted, sequence=self.sequence)

    @property
    def deleted(self) -> "Deleted":
        """What is left of the post when it is deleted."""
        thread = self.thread if self.in_reply_to else None
        showed = self.embedded.id if self.embedded else None
        return Deleted(self.id, self.sequence + 1, thread, self.terms.audience is Audience.PUBLIC, showed)

    @property
    def public(self) -> bool:
        """Whether everyone may see the post."""
        return self.state is State.PUBLISHED and self.terms.audience is Audience.PUBLIC

    def visible_to(self, reader: str, follows: Follows) -> bool:
        """Tell whether `reader` may see the post; `follows` is asked only if that matters."""
        if reader == self.author.id or self.public:
            return True
        if self.state is not State.PUBLISHED:
            return False
        for_followers = self.terms.audience is Audience.FOLLOWERS
        return self.addresses(reader) or (for_followers and follows(reader, self.author.id))

    def answerable_by(self, reader: str, follows: Follows) -> bool:
        """Tell whether someone who sees the post may answer it."""
        if self.terms.replies is Circle.EVERYONE or reader == self.author.id or self.addresses(reader):
            return True
        return self.terms.replies is Circle.FOLLOWERS and follows(reader, self.author.id)

    def quotable_by(self, reader: str, follows: Follows) -> bool:
        """Tell whether someone who sees the post may quote it."""
        if self.terms.quotes is Consent.EVERYONE or reader == self.author.id:
            return True
        return self.terms.quotes is Consent.FOLLOWERS and follows(reader, self.author.id)

    def addresses(self, person: str) -> bool:
        """Tell whether the post mentions someone."""
        return any(person == mentioned.id for mentioned in self.mentions)

    def says_the_same(self, other: "Post") -> bool:
        """Tell whether two posts are made of the same words, media, place in a thread, terms and poll.

        Of one that was edited, what an edit changes is not compared.
        """
        return self._said(edited=bool(other.edits)) == other._said(edited=bool(self.edits))

    def _said(self, *, edited: bool) -> tuple[object, ...]:
        terms = replace(self.terms, warning="", language=None)
        lasting = (self.media_ids, self.in_reply_to, terms, self.poll, self.quote and self.quote.id)
        return lasting if self.edits or edited else (*lasting, self.text, self.terms)

    def overdue(self, now: datetime) -> bool:
        """Tell whether the post has waited too long for its media."""
        return self.state is State.PENDING and now - self.id.created_at > MEDIA_WAIT


@dataclass(frozen=True)
class Deleted:
    """What is left of a deleted post: that it was, where it leaves a gap, and which post it showed."""

    id: PostId
    sequence: int
    thread: PostId | None = None
    was_public: bool = True
    showed: PostId | None = None


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
