"""What stands between a reader and what others write: blocks, mutes and muted words."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Protocol
from unicodedata import normalize

from chalicelib.model import Post

RELATION_LIMIT = 2_000
"""People that one person may block and mute; all of them are read beside each list, 50 in half a unit."""

WORD_LIMIT = 100
"""Words that one person may mute."""

WORD_LENGTH = 50
"""Characters of a muted word."""

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_LATIN = re.compile(r"[a-z0-9_]")


class Blocked(Exception):
    """One of two people blocks the other; the text says what that forbids."""


class Yourself(Exception):
    """A person tried to block or mute themselves."""


class TooManyRelations(Exception):
    """A person blocks, mutes or hides more than can be read beside each list."""


class InvalidMute(Exception):
    """A mute or a muted word that the rules refuse; the text says what to change."""


@dataclass(frozen=True)
class Relations:
    """What changes what one reader sees.

    Parameters
    ----------
    reader
        Whose relations they are.
    blocked, blocked_by
        Whom the reader blocks, and who blocks the reader.
    muted
        Whom the reader mutes, and until when; None for ever.
    words
        Muted words, folded, in the same way.
    left
        Whom the reader followed until lately: what came into their home timeline may still be there.
    """

    reader: str
    blocked: frozenset[str] = frozenset()
    blocked_by: frozenset[str] = frozenset()
    muted: Mapping[str, datetime | None] = field(default_factory=dict)
    words: Mapping[str, datetime | None] = field(default_factory=dict)
    left: frozenset[str] = frozenset()

    def apart(self, person: str) -> bool:
        """Tell whether the reader and someone must see nothing of each other."""
        return person in self.blocked or person in self.blocked_by

    def hides(self, post: Post) -> bool:
        """Tell whether the reader's lists leave a post out: someone or something in it they avoid."""
        if post.author.id == self.reader:
            return False
        people = _concerned(post)
        return (
            any(self.apart(person) for person in people)
            or any(person in self.muted for person in people)
            or bool(self._words and self._words.search(folded_words(_words_of(post))))
        )

    def keeps_from_home(self, post: Post) -> bool:
        """Tell whether the reader's home timeline leaves out a post that was delivered."""
        return post.author.id in self.left or self.hides(post)

    def require_room(self, limit: int) -> None:
        """Let only a person block or mute one more who does so with fewer than `limit`.

        Raises
        ------
        TooManyRelations
        """
        if len(self.blocked) + len(self.muted) >= limit:
            raise TooManyRelations(f"You can block and mute {limit} people. Unblock or unmute some first.")

    @cached_property
    def _words(self) -> re.Pattern[str] | None:
        return re.compile("|".join(map(_whole, self.words))) if self.words else None


class RelationsOf(Protocol):
    """Knows what changes what a reader sees."""

    def of(self, reader: str) -> Relations:
        """Return a reader's relations as they are now."""


def folded_words(text: str) -> str:
    """Return a text as muted words are compared with it: full-width, half-width and case are one."""
    return normalize("NFKC", text).casefold()


def checked_word(word: str) -> str:
    """Return a word to mute as it is compared.

    Raises
    ------
    InvalidMute
        If nothing is left, it is too long, or it holds control characters.
    """
    folded = folded_words(word).strip()
    if not 0 < len(folded) <= WORD_LENGTH or _CONTROLS.search(folded):
        raise InvalidMute(f"A muted word has 1 to {WORD_LENGTH} characters on one line.")
    return folded


def checked_until(until: datetime | None, now: datetime) -> datetime | None:
    """Return when a mute ends, in whole seconds.

    Raises
    ------
    InvalidMute
        If that is not to come.
    """
    if until is None:
        return None
    if until <= now:
        raise InvalidMute("A mute ends in the future; leave `until` out for one that does not end.")
    return until.replace(microsecond=0)


def _concerned(post: Post) -> set[str]:
    """Return the people whom a post is of, answers, addresses, quotes or passes on."""
    others = {post.in_reply_to.author} if post.in_reply_to else set()
    shown = {post.embedded.id.author} if post.embedded else set()
    return {post.author.id, *others, *shown, *(person.id for person in post.mentions)}


def _words_of(post: Post) -> str:
    return f"{post.text}\n{post.embedded.text}" if post.embedded else post.text


def _whole(word: str) -> str:
    """Return the pattern of a word: in Latin script not inside another word, in Japanese anywhere."""
    before = r"(?<![a-z0-9_])" if _LATIN.match(word[0]) else ""
    after = r"(?![a-z0-9_])" if _LATIN.match(word[-1]) else ""
    return f"{before}{re.escape(word)}{after}"
