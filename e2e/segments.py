"""What the functions tell X-Ray: a listener in the daemon's place, and the tree of one trace."""

import json
import secrets
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from e2e.waiting import eventually

Segment = dict[str, Any]

Path = tuple[str, ...]
"""Names of segments, from the first to one that it led to."""

PACKET_BYTES = 65_535


@dataclass(frozen=True)
class Trace:
    """A trace that a client asks for, by a header on its request."""

    id: str = field(default_factory=lambda: f"1-{int(time.time()):08x}-{secrets.token_hex(12)}")
    client: str = field(default_factory=lambda: secrets.token_hex(8))

    @property
    def headers(self) -> dict[str, str]:
        """What to send with the request."""
        return {"X-Amzn-Trace-Id": f"Root={self.id};Parent={self.client};Sampled=1"}


class Segments:
    """The segments that were heard so far."""

    def __init__(self) -> None:
        self.heard: list[Segment] = []

    def of(self, trace: Trace) -> list[Segment]:
        """Return the segments of a trace, in the order of their beginning."""
        ours = [segment for segment in list(self.heard) if segment["trace_id"] == trace.id]
        return sorted(ours, key=lambda segment: float(segment["start_time"]))

    def paths(self, trace: Trace) -> list[Path]:
        """Return for each segment of a trace the way to it from the client; fail if a parent is missing."""
        known = {segment["id"]: segment for segment in self.of(trace)}

        def path(segment: Segment) -> Path:
            if segment["parent_id"] == trace.client:
                return (segment["name"],)
            return (*path(known[segment["parent_id"]]), segment["name"])

        return [path(segment) for segment in known.values()]

    def whole(self, trace: Trace, expected: set[Path]) -> list[Path]:
        """Wait until every expected segment is there with all that led to it; return all paths."""

        def look() -> list[Path] | None:
            known = {segment["id"] for segment in self.of(trace)} | {trace.client}
            if any(segment["parent_id"] not in known for segment in self.of(trace)):
                return None
            paths = self.paths(trace)
            return paths if expected <= set(paths) else None

        try:
            return eventually(look, f"all segments of {trace.id} are sent")
        except AssertionError as late:
            seen = [(one["name"], one["id"], one["parent_id"]) for one in self.of(trace)]
            raise AssertionError(f"{late}; seen: {seen}") from None


@contextmanager
def listening(address: str) -> Iterator[Segments]:
    """Listen where the functions send their segments."""
    host, _, port = address.rpartition(":")
    segments = Segments()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as daemon:
        daemon.bind((host, int(port)))
        ended = threading.Event()
        daemon.settimeout(0.1)

        def hear() -> None:
            while not ended.is_set():
                try:
                    packet = daemon.recv(PACKET_BYTES)
                except TimeoutError:
                    continue
                _, document = packet.decode().split("\n", 1)
                segments.heard.append(json.loads(document))

        thread = threading.Thread(target=hear)
        thread.start()
        try:
            yield segments
        finally:
            ended.set()
            thread.join()
