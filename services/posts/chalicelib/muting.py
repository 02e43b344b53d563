"""Muting: what a person wants no news of, people or words, for ever or for a while; nobody is told."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Protocol

from contracts.http.cursors import Cursors

from chalicelib.people import Person, Profile
from chalicelib.relations import (
    RELATION_LIMIT,
    WORD_LIMIT,
    RelationsOf,
    TooManyRelations,
    Yourself,
    checked_until,
    checked_word,
)

WORD_ID_LENGTH = 16
_WORD_ID = re.compile(f"[0-9a-f]{{{WORD_ID_LENGTH}}}")


@dataclass(frozen=True)
class Mute:
    """Someone who is muted, and until when."""

    person: Person
    until: datetime | None = None


@dataclass(frozen=True)
class MutedPeople:
    """One page of the people whom someone mutes, and where the next one starts."""

    mutes: Sequence[Mute]
    next: str | None


@dataclass(frozen=True)
class MutedWord:
    """A muted word as it is compared, and until when; the same word is the same one."""

    word: str
    until: datetime | None = None

    @property
    def id(self) -> str:
        """The word's name in addresses."""
        return sha256(self.word.encode()).hexdigest()[:WORD_ID_LENGTH]


class Mutes(Protocol):
    """Keeps whom and what a person mutes."""

    def mute(self, muter: str, mute: Mute) -> None:
        """Make a mute, or let it end at another time; the same again changes nothing."""

    def unmute(self, muter: str, muted: str) -> None:
        """Remove a mute; one that is not there stays away."""

    def mutes(self, muter: str, after: str | None, limit: int) -> MutedPeople:
        """Return whom someone mutes, by id, from the position `after` on, without what has ended."""

    def mute_word(self, muter: str, word: MutedWord) -> None:
        """Keep a muted word, over the same word with another end."""

    def unmute_word(self, muter: str, word_id: str) -> None:
        """Forget a muted word; one that is not there stays away."""


@dataclass(frozen=True)
class Muting:
    """Mutes and unmutes; doing either twice is doing it once.

    Parameters
    ----------
    kept, relations
        Where mutes are kept, and what they do to a reader.
    cursors
        Turns positions into what clients hold.
    now
        Tells the time, in UTC.
    limit, word_limit
        People whom one person may block and mute, and words.
    """

    kept: Mutes
    relations: RelationsOf
    cursors: Cursors
    now: Callable[[], datetime]
    limit: int = RELATION_LIMIT
    word_limit: int = WORD_LIMIT

    def mute(self, muter: Profile, muted: Profile, until: datetime | None) -> None:
        """Leave someone out of a person's lists and notifications from the next read on.

        Raises
        ------
        Yourself, InvalidMute, TooManyRelations
        """
        if muter.id == muted.id:
            raise Yourself("You can't mute yourself.")
        until = checked_until(until, self.now())
        mine = self.relations.of(muter.id)
        if muted.id not in mine.muted:
            mine.require_room(self.limit)
        self.kept.mute(muter.id, Mute(muted.person, until))

    def unmute(self, muter: str, muted: str) -> None:
        """Let someone into a person's lists again."""
        self.kept.unmute(muter, muted)

    def list(self, muter: str, cursor: str | None, limit: int) -> MutedPeople:
        """Return one page of whom someone mutes, called as they were when it was done."""
        scope = f"mutes/{muter}"
        position = str(self.cursors.decode(scope, cursor)["after"]) if cursor is not None else None
        found = self.kept.mutes(muter, position, limit)
        following = self.cursors.encode(scope, {"after": found.next}) if found.next else None
        return MutedPeople(found.mutes, following)

    def mute_word(self, muter: str, word: str, until: datetime | None) -> MutedWord:
        """Leave posts with a word out of a person's lists; the same word again takes the new end.

        Raises
        ------
        InvalidMute, TooManyRelations
        """
        made = MutedWord(checked_word(word), checked_until(until, self.now()))
        mine = self.relations.of(muter).words
        if made.word not in mine and len(mine) >= self.word_limit:
            raise TooManyRelations(f"You can mute {self.word_limit} words; unmute some first.")
        self.kept.mute_word(muter, made)
        return made

    def unmute_word(self, muter: str, word_id: str) -> None:
        """Let posts with a word in again; what is no id of a word is none that is muted."""
        if _WORD_ID.fullmatch(word_id):
            self.kept.unmute_word(muter, word_id)

    def words(self, muter: str) -> Sequence[MutedWord]:
        """Return all words that someone mutes, in their order."""
        return [MutedWord(word, until) for word, until in sorted(self.relations.of(muter).words.items())]
