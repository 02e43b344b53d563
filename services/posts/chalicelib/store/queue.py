"""The fan-out's own queue: one message a chunk."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from contracts.transport.consume import work_body

from chalicelib.fanout import Chunk
from chalicelib.model import PostId

CHUNK_WORK = "fanout.chunk"
"""Name of the work that a message holds."""


@dataclass(frozen=True)
class ChunkQueue:
    """Sends chunks.

    Parameters
    ----------
    sqs
        A boto3 SQS client.
    url
        The queue.
    """

    sqs: Any = field(repr=False)
    url: str

    def send(self, chunk: Chunk) -> None:
        """Let a chunk be served by another invocation."""
        detail = {"post": str(chunk.post), "recipients": chunk.recipients}
        self.sqs.send_message(QueueUrl=self.url, MessageBody=work_body(CHUNK_WORK, detail))


def receiving(serve: Callable[[Chunk], None]) -> Callable[[Mapping[str, Any]], None]:
    """Return a handler of messages that `send` sent."""

    def handle(detail: Mapping[str, Any]) -> None:
        serve(Chunk(PostId.parse(detail["post"]), tuple(detail["recipients"])))

    return handle
