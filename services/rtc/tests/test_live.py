"""The deployed service on the local cloud: real sockets, real events, a real gateway that says 410."""

import json
import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import uuid4

import boto3
import httpx
import pytest
from chalicelib.model import Address, Socket, Ticket, digest, new_ticket
from chalicelib.store.sockets import SocketTable
from chalicelib.store.tickets import TicketTable
from contracts.events.chat import MemberJoinedV1, MessageSentV1
from contracts.events.notify import NotificationCreatedV2
from contracts.events.posts import PersonRef, PostSnapshot, TimelineDeliveredV1
from tests.clients import DEADLINE, Person, ask, eventually, hear, now, parameter, publish
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.http11 import Response
from websockets.sync.client import connect

pytestmark = pytest.mark.cloud

AUTHOR = PersonRef(id="author", handle="author", name="作者")


class Heard(Protocol):
    def __call__(self, user_id: str, *types: str) -> list[dict[str, Any]]:
        """Wait until the bus has carried just these types of events of a person; return the events."""


@pytest.fixture
def aiko() -> Person:
    return Person()


@pytest.fixture
def ben() -> Person:
    return Person()


@pytest.fixture
def heard() -> Iterator[Heard]:
    """What the bus carries of connections while the test runs."""
    name = f"rtc-test-{uuid4().hex[:12]}"
    events, sqs = boto3.client("events"), boto3.client("sqs")
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    allowed = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": arn,
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    bus = os.environ["BUS"]
    events.put_rule(Name=name, EventBusName=bus, EventPattern=json.dumps({"source": ["hidoki.rtc"]}))
    events.put_targets(Rule=name, EventBusName=bus, Targets=[{"Id": "queue", "Arn": arn}])
    seen: list[dict[str, Any]] = []

    def of(user_id: str, *types: str) -> list[dict[str, Any]]:
        def look() -> list[dict[str, Any]] | None:
            for message in sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
                seen.append(json.loads(message["Body"])["detail"])
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            found = [one for one in seen if one["data"]["user_id"] == user_id]
            return found if [one["type"] for one in found] == list(types) else None

        return eventually(look, f"the bus carries {types} of {user_id}")

    yield of
    events.remove_targets(Rule=name, EventBusName=bus, Ids=["queue"])
    events.delete_rule(Name=name, EventBusName=bus)
    sqs.delete_queue(QueueUrl=url)


def refused(secret: str) -> Response:
    with pytest.raises(InvalidStatus) as refusal:
        connect(f"{parameter('websocket/url')}?ticket={secret}", open_timeout=DEADLINE)
    return refusal.value.response


def test_a_socket_opens_answers_a_ping_and_says_so_on_the_bus(aiko: Person, heard: Heard) -> None:
    answer = aiko.ticket()
    assert answer.status_code == 201
    left = datetime.fromisoformat(answer.json()["expires_at"]) - now()
    assert timedelta(seconds=50) < left <= timedelta(seconds=60)
    with connect(answer.json()["url"], open_timeout=DEADLINE) as socket:
        assert ask(socket)["type"] == "pong"
        (opened,) = heard(aiko.id, "connection.opened.v1")
        assert opened["subject"] == f"connection/{opened['data']['connection_id']}"
        assert datetime.fromisoformat(opened["data"]["expires_at"]) <= now() + timedelta(hours=1)
        before = now()
    _, closed = heard(aiko.id, "connection.opened.v1", "connection.closed.v1")
    assert (closed["subject"], closed["sequence"]) == (opened["subject"], 2)
    assert before <= datetime.fromisoformat(closed["data"]["last_alive_at"]) <= now()


@pytest.mark.parametrize("token", ["", "nonsense", "a.b.c"])
def test_a_ticket_is_for_nobody_with_a_bad_token(aiko: Person, token: str) -> None:
    answer = httpx.post(
        f"{parameter('api/rtc/url')}/v1/sockets", headers={"Authorization": token} if token else {}
    )
    assert answer.status_code == 401


def test_an_id_token_gets_no_ticket(aiko: Person) -> None:
    assert aiko.ticket(aiko.id_token).status_code == 401


def test_a_ticket_that_was_used_is_refused(aiko: Person) -> None:
    url = aiko.ticket().json()["url"]
    with connect(url, open_timeout=DEADLINE) as socket:
        assert ask(socket)["type"] == "pong"
    assert refused(url.rpartition("=")[2]).status_code == 403


def test_a_forged_ticket_and_none_are_refused() -> None:
    for secret in (new_ticket(), "", "x" * 500):
        assert refused(secret).status_code == 403


def test_an_expired_ticket_is_refused(aiko: Person) -> None:
    secret = new_ticket()
    TicketTable().put(digest(secret), Ticket(aiko.id, now() + timedelta(hours=1), now()))
    assert refused(secret).status_code == 403


def test_a_token_instead_of_a_ticket_is_refused(aiko: Person) -> None:
    assert refused(aiko.token).status_code == 403


def test_bad_frames_are_answered_with_problems_and_the_socket_lives_on(aiko: Person) -> None:
    with aiko.connect() as socket:
        for text, slug in [("{", "malformed"), ("[]", "invalid"), (" " * 32_769, "too-large")]:
            socket.send(text)
            problem = hear(socket, lambda frame: frame["type"] == "error")["data"]["problem"]
            assert problem["type"] == f"urn:hidoki:problem:{slug}"
        assert ask(socket, "shout")["data"]["problem"]["type"] == "urn:hidoki:problem:unknown-frame"
        assert ask(socket)["type"] == "pong"


def test_a_socket_is_closed_when_its_token_expires(aiko: Person, heard: Heard) -> None:
    secret, soon, later = new_ticket(), now() + timedelta(seconds=4), now() + timedelta(seconds=60)
    TicketTable().put(digest(secret), Ticket(aiko.id, soon, later))
    with connect(f"{parameter('websocket/url')}?ticket={secret}", open_timeout=DEADLINE) as socket:
        assert ask(socket)["type"] == "pong"
        eventually(lambda: now() > soon, "the token has expired")
        socket.send(json.dumps({"type": "ping", "id": "late"}))
        problem = hear(socket, lambda frame: frame["type"] == "error")["data"]["problem"]
        assert problem["type"] == "urn:hidoki:problem:socket-expired"
        with pytest.raises(ConnectionClosed):
            socket.recv(timeout=DEADLINE)
    heard(aiko.id, "connection.opened.v1", "connection.closed.v1")


def test_posts_messages_and_notifications_reach_the_right_sockets(aiko: Person, ben: Person) -> None:
    post, channel = f"p{uuid4().hex}", f"c{uuid4().hex}"
    with aiko.connect() as first, aiko.connect() as second, ben.connect() as bens:
        for socket in (first, second, bens):
            ask(socket)
        snapshot = PostSnapshot(id=post, author=AUTHOR, text="京都の紅葉", created_at=now())
        delivered = TimelineDeliveredV1(post_id=post, author="author", recipients=(ben.id,), post=snapshot)
        sent = publish(delivered, "posts", f"chunk/{post}/1/0")
        frame = hear(bens, lambda frame: frame["type"] == "timeline.post")
        assert (frame["id"], frame["data"]["post"]["id"]) == (sent.id, post)

        removed = TimelineDeliveredV1(post_id=post, author="author", recipients=(ben.id,))
        publish(removed, "posts", f"chunk/{post}/2/0", sequence=2)
        assert hear(bens, lambda frame: frame["type"] == "timeline.removed")["data"] == {"post_id": post}

        def say(message_id: str, text: str) -> None:
            message = MessageSentV1(
                message_id=message_id,
                channel_id=channel,
                author=AUTHOR,
                text=text,
                sent_at=now(),
                audience=(aiko.id, ben.id),
            )
            publish(message, "chat", f"message/{channel}/{message_id}")

        def all_hear(text: str) -> None:
            for socket in (first, second, bens):
                hear(socket, lambda frame: frame["data"].get("message", {}).get("text") == text)

        say("m1", "before anyone joined")
        all_hear("before anyone joined")
        for person in (aiko, ben):
            joined = MemberJoinedV1(channel_id=channel, user_id=person.id)
            publish(joined, "chat", f"member/{channel}/{person.id}")
        topics = SocketTable()
        eventually(lambda: topics.channel(channel).members == {aiko.id, ben.id}, "both are members")
        assert len(topics.channel(channel).sockets) >= 3
        say("m2", "after both joined")
        all_hear("after both joined")

        notified = NotificationCreatedV2(
            notification_id=f"n{post}", user_id=aiko.id, kind="follow", person=AUTHOR, created_at=now()
        )
        publish(notified, "notify", f"notification/n{post}")
        for socket in (first, second):
            frame = hear(socket, lambda frame: frame["type"] == "notification")
            assert frame["data"]["notification"]["actor"]["handle"] == "author"
        assert ask(bens)["type"] == "pong", "Ben heard nothing in between that was not his"
    eventually(lambda: not topics.channel(channel).sockets, "closed sockets have left the channel")


def test_a_gone_socket_is_removed_when_the_gateway_says_410(ben: Person, heard: Heard) -> None:
    sockets, channel = SocketTable(), f"c{uuid4().hex}"
    opened_at = now().replace(microsecond=0) - timedelta(minutes=1)
    gone = Socket(
        Address(parameter("websocket/management-url"), uuid4().hex[:16]),
        ben.id,
        opened_at,
        opened_at + timedelta(hours=1),
    )
    sockets.join(gone)
    sockets.subscribe([channel], [gone])
    sockets.open(gone, "ja", opened_at)
    heard(ben.id, "connection.opened.v1")
    notified = NotificationCreatedV2(
        notification_id=uuid4().hex, user_id=ben.id, kind="follow", person=AUTHOR, created_at=now()
    )
    publish(notified, "notify", f"notification/{notified.notification_id}")
    _, closed = heard(ben.id, "connection.opened.v1", "connection.closed.v1")
    assert datetime.fromisoformat(closed["data"]["last_alive_at"]) == opened_at
    eventually(lambda: gone not in sockets.sockets_of([ben.id]), "the person's topic is rid of it")
    eventually(lambda: not sockets.channel(channel).sockets, "the channel's topic is rid of it")
