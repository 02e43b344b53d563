from datetime import timedelta

import pytest
from chalicelib.model import TICKET_LIMIT, Refused, digest, new_ticket
from chalicelib.tickets import issue, redeem
from tests.fakes import NOW, FakeTickets

TOKEN_EXPIRES = NOW + timedelta(hours=1)


@pytest.fixture
def tickets() -> FakeTickets:
    return FakeTickets()


def test_a_ticket_opens_for_the_person_it_was_made_for(tickets: FakeTickets) -> None:
    secret, _ = issue(tickets, "aiko", TOKEN_EXPIRES, NOW)
    ticket = redeem(tickets, secret, NOW)
    assert (ticket.user_id, ticket.token_expires_at) == ("aiko", TOKEN_EXPIRES)


def test_a_ticket_itself_is_stored_nowhere(tickets: FakeTickets) -> None:
    secret, _ = issue(tickets, "aiko", TOKEN_EXPIRES, NOW)
    assert list(tickets.kept) == [digest(secret)]


def test_a_ticket_is_good_once(tickets: FakeTickets) -> None:
    secret, _ = issue(tickets, "aiko", TOKEN_EXPIRES, NOW)
    redeem(tickets, secret, NOW)
    with pytest.raises(Refused):
        redeem(tickets, secret, NOW)


def test_a_ticket_is_good_for_59_seconds_and_not_for_60(tickets: FakeTickets) -> None:
    early, _ = issue(tickets, "aiko", TOKEN_EXPIRES, NOW)
    late, ticket = issue(tickets, "aiko", TOKEN_EXPIRES, NOW)
    assert ticket.expires_at == NOW + timedelta(seconds=60)
    redeem(tickets, early, NOW + timedelta(seconds=59))
    with pytest.raises(Refused):
        redeem(tickets, late, NOW + timedelta(seconds=60))


def test_a_ticket_dies_with_the_token_behind_it(tickets: FakeTickets) -> None:
    secret, _ = issue(tickets, "aiko", NOW + timedelta(seconds=10), NOW)
    with pytest.raises(Refused):
        redeem(tickets, secret, NOW + timedelta(seconds=10))


@pytest.mark.parametrize("secret", [None, "", new_ticket(), "x" * TICKET_LIMIT, "x" * (TICKET_LIMIT + 1)])
def test_a_missing_or_forged_ticket_is_refused(tickets: FakeTickets, secret: str | None) -> None:
    issue(tickets, "aiko", TOKEN_EXPIRES, NOW)
    with pytest.raises(Refused):
        redeem(tickets, secret, NOW)
    assert len(tickets.kept) == 1
