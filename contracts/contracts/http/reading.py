"""What comes in: a request's person, path, query, headers and body as a view's arguments, or a problem."""

import json
import os
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, NoReturn

from chalice.app import Request
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
)

from contracts.http import idempotency, problems, versions
from contracts.http.cursors import CURSOR_LIMIT
from contracts.http.idempotency import Idempotency
from contracts.http.identity import Identity, identify
from contracts.http.problems import Problem
from contracts.http.versions import IfMatch

BODY_LIMIT = 65_536
"""Bytes of a JSON body. API Gateway allows 10 MB; no body of ours needs more than this."""

PAGE_LIMIT = 50
"""Items of a page at most."""

_RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", re.IGNORECASE | re.ASCII)


class Body(BaseModel):
    """Base of the JSON bodies a client sends: unknown fields are refused, since a typo must not pass."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


def example(**fields: Any) -> ConfigDict:
    """Return what gives a body an example in the OpenAPI document."""
    return ConfigDict(json_schema_extra={"examples": [fields]})


class Query(BaseModel):
    """Base of the query strings a client sends."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


def _written_in_full(value: Any) -> Any:
    """Refuse what would be taken for seconds since 1970, and a day for its midnight."""
    if isinstance(value, datetime):
        return value
    if not isinstance(value, str) or not _RFC_3339.fullmatch(value):
        raise ValueError("Write a time as RFC 3339 does, such as 2026-11-24T12:00:00Z")
    return datetime.fromisoformat(value.upper())


def _in_utc(time: datetime) -> datetime:
    try:
        return time.astimezone(UTC)
    except OverflowError:
        raise ValueError("Name a time of the years 1 to 9999, in UTC, too") from None


Moment = Annotated[AwareDatetime, BeforeValidator(_written_in_full), AfterValidator(_in_utc)]
"""A time that a client names, in UTC."""


class Page(Query):
    """Which part of a list to answer."""

    cursor: str | None = Field(None, max_length=CURSOR_LIMIT, description="`next` of the page before")
    limit: int = Field(20, ge=1, le=PAGE_LIMIT, description="Items to answer at most")


def arguments(request: Request, parameters: Mapping[str, type], path: Mapping[str, str]) -> dict[str, Any]:
    """Return what a view is called with.

    Parameters
    ----------
    request
        What came in.
    parameters
        The view's parameters and their annotations.
    path
        The path parameters, as they stood in the path.

    Raises
    ------
    Problem
        400, 401, 413, 422 or 428.
    """
    read: dict[str, Any] = {}
    query = dict(_query(request))
    for name, kind in parameters.items():
        if kind is Identity:
            read[name] = identity(request)
        elif kind is Idempotency:
            read[name] = idempotency.read(request.headers.get("idempotency-key"), _raw_body(request))
        elif kind is IfMatch:
            read[name] = versions.read(request.headers.get("if-match"))
        elif issubclass(kind, Body):
            read[name] = _body(kind, _raw_body(request))
        elif issubclass(kind, Query):
            read[name], query = validated(kind, query), {}
        else:
            from urllib.parse import unquote

            read[name] = unquote(path[name])
    if query:  # as for a body, a typo must not pass
        raise _invalid(dict.fromkeys(query, "Nothing of this name is asked for here"))
    return read


def identity(request: Request) -> Identity:
    """Return who asks.

    Raises
    ------
    Problem
        401 if the gateway let nobody in.
    """
    claims = request.context.get("authorizer", {}).get("claims")
    if not claims:
        raise Problem(problems.UNAUTHORIZED, "Send a Cognito access token as the Authorization header.")
    return identify(claims, os.environ["CLIENT_ID"])


def _query(request: Request) -> Mapping[str, str]:
    sent = request.query_params
    if not sent:
        return {}
    repeated = [name for name in sent if len(sent.getlist(name)) > 1]
    if repeated:
        raise _invalid(dict.fromkeys(repeated, "Send this once"))
    return dict(sent)


def _raw_body(request: Request) -> bytes:
    body = request.raw_body
    body = body.encode() if isinstance(body, str) else body
    if len(body) > BODY_LIMIT:
        raise Problem(problems.TOO_LARGE, f"A body has at most {BODY_LIMIT} bytes.")
    return body


def _body[M: Body](model: type[M], raw: bytes) -> M:
    """Return a body as a model, of just the types that its schema says: `"1"` is no number, nor 1 a time."""
    try:
        return model.model_validate_json(raw, strict=True)
    except ValidationError as invalid:
        if invalid.errors(include_url=False)[0]["type"] == "json_invalid":
            _refuse_unreadable(model, raw)
        raise _invalid(_wrong(invalid)) from None


def _refuse_unreadable(model: type[Body], raw: bytes) -> NoReturn:
    """Refuse what is no JSON text, or has strings that are no text: half of a surrogate pair."""
    try:
        value = json.loads(raw.decode(), parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise Problem(problems.MALFORMED, "The body is not valid JSON.") from None
    validated(model, value)
    raise _invalid({"": "Half of a surrogate pair is no text"})


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"JSON has no {name}")


def validated[M: BaseModel](model: type[M], value: Any) -> M:
    """Return what a client sent as a model.

    Raises
    ------
    Problem
        422 that points at each wrong field.
    """
    try:
        return model.model_validate(value)
    except ValidationError as invalid:
        raise _invalid(_wrong(invalid)) from None


def _wrong(invalid: ValidationError) -> Mapping[str, str]:
    errors = invalid.errors(include_url=False, include_input=False, include_context=False)
    return {"/".join(str(part) for part in error["loc"]): error["msg"] for error in errors}


def _invalid(wrong: Mapping[str, str]) -> Problem:
    errors: Sequence[Mapping[str, str]] = [
        {"pointer": f"#/{place}", "detail": detail} for place, detail in wrong.items()
    ]
    return Problem(problems.INVALID, "See `errors` for what to change.", errors)
