"""A request's trace goes on in the function that it reaches, and Lambda makes the function's segment.

API Gateway and Lambda take over the trace of the `X-Amzn-Trace-Id` header, with its sampling decision.
MiniStack gives each invocation a sampled trace of its own. AWS also samples some requests that don't ask
for it, as its sampling rules say; here only what asks is sampled. Of the segments that AWS makes itself
(gateway, service, function) only the function's is made.
"""

import json
import os
import secrets
import socket
import time
from typing import Any

from ministack.core import lambda_runtime

HEADER = "x-amzn-trace-id"
FORMAT = b'{"format": "json", "version": 1}\n'
"""What begins a packet to the X-Ray daemon."""


def apply() -> None:
    """Give each invocation of a traced function the trace of its request."""
    invoke = lambda_runtime.Worker.invoke

    def traced(self: Any, event: Any, request_id: str, *, trace_id: str | None = None, **more: Any) -> Any:
        if trace_id is None:  # its tracing is not active
            return invoke(self, event, request_id, **more)
        asked = _asked(event)
        if asked.get("Sampled") != "1" or "Root" not in asked:
            root = asked.get("Root") or trace_id.partition(";")[0].removeprefix("Root=")
            unsampled = f"Root={root};Parent={secrets.token_hex(8)};Sampled=0"
            return invoke(self, event, request_id, trace_id=unsampled, **more)
        segment = {
            "name": self.func_name,
            "id": secrets.token_hex(8),
            "trace_id": asked["Root"],
            "parent_id": asked.get("Parent"),
            "origin": "AWS::Lambda::Function",
            "start_time": time.time(),
        }
        header = f"Root={asked['Root']};Parent={segment['id']};Sampled=1"
        result = invoke(self, event, request_id, trace_id=header, **more)
        _send({**segment, "end_time": time.time(), "fault": result.get("status") != "ok"})
        return result

    lambda_runtime.Worker.invoke = traced


def _asked(event: Any) -> dict[str, str]:
    """Return the fields of the trace header of a REST API's request."""
    if not isinstance(event, dict) or "httpMethod" not in event:
        return {}
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    pairs = (part.split("=", 1) for part in headers.get(HEADER, "").split(";") if "=" in part)
    return {name.strip(): value.strip() for name, value in pairs}


def _send(segment: dict[str, Any]) -> None:
    host, _, port = os.environ.get("AWS_XRAY_DAEMON_ADDRESS", "").rpartition(":")
    if host:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
            out.sendto(FORMAT + json.dumps(segment).encode(), (host, int(port)))
