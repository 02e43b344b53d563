"""The service's own work in its queues: a message a chunk of the fan-out, one for the rest of a long work."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from contracts.transport.own_queue import OwnQueue

from chalicelib.fanout import Chunk
from chalicelib.model import PostId

CHUNK_WORK = "fanout.chunk"
"""Name of the work that a message holds."""


@dataclass(frozen=True)
class ChunkQueue:
    """Sends chunks.

    Parameters
    ----------
    queue
        The consumer's own.
    """

    queue: OwnQueue

    def send(self, chunk: Chunk) -> None:
        """Let a chunk be served by another invocation."""
        detail = {"post": str(chunk.post), "recipients": chunk.recipients}
        self.queue.send(CHUNK_WORK, detail)


def receiving(serve: Callable[[Chunk], None]) -> Callable[[Mapping[str, Any]], None]:
    """Return a handler of messages that `send` sent."""

    def handle(detail: Mapping[str, Any]) -> None:
        serve(Chunk(PostId.parse(detail["post"]), tuple(detail["recipients"])))

    return handle


LOSSES_WORK = "losses.rest"
"""Name of the work of taking a deleted post out of the rest of what shows it."""


@dataclass(frozen=True)
class LossesQueue:
    """Lets another run go on with what shows a deleted post.

    Parameters
    ----------
    queue
        The consumer's own.
    """

    queue: OwnQueue

    def send(self, other: PostId, after: str) -> None:
        """Let another run go on where one has come to."""
        detail = {"post": str(other), "after": after}
        self.queue.send(LOSSES_WORK, detail)


def going_on(went: Callable[[PostId, str], None]) -> Callable[[Mapping[str, Any]], None]:
    """Return a handler of messages that `LossesQueue` sent."""

    def handle(detail: Mapping[str, Any]) -> None:
        went(PostId.parse(detail["post"]), detail["after"])

    return handle
