"""Who is suspended has no socket, in whatever order suspension and sockets arrive."""

import pytest
from chalicelib.closing import Closing
from chalicelib.model import Refused
from chalicelib.opening import Opening
from chalicelib.suspension import Suspension
from chalicelib.tickets import issue
from contracts.events.envelope import Event, event
from contracts.events.posts import AccountReinstatedV1, AccountSuspendedV1
from hypothesis import given
from hypothesis import strategies as st
from tests.fakes import NOW, FakeSender, FakeSockets, FakeTickets, address, socket


def suspended(sequence: int) -> Event[AccountSuspendedV1]:
    data = AccountSuspendedV1(user_id="aiko", handle="aiko", name="愛子")
    return event(data, source="hidoki.posts", subject="profile/aiko", sequence=sequence, time=NOW)


def reinstated(sequence: int) -> Event[AccountReinstatedV1]:
    data = AccountReinstatedV1(user_id="aiko", handle="aiko", name="愛子")
    return event(data, source="hidoki.posts", subject="profile/aiko", sequence=sequence, time=NOW)


class World:
    def __init__(self) -> None:
        self.tickets, self.sockets, self.sender = FakeTickets(), FakeSockets(), FakeSender("s1", "s2", "new")
        close = Closing(self.sockets)
        self.opening = Opening(self.tickets, self.sockets, self.sender, close)
        self.suspension = Suspension(self.sockets, self.sender, close, lambda: NOW)

    def open(self) -> bool:
        secret, _ = issue(self.tickets, "aiko", NOW.replace(hour=13), NOW)
        try:
            self.opening(secret, address("new"), "ja", NOW)
        except Refused:
            return False
        return True


def test_all_sockets_of_a_suspended_person_are_closed_and_no_others() -> None:
    world = World()
    bens = socket("bens", "ben")
    world.sockets.people = {"aiko": [socket("s1"), socket("s2")], "ben": [bens]}
    world.suspension.suspended(suspended(2))
    assert world.sender.hung_up == ["s1", "s2"]
    assert world.sockets.people == {"aiko": [], "ben": [bens]}


def test_the_suspended_open_no_socket_until_they_are_reinstated() -> None:
    world = World()
    world.suspension.suspended(suspended(2))
    assert not world.open()
    assert world.sockets.people["aiko"] == []
    assert world.sockets.events == []
    world.suspension.reinstated(reinstated(3))
    assert world.open()


@given(st.permutations([2, 3, 4, 4]))
def test_the_newest_says_whether_there_may_be_sockets(order: list[int]) -> None:
    world = World()
    for sequence in order:
        if sequence == 3:
            world.suspension.reinstated(reinstated(sequence))
        else:
            world.suspension.suspended(suspended(sequence))
    assert not world.open()


def test_an_old_suspension_closes_nothing() -> None:
    world = World()
    world.suspension.reinstated(reinstated(3))
    assert world.open()
    world.suspension.suspended(suspended(2))
    assert world.sender.hung_up == []


@pytest.mark.parametrize("step", range(1, 4))
def test_a_socket_that_opens_while_its_person_is_suspended_is_closed_or_refused(step: int) -> None:
    world, passed = World(), []

    def before() -> None:
        passed.append(1)
        if len(passed) == step:
            world.sockets.before = lambda: None
            world.suspension.suspended(suspended(2))

    world.sockets.before = before
    opened = world.open()
    world.sockets.before = lambda: None
    assert not opened or world.sender.hung_up == ["new"]
    assert world.sockets.people["aiko"] == []
