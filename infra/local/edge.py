"""One origin for the page: CloudFront for all of HTTP, the WebSocket API under `/ws`.

A browser can't resolve the names under which MiniStack serves a distribution, and its CloudFront has no
WebSocket, so this forwards the first with the right Host header and tunnels the second. On AWS a domain name
does it and the page speaks to the WebSocket API directly.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from typing import Any

import boto3
import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.frames import CloseCode

from infra.local.mends import close_codes
from infra.local.place import STAGE, Place

close_codes.apply()

type Message = MutableMapping[str, Any]
type Receive = Callable[[], Awaitable[Message]]
type Send = Callable[[Message], Awaitable[None]]

DOMAIN = f"/hidoki/{STAGE}/cdn/domain"
SOCKET = f"/hidoki/{STAGE}/websocket/url"
# How long an address is trusted: a redeploy may make a new one.
TRUSTED_SECONDS = 5.0
HOP_BY_HOP = frozenset(
    {
        b"connection", b"keep-alive", b"proxy-authenticate", b"proxy-authorization", b"te", b"trailer",
        b"transfer-encoding", b"upgrade", b"host",
    }
)  # fmt: skip
NOTHING_HERE = b"The page is not deployed yet: run `make up`.\n"

_place = Place.from_environment()
_client = httpx.AsyncClient(
    base_url=_place.endpoint,
    timeout=httpx.Timeout(60, connect=5),
    limits=httpx.Limits(max_connections=256, max_keepalive_connections=64),
    follow_redirects=False,
)
_addresses: dict[str, str] = {}
_read_at = float("-inf")


async def app(scope: Message, receive: Receive, send: Send) -> None:
    """Serve one request or one socket."""
    if scope["type"] == "websocket" and scope["path"] == "/ws":
        await _tunnel(scope, receive, send)
    elif scope["type"] == "http" and scope["path"] == "/_edge/health":
        await _answer(send, 200, b"ok\n")
    elif scope["type"] == "http":
        await _forward(scope, receive, send)


async def _forward(scope: Message, receive: Receive, send: Send) -> None:
    domain = (await _parameters()).get(DOMAIN)
    if not domain:
        await _answer(send, 503, NOTHING_HERE)
        return
    query = scope["query_string"].decode("latin-1")
    # The path as it was sent: an escaped slash must stay one.
    target = scope["raw_path"].decode("latin-1") + (f"?{query}" if query else "")
    headers = [(name, value) for name, value in scope["headers"] if name.lower() not in HOP_BY_HOP]
    request = _client.build_request(
        scope["method"],
        httpx.URL(_place.endpoint, raw_path=target.encode("latin-1")),
        headers=[*headers, (b"host", domain.encode())],
        content=_chunks(receive) if _has_body(headers) else None,
    )
    try:
        response = await _client.send(request, stream=True)
    except httpx.HTTPError as error:
        await _answer(send, 502, f"The local cloud does not answer: {type(error).__name__}\n".encode())
        return
    try:
        kept = [(name, value) for name, value in response.headers.raw if name.lower() not in HOP_BY_HOP]
        await send({"type": "http.response.start", "status": response.status_code, "headers": kept})
        async for chunk in response.aiter_raw():
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b""})
    finally:
        await response.aclose()


async def _tunnel(scope: Message, receive: Receive, send: Send) -> None:
    await receive()  # the client's wish to connect
    base = (await _parameters()).get(SOCKET)
    if not base:
        await send({"type": "websocket.close", "code": 1013})
        return
    query = scope["query_string"].decode("latin-1")
    try:
        upstream = await connect(f"{base}?{query}" if query else base, max_size=None, open_timeout=30)
    except (OSError, WebSocketException, TimeoutError):
        # Before the connection is accepted this is an HTTP 403, as API Gateway refuses a $connect.
        await send({"type": "websocket.close", "code": 1008})
        return
    await send({"type": "websocket.accept"})
    async with upstream:
        outward = asyncio.create_task(_to_cloud(receive, upstream))
        inward = asyncio.create_task(_to_browser(upstream, send))
        _done, pending = await asyncio.wait({outward, inward}, return_when=asyncio.FIRST_COMPLETED)
        for task in pending:
            task.cancel()
        await asyncio.gather(*pending, return_exceptions=True)


async def _to_cloud(receive: Receive, upstream: ClientConnection) -> None:
    while (message := await receive())["type"] == "websocket.receive":
        frame = message.get("text")
        try:
            await upstream.send(frame if frame is not None else message["bytes"])
        except ConnectionClosed:
            return
    # `$disconnect` hears how the browser left, as it would without an edge.
    if message["code"] == CloseCode.ABNORMAL_CLOSURE:
        upstream.transport.abort()
    elif message["code"] == CloseCode.NO_STATUS_RCVD:
        await upstream.close()
    else:
        await upstream.close(message["code"], message.get("reason", ""))


async def _to_browser(upstream: ClientConnection, send: Send) -> None:
    try:
        async for frame in upstream:
            await send({"type": "websocket.send", "text" if isinstance(frame, str) else "bytes": frame})
    except ConnectionClosed:
        pass
    await send({"type": "websocket.close", "code": upstream.close_code or 1001})


async def _parameters() -> dict[str, str]:
    """Return where the distribution and the WebSocket API are."""
    global _addresses, _read_at  # noqa: PLW0603 - one process, one cache
    if time.monotonic() - _read_at > TRUSTED_SECONDS:
        _addresses = await asyncio.to_thread(_read_parameters)
        _read_at = time.monotonic()
    return _addresses


def _read_parameters() -> dict[str, str]:
    answer = _ssm.get_parameters(Names=[DOMAIN, SOCKET])
    return {parameter["Name"]: parameter["Value"] for parameter in answer["Parameters"]}


_ssm = boto3.client("ssm", endpoint_url=_place.endpoint)


def _has_body(headers: list[tuple[bytes, bytes]]) -> bool:
    return any(name.lower() == b"content-length" and value != b"0" for name, value in headers)


async def _chunks(receive: Receive) -> AsyncIterator[bytes]:
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return
        yield message.get("body", b"")
        if not message.get("more_body"):
            return


async def _answer(send: Send, status: int, body: bytes) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
