from datetime import UTC, datetime, timedelta

import pytest
from chalicelib.model import IDLE, OPENING, digest, last_alive, new_ticket, token_expiry
from tests.fakes import NOW, socket


@pytest.mark.parametrize("claim", [1795566305, "1795566305", "Wed Nov 25 00:25:05 UTC 2026"])
def test_a_tokens_expiry_is_read_as_seconds_and_as_the_date_that_api_gateway_makes_of_it(
    claim: str | int,
) -> None:
    assert token_expiry(claim) == datetime(2026, 11, 25, 0, 25, 5, tzinfo=UTC)


def test_an_expiry_that_is_neither_is_refused() -> None:
    with pytest.raises(ValueError):
        token_expiry("soon")


def test_a_ticket_has_256_bits_fits_a_url_and_is_stored_as_a_digest() -> None:
    tickets = {new_ticket() for _ in range(100)}
    assert len(tickets) == 100
    assert all(len(ticket) == 43 and ticket.replace("-", "").replace("_", "").isalnum() for ticket in tickets)
    assert all(digest(ticket) != ticket and len(digest(ticket)) == 64 for ticket in tickets)


def test_a_socket_is_expired_from_the_second_its_token_is() -> None:
    one = socket("s", opened_at=NOW, lives=timedelta(hours=1))
    assert not one.expired(NOW + timedelta(minutes=59, seconds=59))
    assert one.expired(NOW + timedelta(hours=1))


def test_a_socket_may_be_opening_for_as_long_as_connect_may_take() -> None:
    one = socket("s", opened_at=NOW)
    assert one.may_be_opening(NOW + OPENING - timedelta(seconds=1))
    assert not one.may_be_opening(NOW + OPENING)


@pytest.mark.parametrize("status", [1000, 1005])
def test_who_closes_cleanly_is_alive_as_they_do_so(status: int | None) -> None:
    assert last_alive(NOW - timedelta(hours=1), status, NOW) == NOW


def test_a_silent_socket_that_the_gateway_gave_up_proves_life_only_before_its_silence() -> None:
    assert last_alive(NOW - timedelta(hours=1), 1001, NOW) == NOW - IDLE


def test_nobody_was_alive_on_a_socket_before_it_opened() -> None:
    assert last_alive(NOW - timedelta(minutes=1), 1001, NOW) == NOW - timedelta(minutes=1)


@pytest.mark.parametrize("status", [1006, 1011, None])
def test_a_broken_socket_proves_nothing_since_it_opened(status: int | None) -> None:
    assert last_alive(NOW - timedelta(hours=1), status, NOW) == NOW - timedelta(hours=1)
