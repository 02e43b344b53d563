"""Tickets: how a signed-in person opens a socket without a token in its URL."""

from datetime import datetime
from typing import Protocol

from chalicelib.model import (
    TICKET_LIFETIME,
    TICKET_LIMIT,
    AccountDeleted,
    Refused,
    Ticket,
    digest,
    new_ticket,
    whole_seconds,
)


class Tickets(Protocol):
    """Where unused tickets are kept, by their digest."""

    def put(self, key: str, ticket: Ticket) -> None:
        """Keep a ticket."""

    def take(self, key: str, now: datetime) -> Ticket | None:
        """Remove a ticket and return it, once only; None if it is not there or has expired."""


class Leavers(Protocol):
    """Knows who has deleted their account."""

    def left(self, user_id: str) -> bool:
        """Tell whether a person has."""


def issue_to(
    leavers: Leavers, tickets: Tickets, user_id: str, token_expires_at: datetime, now: datetime
) -> tuple[str, Ticket]:
    """Make a ticket for a person, unless they have deleted their account.

    Raises
    ------
    AccountDeleted
        If they have.
    """
    if leavers.left(user_id):
        raise AccountDeleted
    return issue(tickets, user_id, token_expires_at, now)


def issue(tickets: Tickets, user_id: str, token_expires_at: datetime, now: datetime) -> tuple[str, Ticket]:
    """Make a ticket for a person.

    Returns
    -------
    tuple
        The secret that goes into the URL, and what it stands for.
    """
    secret = new_ticket()
    ticket = Ticket(user_id, token_expires_at, whole_seconds(now) + TICKET_LIFETIME)
    tickets.put(digest(secret), ticket)
    return secret, ticket


def redeem(tickets: Tickets, secret: str | None, now: datetime) -> Ticket:
    """Use a ticket up.

    Raises
    ------
    Refused
        If there is none, it is forged, used or expired, or the token behind it has expired meanwhile.
    """
    if not secret or len(secret) > TICKET_LIMIT:
        raise Refused("no ticket")
    ticket = tickets.take(digest(secret), now)
    if ticket is None:
        raise Refused("unknown, used or expired ticket")
    if ticket.token_expires_at <= now:
        raise Refused("the token behind the ticket has expired")
    return ticket
