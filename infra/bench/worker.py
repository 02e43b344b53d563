"""One service in a process of its own: runs its functions as Lambda does, and tells each request they made.

Started in the service's folder; says first which queue or stream each function reads, then reads
`{"function": …, "event": …}` lines and answers each with a line.
"""

import base64
import importlib
import io
import json
import logging
import os
import sys
from typing import Any

import boto3
from botocore.awsrequest import AWSResponse
from botocore.response import StreamingBody

FRAMES = "apigatewaymanagementapi"
"""Frames to sockets are answered here: nobody is connected, and no gateway would take them."""


class Recorder(logging.Handler):
    """Keeps every request to AWS and to the search engine, and what was answered."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.calls: list[dict[str, Any]] = []

    def install(self) -> None:
        """Listen to all clients that are made from now on."""
        boto3.setup_default_session()
        events = boto3.DEFAULT_SESSION.events
        events.register("before-parameter-build", self.asked)
        events.register("after-call", self.answered)
        events.register(f"before-send.{FRAMES}", _taken)
        # opensearch-py has no hook but its log: a line for the request, one for its body, one for the answer.
        engine = logging.getLogger("opensearch")
        engine.setLevel(logging.DEBUG)
        engine.addHandler(self)

    def asked(self, params: dict[str, Any], model: Any, context: dict[str, Any], **_: Any) -> None:
        """Keep what a client was asked for; let DynamoDB tell what it costs."""
        context["bench"] = dict(params)
        if model.service_model.service_name == "dynamodb":
            params["ReturnConsumedCapacity"] = "TOTAL"

    def answered(
        self, http_response: Any, parsed: dict[str, Any], model: Any, context: dict[str, Any], **_: Any
    ) -> None:
        """Keep what was answered; a body that the caller reads by itself is read for it."""
        if model.has_streaming_output:
            body = parsed["Body"].read()
            parsed["Body"] = StreamingBody(io.BytesIO(body), len(body))
        else:
            body = http_response.content
        self.calls.append(
            {
                "service": model.service_model.service_name,
                "operation": model.name,
                "params": context["bench"],
                "status": http_response.status_code,
                "headers": dict(http_response.headers),
                "body": base64.b64encode(body).decode(),
            }
        )

    def emit(self, record: logging.LogRecord) -> None:
        """Keep what opensearch-py logs."""
        match str(record.msg)[:1], record.args:
            case "%", (str(method), str(url), int(status), float()):
                call = {"service": "opensearch", "operation": method, "params": {"url": url}}
                self.calls.append({**call, "status": status, "headers": {}, "body": ""})
            case ">", (body,):
                self.calls[-1]["params"]["body"] = body
            case "<", (body,):
                self.calls[-1]["body"] = base64.b64encode(str(body).encode()).decode()

    def taken(self) -> list[dict[str, Any]]:
        """Return what was kept since the last time."""
        kept, self.calls = self.calls, []
        return kept


class _NoBody:
    def stream(self) -> list[bytes]:
        return []


def _taken(request: Any, **_: Any) -> AWSResponse:
    return AWSResponse(request.url, 200, {}, _NoBody())


def _text(value: Any) -> str:
    return base64.b64encode(value).decode() if isinstance(value, bytes) else str(value)


def main() -> None:
    """Serve until the input ends."""
    replies = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # Lambda's log is none of ours
    sys.path.insert(0, "")
    recorder = Recorder()
    recorder.install()
    app = importlib.import_module("app").app
    handlers = {**app.handler_map, "api_handler": app}
    reads = {
        kind: {one.name: getattr(one, kind) for one in app.event_sources if hasattr(one, kind)}
        for kind in ("stream_arn", "queue")
    }
    print(json.dumps(reads), file=replies, flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        answer = handlers[asked["function"]](asked["event"], None)
        reply = {"answer": answer, "calls": recorder.taken()}
        print(json.dumps(reply, default=_text), file=replies, flush=True)


if __name__ == "__main__":
    main()
