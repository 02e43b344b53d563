"""Opaque cursors: a position in a list, bound by an HMAC to the route, filter and reader it was made for."""

import base64
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from contracts.http.problems import BAD_CURSOR, Problem

CURSOR_LIMIT = 1_024
"""Characters a cursor may have."""

_MAC_BYTES = 16


@dataclass(frozen=True)
class Key:
    """A signing key and its id, so that keys can be rotated."""

    kid: str
    secret: bytes = field(repr=False)


class Cursors:
    """Makes and reads the cursors of one service.

    Parameters
    ----------
    keys
        Returns the keys by id and, under `None`, the one to sign with.
    """

    def __init__(self, keys: Callable[[], Mapping[str | None, Key]]) -> None:
        self._keys = keys

    @classmethod
    def on_aws(cls, secret_arn: str) -> Self:
        """Read the key from Secrets Manager when first needed, and again every five minutes."""

        def keys() -> Mapping[str | None, Key]:
            from aws_lambda_powertools.utilities.parameters import get_secret

            stored: dict[str, str] = json.loads(str(get_secret(secret_arn, max_age=300)))
            key = Key(stored["kid"], base64.b64decode(stored["key"]))
            return {None: key, key.kid: key}

        return cls(keys)

    def encode(self, scope: str, position: Mapping[str, Any]) -> str:
        """Return the cursor of a position.

        Parameters
        ----------
        scope
            What the cursor is good for: route, filter and reader.
        position
            JSON values; where the next page starts.
        """
        key = self._keys()[None]
        payload = json.dumps([key.kid, position], separators=(",", ":"), ensure_ascii=False).encode()
        return base64.urlsafe_b64encode(_mac(key, scope, payload) + payload).decode().rstrip("=")

    def decode(self, scope: str, cursor: str) -> dict[str, Any]:
        """Return the position that a cursor names.

        Raises
        ------
        Problem
            400 `bad-cursor` if it was not made here for this scope, or was changed.
        """
        try:
            raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
            mac, payload = raw[:_MAC_BYTES], raw[_MAC_BYTES:]
            kid, position = json.loads(payload)
            genuine = hmac.compare_digest(mac, _mac(self._keys()[kid], scope, payload))
        except (ValueError, TypeError, KeyError):
            genuine, position = False, {}
        if not genuine:
            raise Problem(BAD_CURSOR, "Use a cursor just as this list gave it, or leave it out.")
        return dict(position)


def _mac(key: Key, scope: str, payload: bytes) -> bytes:
    return hmac.digest(key.secret, scope.encode() + b"\n" + payload, "sha256")[:_MAC_BYTES]
