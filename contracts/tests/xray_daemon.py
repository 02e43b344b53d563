"""An X-Ray daemon for tests: a UDP socket that hears the segments of this process or of a child."""

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

SECONDS = 10
PACKET_BYTES = 65_535


class Daemon:
    """Hears segments.

    Parameters
    ----------
    listening
        A bound UDP socket.
    """

    def __init__(self, listening: socket.socket) -> None:
        self._listening = listening
        self.address = f"127.0.0.1:{listening.getsockname()[1]}"

    def segment(self) -> dict[str, Any]:
        """Wait for the next segment."""
        _, document = self._listening.recv(PACKET_BYTES).decode().split("\n", 1)
        return dict(json.loads(document))


@contextmanager
def listening() -> Iterator[Daemon]:
    """Run a daemon to which this process sends its segments."""
    from aws_xray_sdk.core import xray_recorder

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as bound:
        bound.bind(("127.0.0.1", 0))
        bound.settimeout(SECONDS)
        daemon = Daemon(bound)
        xray_recorder.emitter.set_daemon_address(daemon.address)
        yield daemon
