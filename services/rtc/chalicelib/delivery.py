"""Delivery: what happened reaches the sockets of those it concerns.

A message goes by its channel's topic, one query for all who are connected. The topic is complete only
for members that `membership` has marked; the message itself says who may read it, so everybody in its
audience who is not marked is reached by their own topic, and nobody outside the audience is reached at
all. That is right in any order of message, membership and connection.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Protocol

from contracts.events.chat import MessageSentV1
from contracts.events.envelope import Event
from contracts.events.notify import NotificationCreatedV2
from contracts.events.posts import TimelineDeliveredV1
from contracts.transport import trace

from chalicelib import frames
from chalicelib.closing import Closing
from chalicelib.model import Socket
from chalicelib.sending import Gone, Sender

logger = logging.getLogger("hidoki.rtc")

SENDERS = 16
"""Frames that one event sends at the same time."""


class Undelivered(Exception):
    """Some sockets could not be reached now; the queue delivers the event again."""


@dataclass(frozen=True)
class Topic:
    """Who listens to a channel: the members whose sockets are all here, and the sockets."""

    members: frozenset[str]
    sockets: tuple[Socket, ...]


class Topics(Protocol):
    """Who listens."""

    def sockets_of(self, users: Sequence[str]) -> Sequence[Socket]:
        """Return the open sockets of people."""

    def channel(self, channel_id: str) -> Topic:
        """Return who listens to a channel."""


@dataclass(frozen=True)
class Delivery:
    """Sends events as frames, at least once; a frame has its event's id, by which clients know it again."""

    topics: Topics
    sender: Sender
    close: Closing
    clock: Callable[[], datetime]

    def timeline(self, event: Event[TimelineDeliveredV1]) -> None:
        """Tell people that a post has come into their timelines, or has left them."""
        self._deliver(frames.timeline(event), self.topics.sockets_of(event.data.recipients))

    def message(self, event: Event[MessageSentV1]) -> None:
        """Tell the audience of a message, its author's other sockets included."""
        audience = event.data.audience
        topic = self.topics.channel(event.data.channel_id)
        subscribed = [socket for socket in topic.sockets if socket.user_id in topic.members & {*audience}]
        others = [user for user in audience if user not in topic.members]
        self._deliver(frames.message(event), [*subscribed, *self.topics.sockets_of(others)])

    def notification(self, event: Event[NotificationCreatedV2]) -> None:
        """Tell a person of a notification."""
        self._deliver(frames.notification(event), self.topics.sockets_of([event.data.user_id]))

    def _deliver(self, frame: str, sockets: Sequence[Socket]) -> None:
        if not sockets:
            return
        with trace.continued("rtc:socket", trace.current()):
            failures = [failure for failure in self._each(partial(self._send, frame), sockets) if failure]
            logger.info("sent", extra={"sockets": len(sockets), "failed": len(failures)})
            if failures:
                raise Undelivered(f"{len(failures)} of {len(sockets)} sockets, such as: {failures[0]!r}")

    @staticmethod
    def _each(
        send: Callable[[Socket], Exception | None], sockets: Sequence[Socket]
    ) -> Iterable[Exception | None]:
        if len(sockets) < 2:
            return map(send, sockets)
        with ThreadPoolExecutor(min(SENDERS, len(sockets))) as pool:
            # A thread begins without the trace, and a socket that turns out to be gone is written down.
            sent = [pool.submit(copy_context().run, send, socket) for socket in sockets]
            return [one.result() for one in sent]

    def _send(self, frame: str, socket: Socket) -> Exception | None:
        """Reach one socket; one that fails must not keep the frame from the others."""
        try:
            self._reach(frame, socket)
        except Exception as failure:
            return failure
        return None

    def _reach(self, frame: str, socket: Socket) -> None:
        now = self.clock()
        if socket.expired(now):
            self.sender.hang_up(socket.address)
            self.close(socket, socket.opened_at, now)
            return
        try:
            self.sender.send(socket.address, frame)
        except Gone:
            if socket.may_be_opening(now):
                raise
            self.close(socket, socket.opened_at, now)
