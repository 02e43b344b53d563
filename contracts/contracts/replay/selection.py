"""Which dead letters an operator means, and how they are told in groups."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from contracts.replay.letters import DeadLetter

_VERSION = re.compile(r"(.+)\.v(\d+)")
_AGO = re.compile(r"(\d+)([smhd])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_OF_ONE = re.compile(r"[0-9a-fA-F-]{16,}|[0-9A-HJKMNP-TV-Z]{26}|[\w-]{43}|\d{4,}")
"""What only one letter's reason says: ids of every form that we give out, and long numbers."""


class Erased(Protocol):
    """The people whose accounts are erased: what is about them is never sent again."""

    def __contains__(self, user_id: object, /) -> bool:
        """Tell whether the account of this id is erased."""


@dataclass(frozen=True)
class Selection:
    """Letters of one kind; what is left empty selects all.

    Parameters
    ----------
    type
        An event type, with its version or without. A letter of many records is selected by any of them.
    version
        Of the event type.
    reason
        A part of the reason, in either case.
    since, until
        When it was parked.
    """

    type: str = ""
    version: int | None = None
    reason: str = ""
    since: datetime | None = None
    until: datetime | None = None

    def __call__(self, letter: DeadLetter) -> bool:
        """Tell whether a letter is meant."""
        return (
            any(self._takes(told.type) for told in letter.tells)
            and self.reason.casefold() in letter.reason.casefold()
            and (self.since is None or letter.parked >= self.since)
            and (self.until is None or letter.parked <= self.until)
        )

    def _takes(self, event_type: str) -> bool:
        found = _VERSION.fullmatch(event_type)
        name, version = (found[1], int(found[2])) if found else (event_type, None)
        return (self.type in ("", event_type, name)) and self.version in (None, version)


@dataclass(frozen=True)
class Group:
    """Letters that tell of the same type and failed for the same reason after as many attempts."""

    type: str
    reason: str
    attempts: int


def groups(letters: Iterable[DeadLetter]) -> Counter[Group]:
    """Count the facts that letters tell, by group."""
    return Counter(
        Group(told.type, _OF_ONE.sub("…", letter.reason), letter.attempts)
        for letter in letters
        for told in letter.tells
    )


def moment(text: str, now: datetime) -> datetime:
    """Read a time: `2026-11-25T10:00`, `2026-11-25` (UTC unless it says otherwise), or how long ago: `90m`.

    Raises
    ------
    ValueError
        If it is none.
    """
    if found := _AGO.fullmatch(text):
        return now - timedelta(**{_UNITS[found[2]]: int(found[1])})
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r} is no time; say 2026-11-25T10:00 or 90m (s, m, h, d ago)") from None
    return read if read.tzinfo else read.replace(tzinfo=UTC)
