"""The nouns of people and their rules: a person, a profile, a handle."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Locale = Literal["ja", "en"]

NAME_LIMIT = 50
BIO_LIMIT = 500

_HANDLE = re.compile(r"[a-z0-9_]{2,30}")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]")


class InvalidProfile(Exception):
    """A profile that the rules refuse; the text says what to change."""


class HandleTaken(Exception):
    """The handle belongs to someone else."""


class NoSuchProfile(Exception):
    """Nobody has this id or handle."""


class ProfileRequired(Exception):
    """Whoever asks has no profile yet."""


class Suspended(Exception):
    """A moderator has suspended whoever asks."""


@dataclass(frozen=True)
class Person:
    """A person as others show them; in a post, as they were when it was written."""

    id: str
    handle: str
    name: str


@dataclass(frozen=True)
class Profile:
    """What a person says of themselves; who is `private` is followed by those only whom they let.

    `suspended_by` is the report upon which they are suspended.
    """

    id: str
    handle: str
    name: str
    created_at: datetime
    bio: str = ""
    locale: Locale = "ja"
    sequence: int = 1
    suspended_by: str | None = None
    private: bool = False

    @property
    def person(self) -> Person:
        """The profile as others show it."""
        return Person(self.id, self.handle, self.name)


def folded(handle: str) -> str:
    """Return a handle as it is kept and compared: `Aiko` and `aiko` are one.

    Raises
    ------
    InvalidProfile
        If it is no handle.
    """
    lowered = handle.lower()
    if not handle.isascii() or not _HANDLE.fullmatch(lowered):
        raise InvalidProfile("A handle has 2 to 30 characters of a-z, 0-9 and _.")
    return lowered


def checked_name(name: str) -> str:
    """Return a name without spaces around it.

    Raises
    ------
    InvalidProfile
        If nothing is left, it is too long, or it holds control characters.
    """
    name = name.strip()
    if not 0 < len(name) <= NAME_LIMIT or _CONTROLS.search(name):
        raise InvalidProfile(f"A name has 1 to {NAME_LIMIT} characters on one line.")
    return name


def checked_bio(bio: str) -> str:
    """Return a bio with plain line ends and no space around it.

    Raises
    ------
    InvalidProfile
        If it is too long, or holds control characters.
    """
    bio = bio.replace("\r\n", "\n").strip()
    if len(bio) > BIO_LIMIT or _CONTROLS.search(bio.replace("\n", "").replace("\t", "")):
        raise InvalidProfile(f"A bio has at most {BIO_LIMIT} characters and no control characters.")
    return bio
