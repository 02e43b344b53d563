"""The OpenAPI 3.1 document of a service, made from its routes: `python -m contracts.http.openapi`."""

import importlib
import json
import os
import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from contracts.http import problems
from contracts.http.idempotency import KEY_LIMIT, Idempotency
from contracts.http.identity import Identity
from contracts.http.links import links
from contracts.http.routes import Api, Body, Operation, Query, Versioned
from contracts.http.versions import TAGS_LIMIT, IfMatch, etag

_COMMON = (problems.MALFORMED, problems.INVALID, problems.INTERNAL)
_SIGNED_IN = (problems.UNAUTHORIZED, problems.PROFILE_REQUIRED, problems.SUSPENDED)

_RETRY_AFTER = {
    "Retry-After": {
        "description": "Seconds until it may be done again",
        "required": True,
        "schema": {"type": "integer", "minimum": 1},
    }
}
_VERSIONED = (problems.PRECONDITION_FAILED, problems.PRECONDITION_REQUIRED)

_TEXT = {"type": "string", "minLength": 1}

_ETAG = {"ETag": {"description": "The version, for If-Match", "schema": {"type": "string"}}}

_PROBLEM_SCHEMA = {
    "type": "object",
    "description": "Problem details (RFC 9457)",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"pointer": {"type": "string"}, "detail": {"type": "string"}},
            },
        },
    },
}


def document(api: Api) -> dict[str, Any]:
    """Return the OpenAPI document of an API."""
    schemas = _schemas(api)
    paths: dict[str, dict[str, Any]] = {}
    for operation in api.operations:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _described(operation, schemas, api)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": api.title,
            "version": api.version,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": paths,
        "components": {
            "schemas": {**schemas, "Problem": _PROBLEM_SCHEMA},
            "securitySchemes": {
                "accessToken": {"type": "http", "scheme": "bearer", "bearerFormat": "Cognito access token"}
            },
        },
    }


def _schemas(api: Api) -> dict[str, Any]:
    inputs: list[tuple[type[BaseModel], Any]] = [
        (kind, "validation")
        for operation in api.operations
        for kind in operation.parameters.values()
        if issubclass(kind, Body | Query)
    ]
    outputs: list[tuple[type[BaseModel], Any]] = [
        (operation.returns, "serialization") for operation in api.operations if operation.returns
    ]
    _, definitions = models_json_schema(inputs + outputs, ref_template="#/components/schemas/{model}")
    schemas: dict[str, Any] = definitions.get("$defs", {})
    return schemas


def _described(operation: Operation, schemas: dict[str, Any], api: Api) -> dict[str, Any]:
    summary, _, description = operation.doc.partition("\n\n")
    described: dict[str, Any] = {
        "operationId": operation.name,
        "summary": summary,
        "parameters": _parameters(operation, schemas, api.examples),
        "responses": _responses(operation, api.operations),
        "security": [] if operation.public else [{"accessToken": []}],
    }
    if description:
        described["description"] = description
    for kind in operation.parameters.values():
        if issubclass(kind, Body):
            described["requestBody"] = {
                "required": True,
                "content": {"application/json": {"schema": _ref(kind)}},
            }
    return described


def _parameters(
    operation: Operation, schemas: dict[str, Any], examples: Mapping[str, str]
) -> list[dict[str, Any]]:
    parameters: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": _TEXT, "example": examples[name]}
        for name in re.findall(r"{(\w+)}", operation.path)
    ]
    for kind in operation.parameters.values():
        if kind is Idempotency:
            schema = {"type": "string", "minLength": 1, "maxLength": KEY_LIMIT, "pattern": "^[ -~]+$"}
            example = "01KAVB3Q7J8Z9D0M4N5P6R7S8T"
            parameters.append(
                {"name": "Idempotency-Key", "in": "header", "schema": schema, "example": example}
            )
        elif kind is IfMatch:
            schema = {"type": "string", "minLength": 1, "maxLength": TAGS_LIMIT}
            of_it = {"required": True, "schema": schema, "example": etag(1)}
            parameters.append({"name": "If-Match", "in": "header", **of_it})
        elif kind is not Identity and issubclass(kind, Query):
            described = schemas[kind.__name__]
            required = described.get("required", [])
            parameters += [
                {"name": name, "in": "query", "required": name in required, "schema": schema}
                for name, schema in described["properties"].items()
            ]
    return parameters


def _responses(operation: Operation, others: Iterable[Operation]) -> dict[str, Any]:
    answer: dict[str, Any] = {"description": "Done"}
    if leads_to := links(operation, others):
        answer["links"] = leads_to
    if operation.returns:
        answer["content"] = {"application/json": {"schema": _ref(operation.returns)}}
        if issubclass(operation.returns, Versioned):
            answer["headers"] = _ETAG
    versioned = _VERSIONED if IfMatch in operation.parameters.values() else ()
    limited = (problems.RATE_LIMITED,) if operation.limit else ()
    signed_in = () if operation.public else _SIGNED_IN
    kinds = {*_COMMON, *operation.problems, *limited, *versioned, *signed_in}
    statuses: dict[int, list[str]] = {}
    for kind in sorted(kinds, key=lambda kind: (kind.status, kind.slug)):
        statuses.setdefault(kind.status, []).append(f"`{kind.slug}`: {kind.en}")
    content = {problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    failures = {
        str(status): {"description": "; ".join(texts), "content": content}
        for status, texts in statuses.items()
    }
    if operation.limit:
        failures[str(problems.RATE_LIMITED.status)]["headers"] = _RETRY_AFTER
    return {str(operation.status): answer, **failures}


def _ref(model: type[BaseModel]) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{model.__name__}"}


def stand_in_environment() -> None:
    """Set what the service in the working directory reads from its environment, to import it anywhere.

    Variables that are set stay as they are; each other one of `.chalice/config.json` becomes its own name.
    """
    config = json.loads(Path(".chalice/config.json").read_text())
    variables = set(config.get("environment_variables", {}))
    for stage in config.get("stages", {}).values():
        variables |= set(stage.get("environment_variables", {}))
    for variable in variables:
        os.environ.setdefault(variable, variable.lower().replace("_", "-"))
    os.environ.setdefault("AWS_DEFAULT_REGION", "ap-northeast-1")


def main() -> None:
    """Print the document of the service whose folder is the working directory."""
    stand_in_environment()
    sys.path.insert(0, "")
    api: Api = importlib.import_module("app").api
    print(json.dumps(document(api), indent=2, ensure_ascii=False))  # noqa: T201


if __name__ == "__main__":
    main()
