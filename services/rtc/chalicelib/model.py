"""The nouns of realtime, tickets and sockets, and the rules that hold for them."""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

TICKET_LIFETIME = timedelta(seconds=60)
"""How long a ticket waits to be used."""

TICKET_BYTES = 32
"""Random bytes of a ticket: 256 bits can't be guessed."""

TICKET_LIMIT = 64
"""Characters of a ticket that are looked at; ours have 43."""

SOCKET_LIFETIME = timedelta(hours=2)
"""API Gateway closes a socket after this."""

OPENING = timedelta(seconds=10)
"""The longest that `$connect` may take; until it is answered the gateway calls the socket gone."""

IDLE = timedelta(minutes=10)
"""API Gateway closes a socket on which nothing was said for this long."""

SOCKETS_PER_PERSON = 20
"""Open sockets of one person; one more closes the oldest."""

CHANNELS_PER_SOCKET = 200
"""Channels a socket subscribes to when it opens; a person hears of others through their own topic."""


class Refused(Exception):
    """A socket may not open. The gateway tells the client no more than that."""


class AccountDeleted(Exception):
    """The asker has deleted their account; only their access token is left, for a while."""

    def __init__(self) -> None:
        super().__init__("Sign up again to come back.")


@dataclass(frozen=True)
class Ticket:
    """A person's right to open one socket, soon."""

    user_id: str
    token_expires_at: datetime
    expires_at: datetime


@dataclass(frozen=True)
class Address:
    """Where a frame is posted to reach one client: the API's management endpoint and the connection."""

    endpoint: str
    connection_id: str


@dataclass(frozen=True)
class Socket:
    """An open socket of a person, good until the access token it was opened with expires."""

    address: Address
    user_id: str
    opened_at: datetime
    expires_at: datetime

    @property
    def connection_id(self) -> str:
        """The gateway's id of it."""
        return self.address.connection_id

    def expired(self, now: datetime) -> bool:
        """Whether nothing may be said on it any more."""
        return now >= self.expires_at

    def may_be_opening(self, now: datetime) -> bool:
        """Whether `$connect` may not be answered yet, so that "gone" could mean "not there yet"."""
        return now < self.opened_at + OPENING


def new_ticket() -> str:
    """Return a ticket that nobody can guess, fit for a URL."""
    return secrets.token_urlsafe(TICKET_BYTES)


def digest(ticket: str) -> str:
    """Return what is stored of a ticket: who reads the table can't connect with it."""
    return sha256(ticket.encode()).hexdigest()


def whole_seconds(time: datetime) -> datetime:
    """Return a time as the table keeps it: the seconds of DynamoDB's TTL."""
    return time.replace(microsecond=0)


def token_expiry(claim: str | int) -> datetime:
    """Return when a token expires.

    Parameters
    ----------
    claim
        `exp` as the gateway hands it on: seconds, or (from an authorizer of API Gateway) a date such as
        `Tue Nov 24 23:19:45 UTC 2026`.
    """
    if str(claim).isdecimal():
        return datetime.fromtimestamp(int(claim), UTC)
    return datetime.strptime(str(claim), "%a %b %d %H:%M:%S UTC %Y").replace(tzinfo=UTC)


def last_alive(opened_at: datetime, status: int | None, now: datetime) -> datetime:
    """Return when a person was last proven to be there, from the status their socket closed with.

    A client that closes cleanly (1000, or 1005: no status) is there as it does so. 1001 is a page being
    left, but also the gateway giving up on a silent socket, which takes it `IDLE`. Anything else proves
    nothing since the opening: notify rather repeats a push than loses one.

    Parameters
    ----------
    status
        `disconnectStatusCode` of `$disconnect`, or None if there was no such call.
    """
    if status in {1000, 1005}:
        return now
    if status == 1001:
        return max(opened_at, now - IDLE)
    return opened_at
