"""API Gateway in this process: a Chalice app as a WSGI application, called with a proxy's events."""

import base64
import binascii
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import parse_qs

from chalice.app import Chalice
from contracts.http import problems
from contracts.http.problems import Kind, Problem

Start = Callable[[str, list[tuple[str, str]]], object]


class Refused(Exception):
    """The gateway answers by itself: the function never hears of the request."""

    def __init__(self, kind: Kind) -> None:
        super().__init__(kind.slug)
        self.kind = kind


class Gateway:
    """What API Gateway does of its own: finds the route, lets tokens pass or not, and makes an event.

    Parameters
    ----------
    app
        Who gets the events.
    """

    def __init__(self, app: Chalice) -> None:
        self._app = app

    def __call__(self, environ: Mapping[str, Any], start: Start) -> Iterable[bytes]:
        """Answer one request."""
        try:
            answer = self._app(self._event(environ), _Context())
        except Refused as refused:
            body = json.dumps(Problem(refused.kind).body("en"))
            headers = {"Content-Type": problems.MEDIA_TYPE}
            answer = {"statusCode": refused.kind.status, "headers": headers, "body": body}
        body = answer["body"] or ""
        start(
            f"{answer['statusCode']} Answered",
            [(name, str(value)) for name, value in answer["headers"].items()],
        )
        return [body.encode()]

    def _event(self, environ: Mapping[str, Any]) -> dict[str, Any]:
        path = str(environ["REQUEST_URI"]).partition("?")[0]  # as it was sent: an escaped slash stays one
        query, method, headers = environ["QUERY_STRING"], environ["REQUEST_METHOD"], _headers(environ)
        resource, captured = self._found(method, path)
        context = {"httpMethod": method, "resourcePath": resource, "path": path, "requestId": "fuzz"}
        if self._app.routes[resource][method].authorizer:
            context["authorizer"] = {"claims": _claims(headers.get("authorization", ""))}
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        return {
            "requestContext": context,
            "headers": headers,
            "pathParameters": captured or None,
            "multiValueQueryStringParameters": parse_qs(query, keep_blank_values=True, errors="replace")
            or None,
            "stageVariables": None,
            "body": body.decode(errors="replace"),
            "isBase64Encoded": False,
        }

    def _found(self, method: str, path: str) -> tuple[str, dict[str, str]]:
        """Return the resource that serves a path, a literal part before a parameter, and its parameters."""
        parts = path.split("/")
        for resource in sorted(self._app.routes, key=lambda resource: resource.replace("{", "\U0010ffff")):
            wanted = resource.split("/")
            pairs = list(zip(wanted, parts, strict=False))
            if len(wanted) == len(parts) and all(
                want == part or (want[:1] == "{" and part) for want, part in pairs
            ):
                if method not in self._app.routes[resource]:
                    break
                return resource, {want[1:-1]: part for want, part in pairs if want[:1] == "{"}
        raise Refused(problems.NOT_FOUND)


def _fits(want: str, part: str) -> bool:
    return want == part or (want.startswith("{") and bool(part))


class _Context:
    """What Lambda tells a function of its run."""

    aws_request_id = function_name = "fuzz"
    memory_limit_in_mb = 128
    invoked_function_arn = "arn:aws:lambda:ap-northeast-1:000000000000:function:fuzz"


def _headers(environ: Mapping[str, Any]) -> dict[str, str]:
    sent = {name[5:]: value for name, value in environ.items() if name.startswith("HTTP_")}
    if environ.get("CONTENT_TYPE"):
        sent["CONTENT_TYPE"] = environ["CONTENT_TYPE"]
    return {name.replace("_", "-").lower(): value for name, value in sent.items()}


def _claims(authorization: str) -> dict[str, Any]:
    """Return what a token says; it passes if it can be read, since nobody here signs."""
    try:
        _, said, _ = authorization.removeprefix("Bearer ").split(".")
        claims = json.loads(base64.urlsafe_b64decode(said + "=" * (-len(said) % 4)))
        return dict(claims)
    except (ValueError, TypeError, binascii.Error):
        raise Refused(problems.UNAUTHORIZED) from None
