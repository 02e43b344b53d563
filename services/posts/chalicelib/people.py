"""The nouns of people and their rules: a person, a profile, a handle."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from urllib.parse import urlsplit

Locale = Literal["ja", "en"]

NAME_LIMIT = 50
BIO_LIMIT = 500

LINK_LIMIT = 5
LINK_LENGTH = 200
"""Links of a profile, and characters of one."""

PRONOUNS_LIMIT = 30

HANDLE_KEPT = timedelta(days=30)
"""How long a handle that was given up is kept for who had it, lest another speaks in their name."""

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


class AccountDeleted(Exception):
    """Whoever asks has deleted their account; only their access token is left, for a while."""

    def __init__(self) -> None:
        super().__init__("Sign up again to come back, under another handle.")


@dataclass(frozen=True)
class Person:
    """A person as others show them; in a post, as they were when it was written."""

    id: str
    handle: str
    name: str


@dataclass(frozen=True)
class Picture:
    """A picture of a profile, ready to be shown; `url` starts at the page's origin."""

    id: str
    url: str
    width: int
    height: int
    alt: str = ""


@dataclass(frozen=True)
class Extras:
    """What a profile may show beside the bio."""

    links: tuple[str, ...] = ()
    pronouns: str = ""
    avatar: Picture | None = None
    header: Picture | None = None


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
    extras: Extras = Extras()

    @property
    def person(self) -> Person:
        """The profile as others show it."""
        return Person(self.id, self.handle, self.name)


@dataclass(frozen=True)
class Left:
    """What is left of a deleted account's profile: that it was."""

    id: str
    sequence: int


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


def checked_links(links: Sequence[str]) -> tuple[str, ...]:
    """Return links as they are kept.

    Raises
    ------
    InvalidProfile
        If there are too many, one comes twice, or one is no address of the web's safe kind.
    """
    if len(links) > LINK_LIMIT:
        raise InvalidProfile(f"A profile has at most {LINK_LIMIT} links; this one has {len(links)}.")
    if len(set(links)) != len(links):
        raise InvalidProfile("A profile names each of its links once.")
    for link in links:
        if not _is_web_address(link):
            raise InvalidProfile(f"A link is an https address of at most {LINK_LENGTH} characters.")
    return tuple(links)


def checked_pronouns(pronouns: str) -> str:
    """Return pronouns without spaces around them.

    Raises
    ------
    InvalidProfile
        If they are too long, or hold control characters.
    """
    pronouns = pronouns.strip()
    if len(pronouns) > PRONOUNS_LIMIT or _CONTROLS.search(pronouns):
        raise InvalidProfile(f"Pronouns have at most {PRONOUNS_LIMIT} characters on one line.")
    return pronouns


def _is_web_address(link: str) -> bool:
    """Tell whether a link leads to a named host over https, and says so openly."""
    if len(link) > LINK_LENGTH or not link.isprintable() or any(character.isspace() for character in link):
        return False
    try:
        parts = urlsplit(link)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return False
    named = "." in host.strip(".") and not host.startswith("[")
    return parts.scheme == "https" and named and "@" not in parts.netloc and "\\" not in link
