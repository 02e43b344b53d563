from collections.abc import Callable

from chalicelib.closing import Closing
from chalicelib.delivery import Delivery, Undelivered
from chalicelib.membership import Membership
from chalicelib.model import CHANNELS_PER_SOCKET
from chalicelib.opening import Opening
from chalicelib.tickets import issue
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.fakes import NOW, FakeSender, FakeSockets, FakeTickets, address, socket
from tests.happenings import joined, message
from tests.turns import Turns


def test_a_new_member_with_open_sockets_is_subscribed_at_once() -> None:
    sockets = FakeSockets()
    first, second = socket("s1"), socket("s2")
    sockets.people["aiko"] = [first, second]
    Membership(sockets).joined(joined("c1", "aiko"))
    assert sockets.topics["c1"] == [first, second]
    assert sockets.channels_of("aiko") == ["c1"]
    assert ("c1", "aiko") in sockets.marks


def test_joining_twice_is_joining_once() -> None:
    sockets = FakeSockets()
    sockets.people["aiko"] = [socket("s1")]
    for _ in range(2):
        Membership(sockets).joined(joined("c1", "aiko"))
    assert len(sockets.topics["c1"]) == 1
    assert sockets.members == {"aiko": {"c1": 1}}


def test_the_200th_channel_is_subscribed_to_and_the_201st_is_served_by_the_persons_own_topic() -> None:
    sockets = FakeSockets()
    sockets.people["aiko"] = [socket("s1")]
    for number in range(CHANNELS_PER_SOCKET + 1):
        Membership(sockets).joined(joined(f"c{number}", "aiko"))
    assert len(sockets.channels_of("aiko")) == CHANNELS_PER_SOCKET
    assert ("c199", "aiko") in sockets.marks
    assert ("c200", "aiko") not in sockets.marks
    sender = FakeSender("s1")
    Delivery(sockets, sender, Closing(sockets), lambda: NOW).message(message("c200", "aiko"))
    assert sender.heard() == {"s1": 1}


def test_a_member_in_many_channels_who_joins_again_is_still_completed() -> None:
    sockets = FakeSockets()
    sockets.members["aiko"] = {f"c{number}": 1 for number in range(CHANNELS_PER_SOCKET)}
    Membership(sockets).joined(joined("c0", "aiko"))
    assert ("c0", "aiko") in sockets.marks


@settings(deadline=None, max_examples=300, derandomize=True)
@given(st.lists(st.integers(0, 7), max_size=80))
def test_whoever_is_connected_hears_a_message_in_whatever_order_members_sockets_and_it_arrive(
    order: list[int],
) -> None:
    choices = iter(order)
    turns = Turns(lambda unfinished: next(choices, 0) % unfinished)
    tickets, sender = FakeTickets(), FakeSender()
    sockets = FakeSockets(before=turns.pause)
    closing = Closing(sockets)
    opening = Opening(tickets, sockets, sender, closing)
    delivery = Delivery(sockets, sender, closing, lambda: NOW)
    connected_before: set[str] = set()
    undelivered: list[bool] = []

    def connects(connection_id: str, user: str) -> Callable[[], None]:
        secret, _ = issue(tickets, user, NOW.replace(year=2027), NOW)

        def connect() -> None:
            opening(secret, address(connection_id), "ja", NOW)
            sender.present.add(connection_id)

        return connect

    def is_sent() -> None:
        connected_before.update(sender.present)
        try:
            delivery.message(message("c1", "aiko", "ben"))
        except Undelivered:
            undelivered.append(True)

    turns.run(
        connects("a1", "aiko"),
        connects("a2", "aiko"),
        connects("b1", "ben"),
        connects("stranger", "chie"),
        lambda: Membership(sockets).joined(joined("c1", "aiko")),
        lambda: Membership(sockets).joined(joined("c1", "aiko")),
        lambda: Membership(sockets).joined(joined("c1", "ben")),
        is_sent,
    )

    assert connected_before - {"stranger"} <= {*sender.heard()} <= {"a1", "a2", "b1"}
    assert set(sender.heard().values()) <= {1}
    assert not [event for event in sockets.events if event[0] == "closed"], "one that opens is not gone"
    if undelivered:
        delivery.message(message("c1", "aiko", "ben"))
        assert {*sender.heard()} == {"a1", "a2", "b1"}
    sender.sent.clear()
    delivery.message(message("c1", "aiko", "ben"))
    assert sender.heard() == {"a1": 1, "a2": 1, "b1": 1}
