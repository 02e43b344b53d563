import json
from collections.abc import Iterable, Sequence
from datetime import timedelta

import pytest
from chalicelib.closing import Closing
from chalicelib.delivery import Delivery, Undelivered
from chalicelib.model import Socket
from contracts.events.posts import EmbeddedPost, PersonRef
from contracts.transport import trace
from tests.fakes import NOW, FakeSender, FakeSockets, socket
from tests.happenings import message, notification, timeline
from xray_daemon import listening


def world(
    *sockets: Socket, present: Sequence[str] | None = None, broken: Iterable[str] = ()
) -> tuple[FakeSockets, FakeSender, Delivery]:
    store = FakeSockets()
    for one in sockets:
        store.join(one)
        store.open(one, "ja", NOW)
    store.events.clear()
    names = [one.connection_id for one in sockets] if present is None else present
    sender = FakeSender(*names, broken=broken)
    return store, sender, Delivery(store, sender, Closing(store), lambda: NOW)


def test_a_post_reaches_the_sockets_of_its_recipients_and_of_nobody_else() -> None:
    _, sender, delivery = world(socket("a1"), socket("a2"), socket("b", "ben"), socket("c", "chie"))
    delivery.timeline(timeline("aiko", "ben", "nobody-online"))
    assert sender.heard() == {"a1": 1, "a2": 1, "b": 1}


def test_all_frames_of_an_event_are_one_segment_below_its_consumers() -> None:
    _, _, delivery = world(socket("a1"), socket("a2"))
    root, parent = "1-67891233-abcdef012345678912345678", "53995c3f42cd8ad8"
    with listening() as daemon, trace.carrying(f"Root={root};Parent={parent};Sampled=1"):
        delivery.timeline(timeline("nobody-online"))
        delivery.timeline(timeline("aiko"))
        segment = daemon.segment()
    assert (segment["name"], segment["trace_id"], segment["parent_id"]) == ("rtc:socket", root, parent)


def test_a_socket_that_is_found_gone_by_a_thread_is_closed_within_the_trace() -> None:
    store, _, delivery = world(socket("a1"), socket("a2"), present=())
    headers: list[str | None] = []
    store.before = lambda: headers.append(trace.current())
    with trace.carrying("Root=1-2-3;Sampled=0"):
        delivery.timeline(timeline("aiko"))
    assert [event[0] for event in store.events] == ["closed", "closed"]
    assert set(headers) == {"Root=1-2-3;Sampled=0"}


def test_a_timeline_frame_carries_the_post_and_its_events_id() -> None:
    _, sender, delivery = world(socket("a1"))
    event = timeline("aiko")
    delivery.timeline(event)
    frame = json.loads(sender.sent[0][1])
    assert (frame["type"], frame["id"]) == ("timeline.post", event.id)
    assert frame["data"]["post"]["text"] == "京都の紅葉"


@pytest.mark.parametrize("shows", ["quote", "repost_of"])
def test_a_frame_tells_no_more_of_another_post_than_where_to_ask_for_it(shows: str) -> None:
    _, sender, delivery = world(socket("a1"))
    event = timeline("aiko")
    secret = EmbeddedPost(
        id="p0", author=PersonRef(id="c", handle="chie", name="Chie"), text="x", created_at=NOW
    )
    assert event.data.post
    post = event.data.post.model_copy(update={shows: secret})
    delivery.timeline(event.model_copy(update={"data": event.data.model_copy(update={"post": post})}))
    told = json.loads(sender.sent[0][1])["data"]["post"][shows]
    assert (told["id"], set(told)) == ("p0", {"id", "created_at"})


def test_the_same_fact_delivered_again_or_in_another_version_has_the_same_frame_id() -> None:
    _, sender, delivery = world(socket("a1"))
    event = timeline("aiko")
    delivery.timeline(event)
    delivery.timeline(event.model_copy(update={"type": "timeline.delivered.v2", "id": "2" * 32}))
    assert sender.sent[0] == sender.sent[1]


def test_a_removed_post_is_said_to_be_removed() -> None:
    _, sender, delivery = world(socket("a1"))
    delivery.timeline(timeline("aiko", removed=True))
    frame = json.loads(sender.sent[0][1])
    assert (frame["type"], frame["data"]) == ("timeline.removed", {"post_id": "p1"})


def test_a_notification_reaches_its_person_in_the_words_of_notifys_api() -> None:
    _, sender, delivery = world(socket("a1"), socket("b", "ben"))
    delivery.notification(notification("aiko"))
    assert sender.heard() == {"a1": 1}
    assert json.loads(sender.sent[0][1])["data"]["notification"] == {
        "id": "n1",
        "kind": "mention",
        "actor": {"id": "aiko", "handle": "aiko", "name": "愛子"},
        "post_id": "p1",
        "preview": "",
        "created_at": "2026-11-25T12:00:00Z",
    }


def test_a_message_reaches_its_audience_before_anyone_heard_of_the_channel() -> None:
    _, sender, delivery = world(socket("a1"), socket("b", "ben"), socket("c", "chie"))
    delivery.message(message("c1", "aiko", "ben"))
    assert sender.heard() == {"a1": 1, "b": 1}
    assert json.loads(sender.sent[0][1])["data"]["message"] == {
        "id": "m1",
        "channel_id": "c1",
        "author": {"id": "aiko", "handle": "aiko", "name": "愛子"},
        "text": "こんにちは",
        "sent_at": "2026-11-25T12:00:00Z",
    }


def test_a_message_is_not_heard_by_a_subscriber_outside_its_audience() -> None:
    chie = socket("c", "chie")
    store, sender, delivery = world(socket("a1"), chie)
    store.subscribe(["c1"], [chie])
    store.mark_complete("c1", "chie")
    delivery.message(message("c1", "aiko"))
    assert sender.heard() == {"a1": 1}


def test_a_gone_socket_is_closed_with_one_event_and_leaves_every_topic() -> None:
    gone = socket("gone")
    store, sender, delivery = world(gone, socket("a1"), present=["a1"])
    store.subscribe(["c1"], [gone])
    for _ in range(2):
        delivery.timeline(timeline("aiko"))
    assert sender.heard() == {"a1": 2}
    assert store.events == [("closed", "gone", gone.opened_at)]
    assert gone not in store.people["aiko"]
    assert gone not in store.topics["c1"]


def test_a_gone_socket_that_was_closed_half_way_leaves_the_topics_at_the_next_try() -> None:
    gone = socket("gone")
    store, _, delivery = world(gone, present=[])
    store.close(gone, NOW, NOW)
    delivery.timeline(timeline("aiko"))
    assert store.people["aiko"] == []
    assert len(store.events) == 1


def test_a_socket_that_is_still_opening_is_not_taken_for_gone_but_tried_again() -> None:
    store, sender, delivery = world(socket("new", opened_at=NOW - timedelta(seconds=9)), present=[])
    with pytest.raises(Undelivered):
        delivery.timeline(timeline("aiko"))
    assert store.events == []
    sender.present.add("new")
    delivery.timeline(timeline("aiko"))
    assert sender.heard() == {"new": 1}


def test_an_expired_socket_hears_nothing_more_and_is_closed() -> None:
    expired = socket("old", opened_at=NOW - timedelta(hours=2), lives=timedelta(hours=2))
    store, sender, delivery = world(expired)
    delivery.timeline(timeline("aiko"))
    assert (sender.sent, sender.hung_up) == ([], ["old"])
    assert store.events == [("closed", "old", expired.opened_at)]


def test_one_socket_that_fails_costs_the_others_nothing_and_is_tried_again() -> None:
    names = [f"s{number}" for number in range(40)]
    store, sender, delivery = world(*(socket(name) for name in names), broken=["s3"])
    with pytest.raises(Undelivered, match="1 of 40"):
        delivery.timeline(timeline("aiko"))
    assert len(sender.heard()) == 39
    assert store.events == []
