"""Someone who uses the services of an arena: requests as API Gateway hands them on, and uploads to S3."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx
from contracts.http.budgets import TRUSTED
from contracts.http.versions import etag
from ulid import ULID

from infra.bench.system import Refused, System

SOCKETS = {"domainName": "sockets", "stage": "v1", "apiId": "bench"}
"""The WebSocket API as a request context names it."""

SESSION_SECONDS = 3_600


@dataclass(frozen=True)
class Person:
    """Someone who is signed in."""

    system: System
    handle: str
    id: str = field(default_factory=lambda: str(uuid4()))

    @classmethod
    def join(cls, system: System, handle: str, name: str) -> "Person":
        """Make their profile."""
        person = cls(system, handle)
        person.ask("posts", "PUT", "/v1/profiles/me", {"handle": handle, "name": name})
        return person

    def ask(
        self,
        service: str,
        method: str,
        route: str,
        body: Any = None,
        query: Any = None,
        *,
        seen: int | None = None,
        **path: str,
    ) -> Any:
        """Send one request that must be answered well, for the version that was seen; return the answer."""
        event = self._request(method, route, body, query, path)
        if seen is not None:
            event["headers"]["if-match"] = etag(seen)
        answer = self.system.run(service, "api_handler", event)
        if answer["statusCode"] >= 300:
            raise Refused(f"{method} {route}: {answer['statusCode']} {answer['body']}")
        return json.loads(answer["body"] or "null")

    def post(self, text: str, **more: Any) -> str:
        """Publish a post; return its id."""
        return str(self.ask("posts", "POST", "/v1/posts", {"text": text, **more})["id"])

    def follow(self, other: "Person") -> None:
        """Follow someone."""
        self.ask("posts", "PUT", "/v1/profiles/{person}/follow", person=other.id)

    def send_to_bucket(self, form: Mapping[str, Any], file: bytes) -> None:
        """POST a file as the form asks, which is the browser's business, and announce it as S3 does."""
        sent = httpx.post(form["url"], data=form["fields"], files={"file": file})
        if sent.is_error:
            raise Refused(f"upload: {sent.status_code} {sent.text}")
        key = form["fields"]["key"]
        bucket = {"name": self.system.arena.variables["MEDIA_BUCKET"]}
        self.system.run("media", "take_in", {"Records": [{"s3": {"bucket": bucket, "object": {"key": key}}}]})

    def connect(self, ticket_url: str) -> str:
        """Open a socket; return the id of the connection."""
        connection, query = uuid4().hex, {"ticket": ticket_url.rpartition("=")[2]}
        answer = self._socket(connection, "connect", queryStringParameters=query)
        if answer["statusCode"] != 200:
            raise Refused(f"the socket was refused: {answer}")
        return connection

    def say(self, connection: str, frame: Mapping[str, Any]) -> None:
        """Send a frame."""
        self._socket(connection, "message", body=json.dumps(frame))

    def disconnect(self, connection: str) -> None:
        """Close a socket."""
        self._socket(connection, "disconnect", disconnectStatusCode=1000)

    def _socket(self, connection: str, what: str, **more: Any) -> Any:
        route = "$default" if what == "message" else f"${what}"
        context = SOCKETS | {"routeKey": route, "connectionId": connection} | more
        event = {"requestContext": context, "headers": {}, "body": "", **more}
        return self.system.run("rtc", f"websocket_{what}", event)

    def _request(
        self, method: str, route: str, body: Any, query: Any, path: Mapping[str, str]
    ) -> dict[str, Any]:
        claims = {
            "sub": self.id,
            "token_use": "access",
            "client_id": self.system.arena.variables["CLIENT_ID"],
            "cognito:groups": TRUSTED,
            "exp": str(int(time.time()) + SESSION_SECONDS),
        }
        context = {
            "httpMethod": method,
            "resourcePath": route,
            "requestId": uuid4().hex,
            "authorizer": {"claims": claims},
        }
        headers = {"content-type": "application/json"}
        if method == "POST":
            headers["idempotency-key"] = str(ULID())
        if method == "PUT":
            headers["if-match"] = "*"
        return {
            "resource": route,
            "path": route.format(**path),
            "httpMethod": method,
            "headers": headers,
            "multiValueQueryStringParameters": {name: [str(value)] for name, value in (query or {}).items()},
            "pathParameters": dict(path),
            "stageVariables": None,
            "requestContext": context,
            "body": json.dumps(body, ensure_ascii=False) if body is not None else None,
            "isBase64Encoded": False,
        }
