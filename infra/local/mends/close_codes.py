"""A socket's `$disconnect` is told the code and the reason that the client closed with.

Hypercorn, under MiniStack and under the edge, reports every close as 1006, a broken connection.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from hypercorn.protocol.ws_stream import WSStream
from wsproto.connection import ConnectionState
from wsproto.events import CloseConnection
from wsproto.events import Event as SocketEvent

Put = Callable[[Any], Awaitable[None]]


def apply() -> None:
    """Note what the client says as its goodbye is answered; say so when the connection ends."""
    answer = WSStream._send_wsproto_event

    async def note_and_answer(self: WSStream, event: SocketEvent) -> None:
        by_client = self.connection.state is ConnectionState.REMOTE_CLOSING
        if by_client and isinstance(event, CloseConnection) and self.app_put:
            self.app_put = _ending_with(event, self.app_put)
        await answer(self, event)

    WSStream._send_wsproto_event = note_and_answer  # type: ignore[method-assign]


def _ending_with(goodbye: CloseConnection, put: Put) -> Put:
    async def put_with_goodbye(message: Mapping[str, Any]) -> None:
        if message["type"] == "websocket.disconnect":
            message = {**message, "code": int(goodbye.code), "reason": goodbye.reason or ""}
        await put(message)

    return put_with_goodbye
