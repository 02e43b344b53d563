"""Rtc on the simulated cloud, with a gateway whose clients come and go, beside services that it hears of."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from chalicelib.closing import Closing
from chalicelib.delivery import Delivery
from chalicelib.membership import Membership
from chalicelib.model import Address, Socket, Ticket, digest, last_alive
from chalicelib.opening import Opening
from chalicelib.outbox import outgoing
from chalicelib.store import sockets as sockets_module
from chalicelib.store import table as table_module
from chalicelib.store import tickets as tickets_module
from chalicelib.store.sockets import SocketTable
from chalicelib.store.tickets import TicketTable
from contracts.events.chat import MemberJoinedV1, MessageSentV1
from contracts.events.envelope import Event, EventData, event
from contracts.events.notify import NotificationCreatedV2
from contracts.events.posts import PersonRef, PostSnapshot, TimelineDeliveredV1
from contracts.events.registry import source
from contracts.transport.consume import QueueConsumer
from contracts.transport.relay import Relay
from memory_dynamodb import MemoryDynamo
from moments import Moments
from simulated_cloud import Cloud
from simulated_queue import MAX_RECEIVES
from tests.fakes import FakeSender, address

CONNECTIONS = "connections"
USERS = ("aiko", "ben", "chie")


class Gateway(FakeSender):
    """A gateway with a moment before and after each frame."""

    def __init__(self, moments: Moments) -> None:
        super().__init__()
        self.moments = moments

    def send(self, address: Address, frame: str) -> None:
        self.moments.around(lambda: super(Gateway, self).send(address, frame))


class InTurn(Delivery):
    """Sends the frames of an event one by one, so that a schedule is the same each time it is run."""

    @staticmethod
    def _each(
        send: Callable[[Socket], Exception | None], sockets: Sequence[Socket]
    ) -> Iterable[Exception | None]:
        return [send(socket) for socket in sockets]


@dataclass(frozen=True)
class Client:
    """Somebody who connected when so many events had been told."""

    user: str
    connected_at: int


class RtcWorld:
    """Rtc, its gateway, and what chat, posts and notify tell."""

    def __init__(self) -> None:
        self.cloud = cloud = Cloud()
        _running.append(cloud.dynamodb)
        self.table, self.gateway = SocketTable(), Gateway(cloud.moments)
        self.close = Closing(self.table)
        self.opening = Opening(TicketTable(), self.table, self.gateway, self.close)
        delivery = InTurn(self.table, self.gateway, self.close, cloud.clock)
        parking = cloud.parking(CONNECTIONS)
        cloud.relay(CONNECTIONS, Relay("rtc", outgoing, "bus", cloud, parking, pause=lambda _: None))
        self._consume(
            "rtc-delivery",
            {
                TimelineDeliveredV1: delivery.timeline,
                MessageSentV1: delivery.message,
                NotificationCreatedV2: delivery.notification,
            },
        )
        self._consume("rtc-members", {MemberJoinedV1: Membership(self.table).joined})
        self.clients: dict[str, Client] = {}
        self.opened = 0
        self.told: list[Event[Any]] = []
        self.members: dict[str, list[str]] = {}

    def connect(self, user: str) -> None:
        """Open a socket; until that is answered the gateway does not know it."""
        self.opened += 1
        now, name, secret = self.cloud.clock(), f"c{self.opened}", f"ticket {self.opened}"
        ticket = Ticket(user, now + timedelta(hours=2), now + timedelta(seconds=60))
        TicketTable().put(digest(secret), ticket)
        self.opening(secret, address(name), "ja", now)
        self.gateway.present.add(name)
        self.clients[name] = Client(user, len(self.told))

    def leave(self, user: str, told: bool) -> None:
        """Leave; the gateway may or may not tell of it."""
        there = [
            name for name, one in self.clients.items() if one.user == user and name in self.gateway.present
        ]
        if not there:
            return
        name = there[0]
        self.gateway.present.discard(name)
        speaker = self.table.speaker(name) if told else None
        if speaker:
            now = self.cloud.clock()
            self.close(speaker.socket, last_alive(speaker.socket.opened_at, 1000, now), now)

    def stumble(self, name: str) -> None:
        """Let the gateway fail for a connection, or no longer."""
        self.gateway.broken ^= {name}

    def join(self, user: str, channel: str) -> None:
        """Become a member of a channel, once."""
        if user not in self.members.setdefault(channel, []):
            self.members[channel].append(user)
            self._tell(MemberJoinedV1(channel_id=channel, user_id=user), f"member/{channel}/{user}")

    def message(self, channel: str) -> None:
        """Send a message to all who are in a channel."""
        if audience := self.members.get(channel):
            name = f"m{len(self.told)}"
            data = MessageSentV1(
                message_id=name,
                channel_id=channel,
                author=_person(audience[0]),
                text=f"{name} です",
                sent_at=self.cloud.clock(),
                audience=tuple(audience),
            )
            self._tell(data, f"message/{channel}/{name}")

    def post(self, *recipients: str) -> None:
        """Bring a post to timelines."""
        name, now = f"p{len(self.told)}", self.cloud.clock()
        post = PostSnapshot(id=name, author=_person("aiko"), text=name, created_at=now)
        data = TimelineDeliveredV1(post_id=name, author="aiko", recipients=recipients, post=post)
        self._tell(data, f"chunk/{name}/1/0")

    def notify(self, user: str) -> None:
        """Make a notification."""
        name = f"n{len(self.told)}"
        data = NotificationCreatedV2(
            notification_id=name,
            user_id=user,
            kind="follow",
            person=_person("ben"),
            created_at=self.cloud.clock(),
        )
        self._tell(data, f"notification/{name}")

    def mend(self) -> None:
        """Let the gateway reach every connection that is there."""
        self.gateway.broken.clear()

    def _tell(self, data: EventData, subject: str) -> None:
        one = event(data, source=source(data.TYPE), subject=subject, sequence=1, time=self.cloud.clock())
        self.told.append(one)
        self.cloud.emit(one)

    def _consume(self, name: str, handlers: Any) -> None:
        parking = self.cloud.parking(name)
        self.cloud.connect(name, QueueConsumer(name, handlers, parking, max_receives=MAX_RECEIVES))


_running: list[MemoryDynamo] = []


@contextmanager
def simulated_table() -> Iterator[None]:
    """Let the adapters, which find their client in their process, find the newest world's."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (table_module, sockets_module, tickets_module):
            patch.setattr(module, "dynamodb", lambda: _running[-1])
            patch.setattr(module, "table", lambda: CONNECTIONS)
        patch.setattr(table_module, "PAUSE_SECONDS", 0)
        yield
    _running.clear()


def _person(user: str) -> PersonRef:
    return PersonRef(id=user, handle=user, name=user.title())
