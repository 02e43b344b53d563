"""Who deletes their account hears nothing more: their sockets close, no other opens."""

import pytest
from chalicelib.closing import Closing
from chalicelib.erasure import Erasure
from chalicelib.model import AccountDeleted
from chalicelib.tickets import issue_to
from contracts.transport.erasing import Erasing
from own_queues import MemoryOwnQueue
from tests.fakes import NOW, FakeSender, FakeTickets, socket
from tests.memory_leavings import MemoryLeavings


def test_a_leavers_sockets_close_and_leave_all_topics() -> None:
    leavings, sender = MemoryLeavings(), FakeSender("one", "two", "bens")
    mine, bens = [socket("one", "aiko"), socket("two", "aiko")], socket("bens", "ben")
    for one in (*mine, bens):
        leavings.join(one)
        leavings.open(one, "ja", NOW)
        leavings.subscribe(["channel"], [one])
        leavings.add_channel(one.user_id, "channel", 1)
        leavings.mark_complete("channel", one.user_id)
    erasure = Erasure(leavings, sender, Closing(leavings), lambda: NOW)
    for _ in range(2):
        Erasing(erasure.steps(), MemoryOwnQueue()).work(
            {"user": "aiko", "sequence": 2, "step": "farewell", "after": None}
        )
    assert sorted(sender.hung_up) == ["one", "two"]
    assert leavings.topics == {"channel": [bens]}
    assert leavings.members == {"ben": {"channel": 1}}
    assert leavings.marks == {("channel", "ben")}
    assert [event for event in leavings.events if event[0] == "closed"] == [
        ("closed", one.connection_id, one.opened_at) for one in mine
    ]


def test_a_leaver_gets_no_ticket() -> None:
    leavings, tickets = MemoryLeavings(), FakeTickets()
    leavings.bid_farewell("aiko", NOW)
    with pytest.raises(AccountDeleted):
        issue_to(leavings, tickets, "aiko", NOW, NOW)
    assert not tickets.kept
    issue_to(leavings, tickets, "ben", NOW, NOW)
    assert len(tickets.kept) == 1
