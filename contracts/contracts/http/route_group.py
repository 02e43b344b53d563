"""Routes that belong together, declared apart from the app that serves them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from contracts.http.budgets import Action
from contracts.http.problems import Kind
from contracts.http.routes import Api, Errors, View


@dataclass(frozen=True)
class _Declared:
    view: Callable[..., Any]
    method: str
    path: str
    status: int
    raises: tuple[Kind, ...]
    limit: Action | None


class RouteGroup:
    """The routes of one capability and the domain errors that they answer with.

    Parameters
    ----------
    errors
        Domain errors and the kind of problem each one is.
    """

    def __init__(self, errors: Errors) -> None:
        self.errors = errors
        self._declared: list[_Declared] = []

    def route(
        self,
        method: str,
        path: str,
        *,
        status: int = 200,
        raises: tuple[Kind, ...] = (),
        limit: Action | None = None,
    ) -> Callable[[View], View]:
        """Declare a view at `method path`; see `Api.route`."""

        def declare(view: View) -> View:
            self._declared.append(_Declared(view, method, path, status, raises, limit))
            return view

        return declare

    def serve_on(self, api: Api) -> None:
        """Let an API serve the routes."""
        for one in self._declared:
            serve = api.route(one.method, one.path, status=one.status, raises=one.raises, limit=one.limit)
            serve(one.view)
