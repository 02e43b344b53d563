from datetime import datetime, timedelta

import pytest
from chalicelib.closing import Closing
from chalicelib.conversation import Speaker
from chalicelib.model import SOCKET_LIFETIME, SOCKETS_PER_PERSON, Refused, Socket
from chalicelib.opening import Opening
from chalicelib.tickets import issue
from tests.fakes import NOW, FakeSender, FakeSockets, FakeTickets, address


class World:
    def __init__(self) -> None:
        self.tickets, self.sockets, self.sender = FakeTickets(), FakeSockets(), FakeSender()
        self.opening = Opening(self.tickets, self.sockets, self.sender, Closing(self.sockets))

    def open(
        self,
        connection_id: str,
        user: str = "aiko",
        now: datetime = NOW,
        token_lives: timedelta = timedelta(hours=1),
    ) -> Socket:
        secret, _ = issue(self.tickets, user, now + token_lives, now)
        return self.opening(secret, address(connection_id), "ja", now)


@pytest.fixture
def world() -> World:
    return World()


def test_a_socket_opens_in_its_persons_topic_and_in_their_channels(world: World) -> None:
    world.sockets.members["aiko"] = {"c1": 1, "c2": 1}
    socket = world.open("s1")
    assert world.sockets.people["aiko"] == [socket]
    assert world.sockets.topics == {"c1": [socket], "c2": [socket]}
    assert world.sockets.events == [("opened", "s1")]
    assert world.sockets.connections["s1"] == Speaker(socket, "ja")


def test_who_is_said_to_be_there_hears_all_already() -> None:
    steps: list[int] = []
    world = World()
    world.sockets.before = lambda: steps.append(len(world.sockets.events))
    world.sockets.members["aiko"] = {"c1": 1}
    world.open("s1")
    assert len(steps) == 4
    assert steps[-1] == 0


def test_a_socket_expires_with_its_token(world: World) -> None:
    assert world.open("s1", token_lives=timedelta(minutes=5)).expires_at == NOW + timedelta(minutes=5)


def test_a_socket_expires_after_two_hours_however_long_its_token_lives(world: World) -> None:
    assert world.open("s1", token_lives=timedelta(hours=24)).expires_at == NOW + SOCKET_LIFETIME


def test_a_refused_socket_leaves_nothing_behind(world: World) -> None:
    with pytest.raises(Refused):
        world.opening("forged", address("s1"), "en", NOW)
    assert not world.sockets.people
    assert not world.sockets.events


def test_a_person_may_have_20_sockets_and_the_21st_closes_the_oldest(world: World) -> None:
    for number in range(SOCKETS_PER_PERSON):
        world.open(f"s{number}", now=NOW + timedelta(seconds=number))
    assert world.sender.hung_up == []
    world.open("newest", now=NOW + timedelta(minutes=1))
    assert world.sender.hung_up == ["s0"]
    assert world.sockets.events[-1] == ("closed", "s0", NOW)
    assert [socket.connection_id for socket in world.sockets.people["aiko"]][-1] == "newest"
    assert len(world.sockets.people["aiko"]) == SOCKETS_PER_PERSON


def test_the_sockets_of_others_are_not_counted(world: World) -> None:
    for number in range(SOCKETS_PER_PERSON):
        world.open(f"a{number}")
    world.open("b", user="ben")
    assert world.sender.hung_up == []
