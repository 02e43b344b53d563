"""Drafting: keeping, changing and publishing drafts."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Protocol

from contracts.http.cursors import Cursors
from contracts.http.idempotency import Idempotency
from contracts.http.versions import IfMatch
from ulid import ULID

from chalicelib.drafts import (
    Content,
    Draft,
    DraftDeleted,
    DraftMoved,
    DraftSlice,
    Gone,
    InvalidDraft,
    NoSuchDraft,
    Window,
    checked,
)
from chalicelib.model import NoSuchPost, Post, PostId
from chalicelib.people import Person
from chalicelib.publishing import AlreadyDeleted
from chalicelib.repetition import KeyReused, ulid_for

QUERIES_A_PAGE = 5
"""A page looks at most this often for drafts that are still there; then it is short, but has a `next`."""


class DraftStore(Protocol):
    """Keeps drafts."""

    def add_draft(self, draft: Draft) -> Draft | Gone | None:
        """Store a new draft.

        Returns
        -------
        Draft | Gone | None
            What has this name already, in which case nothing is stored.

        Raises
        ------
        TooManyDrafts
        """

    def find_draft(self, author: str, ulid: str) -> Draft | Gone | None:
        """Return a draft with every finished write."""

    def save_draft(self, draft: Draft) -> bool:
        """Store a draft whose `sequence` is one more than the stored one's; False if it moved meanwhile."""

    def discard_draft(self, draft: Draft) -> bool:
        """Put a tombstone in a draft's place; False if it moved meanwhile."""

    def page_of_drafts(self, author: str, after: str | None, limit: int) -> DraftSlice:
        """Return the drafts that follow the position `after`, newest first, without those that are gone."""

    def claim(self, author: str, key: str, ulid: str) -> str:
        """Return the ULID that an author's key stands for: `ulid`, if the key is new."""


class Making(Protocol):
    """Makes posts of drafts, by the rules of every post."""

    def __call__(self, author: Person, draft: Draft, ulid: str) -> Post:
        """Put the post of this ULID in a draft's place, both or neither.

        Raises
        ------
        DraftMoved
            If the draft is another by now, or gone.
        """


@dataclass(frozen=True)
class Drafts:
    """Keeps a person's drafts and publishes them.

    Parameters
    ----------
    store
        Where they are kept.
    make
        Puts a post in a draft's place.
    read
        Returns a post that someone may see.
    cursors
        Turns positions into what clients hold.
    now
        Tells the time, in UTC.
    window
        When a draft may be scheduled for.
    """

    store: DraftStore
    make: Making
    read: Callable[[str, str], Post]
    cursors: Cursors
    now: Callable[[], datetime]
    window: Window = field(default_factory=Window)

    def add(
        self, author: str, content: Content, key: Idempotency, publish_at: datetime | None = None
    ) -> Draft:
        """Make a draft; one that its key made before is answered as it is now.

        Parameters
        ----------
        publish_at
            When it is to become a post by itself.

        Raises
        ------
        InvalidDraft, TooManyDrafts, KeyReused, DraftDeleted
        """
        checked(content)

        def made(ulid: str) -> bool:
            return self.store.find_draft(author, ulid) is not None

        now = self.now()
        ulid = ulid_for(key, now, partial(self.store.claim, author), made)
        at = _whole(publish_at)
        draft = Draft(author, ulid, content, key.digest, now, publish_at=at, schedule=1 if at else None)
        stored = self._timely(draft) or self.store.add_draft(draft) or draft
        if isinstance(stored, Gone):
            raise DraftDeleted("The draft that this Idempotency-Key made is gone.")
        if stored.digest != key.digest:
            raise KeyReused("Take a new Idempotency-Key for a new draft.")
        return stored

    def of(self, author: str, draft: str) -> Draft:
        """Return one of a person's drafts.

        Raises
        ------
        NoSuchDraft
        """
        found = self._found(author, draft)
        if isinstance(found, Gone):
            raise NoSuchDraft("This draft is gone.")
        return found

    def page(self, author: str, cursor: str | None, limit: int) -> DraftSlice:
        """Return one page of a person's drafts, newest first."""
        scope = f"drafts/{author}"
        position = str(self.cursors.decode(scope, cursor)["after"]) if cursor is not None else None
        shown: list[Draft] = []
        for _ in range(QUERIES_A_PAGE):
            found = self.store.page_of_drafts(author, position, limit - len(shown))
            shown += found.drafts
            position = found.next
            if position is None or len(shown) == limit:
                break
        following = None if position is None else self.cursors.encode(scope, {"after": position})
        return DraftSlice(shown, following)

    def put(
        self,
        author: str,
        draft: str,
        content: Content,
        seen: IfMatch,
        publish_at: datetime | None = None,
    ) -> Draft:
        """Change a draft that is still as it was seen; putting what is there already changes nothing.

        Without `publish_at` it is scheduled no longer.

        Raises
        ------
        InvalidDraft, NoSuchDraft, Problem
        """
        checked(content)
        at = _whole(publish_at)
        while True:
            before = self.of(author, draft)
            if (before.content, before.publish_at) == (content, at):
                return before
            seen.require(before.sequence)
            after = before.changed(content, at, self.now())
            if at and after.schedule == after.sequence:
                self.window.checked(at, self.now())
            if self.store.save_draft(after):
                return after

    def delete(self, author: str, draft: str) -> None:
        """Delete a draft; deleting it again changes nothing.

        Raises
        ------
        NoSuchDraft
        """
        while True:
            found = self._found(author, draft)
            if isinstance(found, Gone) or self.store.discard_draft(found):
                return

    def publish(self, author: Person, draft: str) -> Post:
        """Make a post of a draft, which is gone then; again, it answers the post that it became.

        Raises
        ------
        NoSuchDraft, AlreadyDeleted
            And whatever refuses a post.
        """
        while True:
            found = self._found(author.id, draft)
            if isinstance(found, Gone):
                return self._became(found)
            try:
                return self.make(author, found, str(ULID.from_datetime(self.now())))
            except DraftMoved:
                continue

    def _timely(self, draft: Draft) -> Draft | Gone | None:
        """Return None if a new draft may be scheduled as it is, or the one that its key made in time."""
        if draft.publish_at is None:
            return None
        try:
            self.window.checked(draft.publish_at, self.now())
        except InvalidDraft:
            made = self.store.find_draft(draft.author, draft.ulid)
            if made is None:
                raise
            return made
        return None

    def _became(self, gone: Gone) -> Post:
        if gone.became is None:
            raise NoSuchDraft("This draft is gone.")
        try:
            return self.read(str(PostId(gone.author, gone.became)), gone.author)
        except NoSuchPost:
            raise AlreadyDeleted("The post that this draft became is deleted.") from None

    def _found(self, author: str, draft: str) -> Draft | Gone:
        found = self.store.find_draft(author, draft) if _named(draft) else None
        if found is None:
            raise NoSuchDraft("You have no such draft.")
        return found


def _whole(time: datetime | None) -> datetime | None:
    """Return a time in UTC, without a part of a second: no schedule knows one."""
    try:
        return time.astimezone(UTC).replace(microsecond=0) if time else None
    except OverflowError:  # the first or last day that there is, elsewhere
        raise InvalidDraft("`publish_at` is no time of these days.") from None


def _named(draft: str) -> bool:
    """Tell whether a text may be the name of a draft."""
    try:
        return str(ULID.from_str(draft)) == draft
    except ValueError:
        return False
