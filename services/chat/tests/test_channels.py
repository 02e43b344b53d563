"""Opening direct channels and listing one's own."""

from dataclasses import replace
from datetime import timedelta

import pytest
from chalicelib.model import AloneInChannel, Channel, PersonUnknown, ProfileRequired, Suspended
from hypothesis import given
from hypothesis import strategies as st
from tests.fakes import AIKO, BEN, CHIE, NOON, Chat

ids = st.text("0123456789abcdef-", min_size=1, max_size=36)


def test_a_channel_has_both_people_by_name(chat: Chat) -> None:
    seats = chat.channels.open_direct(AIKO.id, BEN.id)
    assert seats.members == (AIKO, BEN)
    assert seats.channel.created_at == NOON


def test_the_same_pair_gets_the_same_channel_whoever_opens_it(chat: Chat) -> None:
    first = chat.channels.open_direct(AIKO.id, BEN.id)
    chat.clock.advance(timedelta(days=1))
    assert chat.channels.open_direct(BEN.id, AIKO.id) == first


@given(ids, ids, ids)
def test_only_the_same_pair_gets_the_same_channel(one: str, other: str, third: str) -> None:
    if one != other and one != third:
        same = {other} == {third}
        left, right = Channel.direct(one, other, NOON), Channel.direct(third, one, NOON)
        assert (left.id == right.id) == same


def test_a_channel_with_oneself_is_refused(chat: Chat) -> None:
    with pytest.raises(AloneInChannel):
        chat.channels.open_direct(AIKO.id, AIKO.id)


def test_who_is_suspended_opens_no_channel(chat: Chat) -> None:
    chat.table.learn(replace(AIKO, suspended=True), 2)
    with pytest.raises(Suspended):
        chat.channels.open_direct(AIKO.id, BEN.id)


def test_a_channel_with_nobody_is_refused(chat: Chat) -> None:
    with pytest.raises(PersonUnknown):
        chat.channels.open_direct(AIKO.id, "nobody")
    assert not chat.table.channels


def test_who_has_no_profile_opens_no_channel(chat: Chat) -> None:
    with pytest.raises(ProfileRequired):
        chat.channels.open_direct("newcomer", AIKO.id)
    assert not chat.table.channels


def test_who_is_new_has_no_channels_yet(chat: Chat) -> None:
    assert chat.channels.mine("newcomer", None, 20) == ([], None)


def test_my_channels_are_listed_newest_first_and_nobody_elses(chat: Chat) -> None:
    first = chat.between(AIKO, BEN)
    chat.clock.advance(timedelta(seconds=1))
    second = chat.between(CHIE, AIKO)
    chat.clock.advance(timedelta(seconds=1))
    chat.between(BEN, CHIE)
    mine, rest = chat.channels.mine(AIKO.id, None, 20)
    assert [seats.channel.id for seats in mine] == [second, first]
    assert rest is None


def test_a_page_goes_on_where_the_one_before_ended(chat: Chat) -> None:
    first = chat.between(AIKO, BEN)
    chat.clock.advance(timedelta(seconds=1))
    second = chat.between(AIKO, CHIE)
    page, rest = chat.channels.mine(AIKO.id, None, 1)
    assert [seats.channel.id for seats in page] == [second]
    page, rest = chat.channels.mine(AIKO.id, rest, 1)
    assert [seats.channel.id for seats in page] == [first]
    assert rest is None
