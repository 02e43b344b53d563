"""One trace from the request through stream, bus and queue: the X-Ray header an item and an event carry.

In Lambda the SDK's recorder can't continue the trace that a message carries, so a segment is built with
the SDK's model and sent by its emitter; both are imported only when a trace is sampled, since they cost
more to import than the rest of a function. The request itself needs no segment of ours: Lambda makes one
of each invocation and names it as the parent in the function's environment.
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

_carried: ContextVar[tuple[str, ...]] = ContextVar("carried_traces", default=())

TRACE_VARIABLE = "_X_AMZN_TRACE_ID"
"""Where Lambda puts the trace header of the running invocation."""

REASON_LIMIT = 1_000
"""Characters of an annotation that X-Ray takes."""


def current() -> str | None:
    """Return the trace header in force: the handled event's, else the invocation's own."""
    carried = _carried.get()
    return carried[0] if len(carried) == 1 else os.environ.get(TRACE_VARIABLE) or None


def ids() -> tuple[str, ...]:
    """Return the ids of the traces in force, each once: those of a batch, else the current one."""
    headers = _carried.get() or (current() or "",)
    return tuple(dict.fromkeys(root for header in headers if (root := _fields(header).get("Root"))))


def sampled(header: str | None) -> bool:
    """Tell whether X-Ray wants to hear of a trace."""
    if not header or "Sampled" not in header:  # as most are: not worth taking apart
        return False
    fields = _fields(header)
    return fields.get("Sampled") == "1" and "Root" in fields


class Span:
    """One hop of a trace, from its making to its end: a segment if the trace is sampled, else nothing.

    Parameters
    ----------
    name
        What runs, such as `search` or `relay:posts`.
    header
        An X-Ray trace header (`Root=…;Parent=…;Sampled=1`), or None where there is no trace.
    annotations
        What X-Ray finds the segment by.
    """

    def __init__(self, name: str, header: str | None, **annotations: str) -> None:
        self.header = header
        self._segment: Any = None
        if not sampled(header):
            return

        from aws_xray_sdk.core.models.segment import Segment

        fields = _fields(header)
        self._segment = Segment(name, traceid=fields["Root"], parent_id=fields.get("Parent"), sampled=True)
        for key, value in annotations.items():
            self._segment.put_annotation(key, value)
        self.header = f"Root={fields['Root']};Parent={self._segment.id};Sampled=1"

    def end(self, fault: str | None = None) -> None:
        """Send the segment, with what went wrong if something did; nothing if that was done before."""
        segment, self._segment = self._segment, None
        if segment is None:
            return

        from aws_xray_sdk.core import xray_recorder

        if fault:
            segment.add_fault_flag()
            segment.put_annotation("reason", fault[:REASON_LIMIT])
        segment.close(time.time())
        xray_recorder.emitter.send_entity(segment)


@contextmanager
def carrying(*headers: str | None) -> Iterator[None]:
    """Put traces in force for the block: of several, none is current, and log lines name them all."""
    token = _carried.set(tuple(header for header in headers if header))
    try:
        yield
    finally:
        _carried.reset(token)


@contextmanager
def continued(name: str, header: str | None, **annotations: str) -> Iterator[Span]:
    """Run the block as one hop of the trace that `header` names; see `Span` for the parameters."""
    span = Span(name, header, **annotations)
    try:
        with carrying(span.header):
            yield span
    except Exception as failure:
        span.end(f"{type(failure).__name__}: {failure}")
        raise
    finally:
        span.end()


def _fields(header: str | None) -> dict[str, str]:
    pairs = (part.split("=", 1) for part in (header or "").split(";") if "=" in part)
    return {key.strip(): value.strip() for key, value in pairs}
