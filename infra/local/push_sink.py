"""The push sink stands in for the phones: it keeps what the local push adapter delivers.

`POST /push` with `{token, platform, title, body, data, collapse_key}` keeps a notification;
`GET /push?token=` returns those of one device, oldest first. Kept in memory, the newest ten thousand.
"""

import json
from collections import deque
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import parse_qs

type Message = MutableMapping[str, Any]
type Receive = Callable[[], Awaitable[Message]]
type Send = Callable[[Message], Awaitable[None]]

LARGEST = 64 * 1024
_kept: deque[dict[str, Any]] = deque(maxlen=10_000)


async def app(scope: Message, receive: Receive, send: Send) -> None:
    """Serve one request."""
    if scope["type"] != "http":
        return
    match scope["method"], scope["path"]:
        case "POST", "/push":
            status, answer = _keep(await _body(receive))
        case "GET", "/push":
            token = parse_qs(scope["query_string"].decode()).get("token", [""])[0]
            status, answer = 200, [push for push in _kept if push["token"] == token]
        case _:
            status, answer = 404, {"error": "only /push is here"}
    payload = json.dumps(answer, ensure_ascii=False).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(payload)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": payload})


def _keep(body: bytes) -> tuple[int, Any]:
    if len(body) > LARGEST:
        return 413, {"error": "larger than any phone takes"}
    try:
        push = json.loads(body)
    except ValueError:
        return 400, {"error": "not JSON"}
    if not isinstance(push, dict) or not isinstance(push.get("token"), str):
        return 400, {"error": "an object with a token is expected"}
    _kept.append(push)
    return 202, {"kept": True}


async def _body(receive: Receive) -> bytes:
    body: bytes = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body") or len(body) > LARGEST:
            return body
