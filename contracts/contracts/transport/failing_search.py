"""How calls to the search engine fail under `faults`: a wrapper of opensearch-py's connection."""

import json
import os
from collections.abc import Callable
from typing import Any

from contracts.transport.faults import Chance, Fault, Journal

INJECTED = "injected by the fault run"
REFUSED = {"status": 429, "error": {"type": "es_rejected_execution_exception", "reason": INJECTED}}

Perform = Callable[..., Any]


def failing(perform: Perform, chance: Chance, journal: Journal) -> Perform:
    """Return `Urllib3HttpConnection.perform_request` with faults."""
    from opensearchpy.exceptions import ConnectionError as NoConnection
    from opensearchpy.exceptions import ConnectionTimeout, TransportError

    def attempt(
        connection: Any, method: str, url: str, params: Any = None, body: Any = None, **options: Any
    ) -> Any:
        operation = f"opensearch.{url.rstrip('/').rpartition('/')[2]}"
        fault = chance.attempt()
        journal.attempt(operation, fault)
        match fault:
            case Fault.THROTTLED:
                raise TransportError(429, "rejected_execution_exception", INJECTED)
            case Fault.BROKEN:
                raise TransportError(503, "unavailable", INJECTED)
            case Fault.UNREACHABLE:
                raise NoConnection("N/A", INJECTED, OSError(INJECTED))
            case Fault.LOST:
                perform(connection, method, url, params, body, **options)
                raise ConnectionTimeout("TIMEOUT", INJECTED, TimeoutError(INJECTED))
            case Fault.CRASH:
                os._exit(1)
        if not operation.endswith("._bulk"):
            return perform(connection, method, url, params, body, **options)
        kept, refused = _held_back(body, chance)
        status, headers, answer = perform(connection, method, url, params, kept, **options)
        if refused:
            journal.partial(operation)
            answer = _with_refused(answer, refused)
        return status, headers, answer

    return attempt


def _held_back(body: bytes | str, chance: Chance) -> tuple[bytes, frozenset[int]]:
    """Take some pairs of lines (what to do, with what) out of a bulk."""
    text = body.encode() if isinstance(body, str) else body
    lines = text.splitlines()
    refused = chance.refused(len(lines) // 2)
    kept = [line for place, line in enumerate(lines) if place // 2 not in refused]
    return b"\n".join(kept) + b"\n", refused


def _with_refused(answer: str, refused: frozenset[int]) -> str:
    told = json.loads(answer)
    for place in sorted(refused):
        told["items"].insert(place, {"index": REFUSED})
    return json.dumps({**told, "errors": True})
