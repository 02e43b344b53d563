"""Links of an OpenAPI document: what an answer tells that a next request can use."""

import re
from collections.abc import Iterable
from typing import Any

from contracts.http.reading import Page
from contracts.http.routes import Operation, Versioned
from contracts.http.versions import IfMatch

_PARAMETER = re.compile(r"{(\w+)}")


def links(operation: Operation, others: Iterable[Operation]) -> dict[str, Any]:
    """Return the links of an operation's answer, by the operation they lead to.

    An answer leads to what can be done with the thing that it shows or, a list, with its first item; a page
    leads to the page after it.

    Parameters
    ----------
    operation
        Whose answer it is.
    others
        All operations of the API.
    """
    found = {other.name: link for other in others if (link := _link(operation, other))}
    if _has(operation, "next") and any(issubclass(kind, Page) for kind in operation.parameters.values()):
        path = {f"path.{name}": f"$request.path.{name}" for name in _PARAMETER.findall(operation.path)}
        parameters = {**path, "query.cursor": "$response.body#/next"}
        found[f"next_of_{operation.name}"] = {"operationId": operation.name, "parameters": parameters}
    return found


def _link(operation: Operation, other: Operation) -> dict[str, Any] | None:
    names = _PARAMETER.findall(other.path)
    collection = other.path.partition("/{")[0]
    if len(names) != 1 or operation.path not in {collection, f"{collection}/me"}:
        return None
    if _has(operation, "id"):
        parameters = {f"path.{names[0]}": "$response.body#/id"}
    elif _has(operation, "items"):
        parameters = {f"path.{names[0]}": "$response.body#/items/0/id"}
    else:
        return None
    versioned = operation.returns and issubclass(operation.returns, Versioned)
    if versioned and IfMatch in other.parameters.values():
        parameters["header.If-Match"] = "$response.header.ETag"
    return {"operationId": other.name, "parameters": parameters}


def _has(operation: Operation, field: str) -> bool:
    return operation.returns is not None and field in operation.returns.model_fields
