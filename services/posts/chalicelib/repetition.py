"""Idempotency-Keys: the ULID of what a POST makes, which is the same for the same key."""

from collections.abc import Callable
from datetime import datetime, timedelta

from contracts.http.idempotency import Idempotency
from ulid import ULID

CLOCK_LEEWAY = timedelta(minutes=1)
"""How far ahead the time of a ULID key may be before it needs a row of its own.

A key further ahead may have been sent before, when it was too far ahead to become the id.
"""

Claim = Callable[[str, str], str]
"""Returns the ULID that a key stands for: the one given, if the key is new."""

Made = Callable[[str], bool]
"""Tells whether something of this ULID was made, and may be gone by now."""


class KeyReused(Exception):
    """An Idempotency-Key came again with another body."""


def ulid_for(key: Idempotency, now: datetime, claim: Claim, made: Made) -> str:
    """Return the ULID of what a POST under this key makes, or made before."""
    new = str(ULID.from_datetime(now))
    if key.key is None:
        return new
    if ulid := key.ulid(now):
        ahead = ulid.datetime - now > CLOCK_LEEWAY
        return claim(key.key, str(ulid)) if ahead else str(ulid)
    if stale := _stale(key.key, made):
        return stale
    return claim(key.key, new)


def _stale(key: str, made: Made) -> str | None:
    """Return the ULID that a key, stale by now, became when it was fresh."""
    try:
        ulid = str(ULID.from_str(key))
    except ValueError:
        return None
    return ulid if made(ulid) else None
