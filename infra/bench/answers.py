"""An endpoint that answers at once: what the cloud answered when the same was asked before.

Functions are timed against it, ours and the bare calls alike, so that no figure depends on how fast an
emulator is. It also tells what it was asked, which is how the bare calls are made.
"""

import json
import re
import threading
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from infra.bench.ledger import Call
from infra.local.place import HOST

ENGINE = "/engine"
"""Path under which the search engine answers."""

MARK = "/mark"
"""Asked for between two runs of a function."""

_EXPIRY = re.compile(rb'("expires_at": ?\{"N": ?")\d+')
_NEVER = rb"\g<1>9999999999"
"""What is taken from the tape must be good however long the bench runs."""

_OBJECTS = {"GET": "GetObject", "PUT": "PutObject", "DELETE": "DeleteObject"}


@dataclass(frozen=True)
class Request:
    """One request as it came over the wire."""

    method: str
    path: str
    target: str
    body: bytes

    @property
    def text(self) -> str:
        """The body as JSON can carry it: as it is if it is JSON, else in base64."""
        plain = self.target or self.path.startswith(ENGINE)
        return self.body.decode() if plain else b64encode(self.body).decode()

    @property
    def operation(self) -> str:
        """What is asked for, as `Answers` keeps it."""
        if self.target:
            return self.target.rpartition(".")[2]
        if self.path.startswith(ENGINE):
            return f"opensearch.{self.method}"
        return "PostToConnection" if "/@connections/" in self.path else _OBJECTS[self.method]


@dataclass(frozen=True)
class Answer:
    """What is answered."""

    status: int = 200
    body: bytes = b""
    content_type: str = "application/x-amz-json-1.0"


class Answers:
    """What one service was answered, by operation and by the very request."""

    def __init__(self, calls: Iterable[Call]) -> None:
        self._exact: dict[tuple[str, str], Answer] = {}
        self._usual: dict[str, Answer] = {"PostToConnection": Answer()}
        for call in calls:
            if call["status"] < 300:
                engine = call["service"] == "opensearch"
                operation = f"opensearch.{call['operation']}" if engine else call["operation"]
                kind = "application/json" if engine else call["headers"].get("Content-Type", "")
                answer = Answer(call["status"], _EXPIRY.sub(_NEVER, b64decode(call["body"])), kind)
                self._usual[operation] = answer
                self._exact[operation, _canonical(call["params"])] = answer

    def to(self, request: Request) -> Answer:
        """Return the answer to the same request, or else to one of its kind."""
        asked = json.loads(request.body) if request.target else {}
        exact = self._exact.get((request.operation, _canonical(asked)))
        return exact or self._usual[request.operation]


@dataclass
class Endpoint:
    """The running server.

    Parameters
    ----------
    url
        Where it is.
    answers
        What it answers now.
    asked
        What it was asked, run by run.
    """

    url: str = ""
    answers: Answers = field(default_factory=lambda: Answers(()))
    asked: list[list[Request]] = field(default_factory=lambda: [[]])

    def environment(self) -> dict[str, str]:
        """Return what leads a function's requests here."""
        return {"AWS_ENDPOINT_URL": self.url, "SEARCH_ENDPOINT": self.url + ENGINE}

    def answer(self, request: Request) -> Answer:
        """Note a request and answer it."""
        if request.path == MARK:
            self.asked.append([])
            return Answer()
        self.asked[-1].append(request)
        return self.answers.to(request)


@contextmanager
def serving() -> Iterator[Endpoint]:
    """Run an endpoint."""
    endpoint = Endpoint()

    class Handler(_Handler):
        answering = endpoint

    server = ThreadingHTTPServer((HOST, 0), Handler)
    endpoint.url = f"http://{HOST}:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield endpoint
    finally:
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    answering: Endpoint

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        answer = self.answering.answer(
            Request(self.command, self.path, self.headers.get("X-Amz-Target", ""), body)
        )
        self.send_response_only(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)
        self.wfile.flush()

    do_GET = do_PUT = do_POST = do_DELETE = _serve  # noqa: N815

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def _canonical(params: Mapping[str, Any]) -> str:
    return json.dumps(params, sort_keys=True)
