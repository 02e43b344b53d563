"""Typed routes over Chalice: a view's annotations say what it reads and returns.

A view's parameters are filled by their annotation: `Identity` (the signed-in person), `Idempotency`
(of a POST), `IfMatch` (of a change), a `Body` model (the JSON body), a `Query` model (the query string);
`str` parameters are path parameters. A returned model is the JSON answer; None is 204. Every error leaves
as problem details.
"""

import inspect
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeVar, cast, get_type_hints

from chalice.app import Authorizer, Chalice, Request, Response
from pydantic import BaseModel

from contracts.http import problems
from contracts.http.answers import Answer as Answer  # noqa: PLC0414 - views have it from here
from contracts.http.answers import Versioned as Versioned  # noqa: PLC0414
from contracts.http.answers import answered, problem_response
from contracts.http.budgets import Action
from contracts.http.limits import Limiter
from contracts.http.problems import Kind, Problem
from contracts.http.reading import BODY_LIMIT as BODY_LIMIT  # noqa: PLC0414 - and what they take
from contracts.http.reading import PAGE_LIMIT as PAGE_LIMIT  # noqa: PLC0414
from contracts.http.reading import Body as Body  # noqa: PLC0414
from contracts.http.reading import Page as Page  # noqa: PLC0414
from contracts.http.reading import Query as Query  # noqa: PLC0414
from contracts.http.reading import arguments, identity
from contracts.http.reading import validated as validated  # noqa: PLC0414
from contracts.logs import service_logger

Errors = Mapping[Any, Kind]
"""Domain errors (exception classes) and the kind of problem each one is."""

View = TypeVar("View", bound=Callable[..., Any])


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
    examples
        For the document: of each path parameter, a value.
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
        examples: Mapping[str, str] | None = None,
    ) -> None:
        self.app, self.title, self.version = app, title, version
        self.operations: list[Operation] = []
        self._authorizer = authorizer
        self._errors, self.limiter, self.examples = errors, limiter, examples or {}
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
            called_with = arguments(request, operation.parameters, path)
            if operation.limit and self.limiter:
                self.limiter().spend(identity(request), operation.limit)
            result = view(**called_with)
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
