"""What the gateway refuses by itself (a bad token, an unknown path …) answered as problem details.

Chalice has no words for gateway responses, so they are added to the OpenAPI document that it imports.
Their templates can't look at Accept-Language: these titles are English, and clients go by `type`.
"""

import json
from typing import Any

from contracts.http import problems
from contracts.http.problems import TYPE_BASE, Kind

EXTENSION = "x-amazon-apigateway-gateway-responses"

RETRY_AFTER_SECONDS = 1
"""The gateway's bucket fills many times a second; a second later there is room again."""

TIMEOUT = Kind("timeout", 504, "This took too long; try again", "時間がかかりすぎました")

RESPONSES: dict[str, tuple[Kind, str]] = {
    "UNAUTHORIZED": (problems.UNAUTHORIZED, "Send a valid Cognito access token as the Authorization header."),
    "EXPIRED_TOKEN": (problems.UNAUTHORIZED, "The access token has expired; refresh it."),
    "ACCESS_DENIED": (problems.FORBIDDEN, "This token does not allow it."),
    # What AWS answers for a path or method that does not exist.
    "MISSING_AUTHENTICATION_TOKEN": (problems.NOT_FOUND, "There is no such route."),
    "BAD_REQUEST_BODY": (problems.MALFORMED, "The body can't be read."),
    "BAD_REQUEST_PARAMETERS": (problems.MALFORMED, "The parameters can't be read."),
    "REQUEST_TOO_LARGE": (problems.TOO_LARGE, "Send less."),
    "UNSUPPORTED_MEDIA_TYPE": (problems.MEDIA_TYPE_REFUSED, "Send application/json."),
    "THROTTLED": (problems.RATE_LIMITED, "Too many requests for now."),
    "QUOTA_EXCEEDED": (problems.RATE_LIMITED, "Too many requests for now."),
    "INTEGRATION_TIMEOUT": (TIMEOUT, ""),
    "DEFAULT_5XX": (problems.INTERNAL, ""),
}


def gateway_responses() -> dict[str, Any]:
    """Return the OpenAPI extension that makes problem details of the gateway's own answers."""
    return {name: _response(kind, detail) for name, (kind, detail) in RESPONSES.items()}


def install(session: Any) -> None:
    """Add them to every API document that a botocore session imports."""

    def imported(params: dict[str, Any], **_: Any) -> None:
        document = json.loads(params["body"])
        document[EXTENSION] = gateway_responses()
        params["body"] = json.dumps(document)

    session.register("provide-client-params.apigateway.ImportRestApi", imported)
    session.register("provide-client-params.apigateway.PutRestApi", imported)


def _response(kind: Kind, detail: str) -> dict[str, Any]:
    body = {"type": TYPE_BASE + kind.slug, "title": kind.en, "status": kind.status}
    if detail:
        body["detail"] = detail
    headers = {"Content-Type": problems.MEDIA_TYPE}
    if kind is problems.RATE_LIMITED:
        headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return {
        "statusCode": str(kind.status),
        "responseParameters": {
            f"gatewayresponse.header.{name}": f"'{text}'" for name, text in headers.items()
        },
        "responseTemplates": {"application/json": json.dumps(body)},
    }
