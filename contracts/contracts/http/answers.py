"""What leaves: a view's model, its version, or a problem, as HTTP responses."""

import json
from typing import Any

from chalice.app import Request, Response
from pydantic import BaseModel, ConfigDict

from contracts.http import problems
from contracts.http.problems import Problem
from contracts.http.versions import etag


class Text(Response):
    """An answer in text, as all of ours are: Chalice need not look whether it is to be sent in base64."""

    def to_dict(self, binary_types: list[str] | None = None) -> dict[str, Any]:  # noqa: ARG002 - Chalice's
        """Return what API Gateway takes."""
        return super().to_dict()


class Answer(BaseModel):
    """Base of the JSON bodies we answer."""

    model_config = ConfigDict(frozen=True, defer_build=True)


class Versioned(Answer):
    """Base of what can be changed: its `version` is the `ETag` that a change sends as `If-Match`."""

    version: int


def answered(result: BaseModel | None, status: int) -> Response:
    """Return what a view returned as a response."""
    if result is None:
        return Text(body="", status_code=204)
    headers = {"ETag": etag(result.version)} if isinstance(result, Versioned) else {}
    return Text(
        body=result.model_dump_json(),
        status_code=status,
        headers={**headers, "Content-Type": "application/json"},
    )


def problem_response(problem: Problem, request: Request) -> Response:
    """Return a problem as a response, in the reader's language."""
    language = problems.language_of(request.headers.get("accept-language"))
    return Text(
        body=json.dumps(problem.body(language), ensure_ascii=False),
        status_code=problem.kind.status,
        headers={**problem.headers, "Content-Type": problems.MEDIA_TYPE, "Content-Language": language},
    )
