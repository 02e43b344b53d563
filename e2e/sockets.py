"""A client's socket: a thread reads its frames, the story waits for the one it expects."""

import json
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from ulid import ULID
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from e2e.waiting import DEADLINE_SECONDS, eventually

Frame = dict[str, Any]


class Socket:
    """One open WebSocket and all that it has heard.

    Parameters
    ----------
    url
        With its ticket.
    """

    def __init__(self, url: str) -> None:
        self._open = ExitStack()
        # No pings of its own: a gateway that is busy is not gone.
        connection = connect(url, open_timeout=DEADLINE_SECONDS, ping_interval=None)
        self._connection = self._open.enter_context(connection)
        self.frames: list[Frame] = []
        self._heard = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        try:
            for text in self._connection:
                frame = {**json.loads(text), "_at": time.perf_counter()}
                with self._heard:
                    self.frames.append(frame)
                    self._heard.notify_all()
        except ConnectionClosed:
            pass

    @property
    def is_open(self) -> bool:
        """Whether it still hears."""
        return self._reader.is_alive()

    def send(self, text: str) -> None:
        """Send a frame as it is."""
        self._connection.send(text)

    def ping(self) -> Frame:
        """Send a ping and wait for its pong."""
        key = str(ULID())
        self.send(json.dumps({"type": "ping", "id": key, "data": {}}))
        return self.hears("pong", lambda frame: frame["id"] == key)

    def hears(
        self, kind: str, which: Callable[[Frame], bool] = lambda _: True, *, within: float = DEADLINE_SECONDS
    ) -> Frame:
        """Wait for a frame of a kind; return it."""

        def look() -> Frame | None:
            return next((frame for frame in self.frames if frame["type"] == kind and which(frame)), None)

        with self._heard:
            self._heard.wait_for(look, timeout=within)
        return eventually(look, f"a {kind} frame; heard {[frame['type'] for frame in self.frames]}", within=0)

    def close(self) -> None:
        """Close it as a client does that leaves."""
        self._open.close()
        self._reader.join(timeout=DEADLINE_SECONDS)
