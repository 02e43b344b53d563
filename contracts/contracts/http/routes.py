"""Typed routes over Chalice: a view's annotations say what it reads and returns.

A view's parameters are filled by their annotation: `Identity` (the signed-in person), `Idempotency`
(of a POST), `IfMatch` (of a change), a `Body` model (the JSON body), a `Query` model (the query string);
`str` parameters are path parameters. A returned model is the JSON answer; None is 204. Every error leaves
as problem details.
"""

import inspect
import json
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeVar, cast, get_type_hints

from chalice.app import Authorizer, Chalice, Request, Response
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from contracts.http import idempotency, problems, versions
from contracts.http.answers import Answer as Answer  # noqa: PLC0414 - views have it from here
from contracts.http.answers import Versioned as Versioned  # noqa: PLC0414
from contracts.http.answers import answered, problem_response
from contracts.http.budgets import Action
from contracts.http.cursors import CURSOR_LIMIT
from contracts.http.idempotency import Idempotency
from contracts.http.identity import Identity, identify
from contracts.http.limits import Limiter
from contracts.http.problems import Kind, Problem
from contracts.http.versions import IfMatch
from contracts.logs import service_logger

BODY_LIMIT = 65_536
"""Bytes of a JSON body. API Gateway allows 10 MB; no body of ours needs more than this."""

PAGE_LIMIT = 50
"""Items of a page at most."""

Errors = Mapping[Any, Kind]
"""Domain errors (exception classes) and the kind of problem each one is."""

View = TypeVar("View", bound=Callable[..., Any])


class Body(BaseModel):
    """Base of the JSON bodies a client sends: unknown fields are refused, since a typo must not pass."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Query(BaseModel):
    """Base of the query strings a client sends."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Page(Query):
    """Which part of a list to answer."""

    cursor: str | None = Field(None, max_length=CURSOR_LIMIT, description="`next` of the page before")
    limit: int = Field(20, ge=1, le=PAGE_LIMIT, description="Items to answer at most")


class Health(Answer):
    """A service that answers at all is well: what it stands on is watched elsewhere."""

    service: str
    status: Literal["ok"] = "ok"


@dataclass(frozen=True)
class Operation:
    """One route as the OpenAPI document describes it."""

    name: str
    method: str
    path: str
    status: int
    doc: str
    public: bool
    parameters: Mapping[str, type]
    returns: type[BaseModel] | None
    problems: tuple[Kind, ...]
    limit: Action | None = None


class Api:
    """The REST API of one service.

    Parameters
    ----------
    app
        The Chalice app that serves it.
    title, version
        Of the OpenAPI document.
    authorizer
        Verifies tokens at the gateway, for all routes but public ones.
    errors
        The service's domain errors and the kind of problem each one is.
    limiter
        Returns what counts the acts of routes that have a budget.
    """

    def __init__(
        self,
        app: Chalice,
        *,
        title: str,
        version: str,
        authorizer: Authorizer,
        errors: Errors,
        limiter: Callable[[], Limiter] | None = None,
    ) -> None:
        self.app, self.title, self.version = app, title, version
        self.operations: list[Operation] = []
        self._authorizer = authorizer
        self._errors, self.limiter = errors, limiter
        self._logger = service_logger(app.app_name)
        app.middleware("http")(self._chalice_errors_as_problems)
        self.route("GET", "/v1/health", public=True)(self.health)

    def health(self) -> Health:
        """Tell whether the service runs."""
        return Health(service=self.app.app_name)

    def route(
        self,
        method: str,
        path: str,
        *,
        status: int = 200,
        public: bool = False,
        raises: tuple[Kind, ...] = (),
        limit: Action | None = None,
    ) -> Callable[[View], View]:
        """Serve a view at `method path`.

        Parameters
        ----------
        status
            Of the answer when all is well; 204 for a view that returns nothing.
        public
            Whether the route works without a token.
        raises
            Kinds of problem that this route answers beside those every route may.
        limit
            Whose budget a well-formed request uses, done or not; beyond it the answer is 429.
        """

        def register(view: View) -> View:
            operation = _operation(view, method, path, status, public, raises, limit)
            self.operations.append(operation)

            def serve(**path_parameters: str) -> Response:
                return self._serve(view, operation, path_parameters)

            serve.__name__ = view.__name__
            options = {} if public else {"authorizer": self._authorizer}
            self.app.route(path, methods=[method], name=view.__name__, **options)(serve)
            return view

        return register

    def _serve(self, view: Callable[..., Any], operation: Operation, path: Mapping[str, str]) -> Response:
        request = cast(Request, self.app.current_request)
        started = time.perf_counter()
        self._logger.set_correlation_id(request.context.get("requestId"))
        try:
            arguments = _arguments(request, operation, path)
            if operation.limit and self.limiter:
                self.limiter().spend(_identity(request), operation.limit)
            result = view(**arguments)
            response = answered(result, operation.status)
        except Exception as failure:
            response = self._problem(failure, request)
        self._logger.info(
            "served",
            extra={
                "route": f"{operation.method} {operation.path}",
                "status": response.status_code,
                "ms": round((time.perf_counter() - started) * 1000, 1),
            },
        )
        return response

    def _problem(self, failure: Exception, request: Request) -> Response:
        problem = self._as_problem(failure)
        if problem.kind.status >= 500:
            self._logger.error("failed", exc_info=failure)
        return problem_response(problem, request)

    def _as_problem(self, failure: Exception) -> Problem:
        if isinstance(failure, Problem):
            return failure
        for error, kind in self._errors.items():
            if isinstance(failure, error):
                return Problem(kind, str(failure))
        return Problem(problems.INTERNAL)

    def _chalice_errors_as_problems(
        self, event: Request, get_response: Callable[[Request], Response]
    ) -> Response:
        """Chalice answers 405, 415 and its own failures in a shape of its own: give them ours."""
        response = get_response(event)
        if response.status_code >= 400 and response.headers.get("Content-Type") != problems.MEDIA_TYPE:
            kind = problems.BY_STATUS.get(response.status_code, problems.INTERNAL)
            return problem_response(Problem(kind), event)
        return response


def _operation(
    view: Callable[..., Any],
    method: str,
    path: str,
    status: int,
    public: bool,
    raises: tuple[Kind, ...],
    limit: Action | None,
) -> Operation:
    hints = get_type_hints(view)
    returns = hints.pop("return", None)
    is_model = inspect.isclass(returns) and issubclass(returns, BaseModel)
    return Operation(
        name=view.__name__,
        method=method,
        path=path,
        status=status if is_model else 204,
        doc=inspect.getdoc(view) or "",
        public=public,
        parameters=hints,
        returns=returns if is_model else None,
        problems=raises,
        limit=limit,
    )


def _arguments(request: Request, operation: Operation, path: Mapping[str, str]) -> dict[str, Any]:
    arguments: dict[str, Any] = {}
    for name, kind in operation.parameters.items():
        if kind is Identity:
            arguments[name] = _identity(request)
        elif kind is Idempotency:
            arguments[name] = idempotency.read(request.headers.get("idempotency-key"), _raw_body(request))
        elif kind is IfMatch:
            arguments[name] = versions.read(request.headers.get("if-match"))
        elif issubclass(kind, Body):
            arguments[name] = validated(kind, _json_body(request))
        elif issubclass(kind, Query):
            arguments[name] = validated(kind, dict(request.query_params or {}))
        else:
            from urllib.parse import unquote

            arguments[name] = unquote(path[name])
    return arguments


def _identity(request: Request) -> Identity:
    claims = request.context.get("authorizer", {}).get("claims")
    if not claims:
        raise Problem(problems.UNAUTHORIZED, "Send a Cognito access token as the Authorization header.")
    return identify(claims, os.environ["CLIENT_ID"])


def _raw_body(request: Request) -> bytes:
    body = request.raw_body
    body = body.encode() if isinstance(body, str) else body
    if len(body) > BODY_LIMIT:
        raise Problem(problems.TOO_LARGE, f"A body has at most {BODY_LIMIT} bytes.")
    return body


def _json_body(request: Request) -> Any:
    try:
        return json.loads(_raw_body(request))
    except (ValueError, RecursionError):
        raise Problem(problems.MALFORMED, "The body is not valid JSON.") from None


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
        errors = [
            {"pointer": "#/" + "/".join(str(part) for part in error["loc"]), "detail": error["msg"]}
            for error in invalid.errors(include_url=False, include_input=False, include_context=False)
        ]
        raise Problem(problems.INVALID, "See `errors` for what to change.", errors) from None
