"""Every stream has a reader of its own, and what arrives is taken at once.

MiniStack invokes the functions of all streams one after another on the thread that also looks at the queues:
a cold or slow one holds up every other stream and every queue. After a look that found nothing it rests for
50 ms besides. On AWS mappings know nothing of each other.
"""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from typing import Any

from ministack.core.arn import parse_arn
from ministack.services import dynamodb, lambda_svc

type Mapping = tuple[str, str, dict[str, Any]]

_only: ContextVar[str] = ContextVar("mapping that this thread reads for", default="")


def apply() -> None:
    """Read each stream on a thread of its own, one batch at a time."""
    readers = _Readers(lambda_svc._iter_all_esms, lambda_svc._poll_dynamodb_streams)
    lambda_svc._iter_all_esms = readers.mappings
    lambda_svc._poll_dynamodb_streams = readers.start
    lambda_svc._ESM_IDLE_WAKE_GAP_SECONDS = 0


class _Readers:
    def __init__(self, mappings: Callable[[], Iterator[Mapping]], read: Callable[[], bool]) -> None:
        self._mappings, self._read = mappings, read
        self._busy: set[str] = set()
        self._lock = threading.Lock()
        self._threads = ThreadPoolExecutor(32, thread_name_prefix="stream-reader")

    def mappings(self) -> Iterator[Mapping]:
        """Yield all mappings, or on a reader's thread its own."""
        only = _only.get()
        return (mapping for mapping in self._mappings() if not only or mapping[2]["UUID"] == only)

    def start(self) -> bool:
        """Set a reader to work for each mapping that has something to read and none at work."""
        for account, region, mapping in self._mappings():
            if not _has_unread(account, region, mapping):
                continue
            with self._lock:
                if mapping["UUID"] in self._busy:
                    continue
                self._busy.add(mapping["UUID"])
            self._threads.submit(self._read_one, mapping["UUID"])
        return False  # a reader that got on wakes the loop itself

    def _read_one(self, mapping: str) -> None:
        _only.set(mapping)
        advanced = False
        try:
            advanced = self._read()
        finally:
            with self._lock:
                self._busy.discard(mapping)
            if advanced:
                lambda_svc._esm_wake.set()


def _has_unread(account: str, region: str, mapping: dict[str, Any]) -> bool:
    source = mapping.get("EventSourceArn", "")
    if ":dynamodb:" not in source or not mapping.get("Enabled", True):
        return False
    table = parse_arn(source).resource.split("/")[1]
    end: int = dynamodb.stream_end_position(table, account_id=account, region=region)
    read = lambda_svc._dynamodb_stream_positions._data.get((account, region, mapping["UUID"]))
    return read is None or read < end
