"""Idempotency-Key: a POST repeated under the same key gets the same answer, not a second thing."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from ulid import ULID

from contracts.http.problems import MALFORMED, Problem

KEY_LIMIT = 64
"""Characters of a key."""

FRESHNESS = timedelta(minutes=5)
"""How far from now the time of a ULID key may be for the key to become the id (design §5)."""


@dataclass(frozen=True)
class Idempotency:
    """What a POST says of its own repetition.

    Parameters
    ----------
    key
        The header's value, or None if the client sent none.
    digest
        Hash of the request's body: the same key with another body is refused.
    """

    key: str | None
    digest: str

    def ulid(self, now: datetime) -> ULID | None:
        """Return the key as a ULID that may become the new thing's id, or None if it can't.

        Such a key makes the conditional put of the thing itself the deduplication, at no extra cost.
        """
        try:
            ulid = ULID.from_str(self.key or "")
            fresh = abs(ulid.datetime - now) <= FRESHNESS
        except ValueError:  # no ULID, or one of a year that datetime doesn't know
            return None
        return ulid if fresh else None


def read(key: str | None, body: bytes) -> Idempotency:
    """Return the idempotency of a request.

    Raises
    ------
    Problem
        400 if the key is empty, too long or not printable ASCII.
    """
    if key is not None and not (0 < len(key) <= KEY_LIMIT and key.isascii() and key.isprintable()):
        raise Problem(MALFORMED, f"Idempotency-Key takes 1 to {KEY_LIMIT} printable ASCII characters.")
    return Idempotency(key, sha256(body).hexdigest())
