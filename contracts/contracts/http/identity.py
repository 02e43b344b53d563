"""Who is asking: the claims of a Cognito access token that the gateway has verified."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from contracts.http.problems import UNAUTHORIZED, Problem

MODERATORS = "moderators"
"""The Cognito group whose members work on the moderation queue."""


@dataclass(frozen=True)
class Identity:
    """The signed-in person; `user_id` is the Cognito `sub`."""

    user_id: str
    groups: frozenset[str] = frozenset()


def identify(claims: Mapping[str, Any], client_id: str) -> Identity:
    """Return who the claims speak of.

    Parameters
    ----------
    claims
        Claims of a token whose signature, issuer and expiry the gateway has checked.
    client_id
        The app client whose tokens are accepted.

    Raises
    ------
    Problem
        401 if it is no access token of that client (an id token, say).
    """
    if claims.get("token_use") != "access":
        raise Problem(UNAUTHORIZED, "Send the access token, not the id token.")
    if claims.get("client_id") != client_id:
        raise Problem(UNAUTHORIZED, "This token was made for another client.")
    groups = claims.get("cognito:groups") or ""
    names = groups if isinstance(groups, list) else str(groups).strip("[]").replace(",", " ").split()
    return Identity(str(claims["sub"]), frozenset(names))
