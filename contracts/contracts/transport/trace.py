"""One trace from the request through stream, bus and queue: the X-Ray header an item and an event carry.

In Lambda the SDK's recorder can't continue the trace that a message carries, so a segment is built with
the SDK's model and sent by its emitter; both are imported only when a trace is sampled, since they cost
more to import than the rest of a function.
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_carried: ContextVar[str | None] = ContextVar("carried_trace", default=None)

TRACE_VARIABLE = "_X_AMZN_TRACE_ID"
"""Where Lambda puts the trace header of the running invocation."""


def current() -> str | None:
    """Return the trace header in force: the handled event's, else the invocation's own."""
    return _carried.get() or os.environ.get(TRACE_VARIABLE) or None


@contextmanager
def continued(name: str, header: str | None) -> Iterator[None]:
    """Run the block as one segment of the trace that `header` names.

    Parameters
    ----------
    name
        What runs, such as `search` or `relay:posts`.
    header
        An X-Ray trace header (`Root=…;Parent=…;Sampled=1`), or None for a block without a trace.
    """
    fields = _fields(header)
    if fields.get("Sampled") != "1" or "Root" not in fields:
        token = _carried.set(header)
        try:
            yield
        finally:
            _carried.reset(token)
        return

    from aws_xray_sdk.core import xray_recorder
    from aws_xray_sdk.core.models.segment import Segment

    segment = Segment(name, traceid=fields["Root"], parent_id=fields.get("Parent"), sampled=True)
    token = _carried.set(f"Root={fields['Root']};Parent={segment.id};Sampled=1")
    try:
        yield
    except Exception as failure:
        segment.add_exception(failure, [])
        raise
    finally:
        _carried.reset(token)
        segment.close(time.time())
        xray_recorder.emitter.send_entity(segment)


def _fields(header: str | None) -> dict[str, str]:
    pairs = (part.split("=", 1) for part in (header or "").split(";") if "=" in part)
    return {key.strip(): value.strip() for key, value in pairs}
