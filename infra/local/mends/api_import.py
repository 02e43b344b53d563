"""ImportRestApi makes the whole API, PutRestApi swaps it in one step, UpdateRestApi knows compression.

MiniStack reads an OpenAPI document only in CloudFormation: over HTTP an import makes an empty API, and what
`chalice deploy` does next fails. Its importer also forgets mock responses (a CORS preflight without
headers), binary media types and gateway responses.
"""

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from ministack.services import apigateway_v1 as api

type Answer = tuple[int, dict[str, str], bytes]
type Query = Mapping[str, list[str] | str]
type Handler = Callable[[str, str, Mapping[str, str], bytes, Query], Awaitable[Answer]]

COMPRESSION = "/minimumCompressionSize"


def apply() -> None:
    """Answer the three calls here and leave every other to MiniStack."""
    original: Handler = api.handle_request

    async def handle(method: str, path: str, headers: Mapping[str, str], body: bytes, query: Query) -> Answer:
        match (method, *path.strip("/").split("/")):
            case ("POST", "restapis") if _one(query, "mode") == "import":
                return _import(json.loads(body), query)
            case ("PUT", "restapis", api_id):
                return _overwrite(api_id, json.loads(body))
            case ("PATCH", "restapis", _):
                body = _with_compression_as_number(body)
        return await original(method, path, headers, body, query)

    api.handle_request = handle


def _import(document: dict[str, Any], query: Query) -> Answer:
    types = _one(query, "endpointConfigurationTypes")
    api_id = _create(document, {"endpointConfiguration": {"types": [types or "EDGE"]}})
    return _answer(api._rest_apis[api_id], 201)


def _overwrite(api_id: str, document: dict[str, Any]) -> Answer:
    current = api._rest_apis.get(api_id)
    if current is None:
        result: Answer = api._v1_error("NotFoundException", "Invalid API identifier specified", 404)
        return result
    draft_id = _create(document, {})
    draft = api._rest_apis[draft_id]
    # Requests are routed on the event loop that runs this: no request sees half of it.
    for store in (api._resources, api._authorizers_v1, api._models, api._gateway_responses):
        store[api_id] = store.pop(draft_id)
    current.update({key: draft[key] for key in ("name", "version", "binaryMediaTypes", "policy")})
    api._delete_rest_api(draft_id)
    return _answer(current, 200)


def _create(document: dict[str, Any], settings: dict[str, Any]) -> str:
    """Import a document as an API of its own and return its id."""
    settings["binaryMediaTypes"] = document.get("x-amazon-apigateway-binary-media-types") or []
    policy = document.get("x-amazon-apigateway-policy")
    if policy:
        settings["policy"] = json.dumps(policy)
    api_id: str = api._import_rest_api(document, settings)
    for kind, response in (document.get("x-amazon-apigateway-gateway-responses") or {}).items():
        api._put_gateway_response(api_id, kind, response)
    by_path = {resource["path"]: resource for resource in api._resources[api_id].values()}
    for path, operations in (document.get("paths") or {}).items():
        methods = by_path[path.rstrip("/") or "/"]["resourceMethods"]
        for name, operation in operations.items():
            if name.upper() in methods:
                _add_responses(methods[name.upper()], operation)
    return api_id


def _add_responses(method: dict[str, Any], operation: dict[str, Any]) -> None:
    """Add what the importer forgets: without it a mock answers 200 and `{}`."""
    method["methodResponses"] = {
        status: {
            "statusCode": status,
            "responseParameters": {
                f"method.response.header.{header}": False for header in response.get("headers") or {}
            },
        }
        for status, response in (operation.get("responses") or {}).items()
    }
    told = operation.get("x-amazon-apigateway-integration")
    integration = method.get("methodIntegration")
    if not told or not integration:
        return
    integration["requestTemplates"] = told.get("requestTemplates") or {}
    integration["passthroughBehavior"] = str(told.get("passthroughBehavior") or "WHEN_NO_MATCH").upper()
    integration["integrationResponses"] = {
        response["statusCode"]: {
            "statusCode": response["statusCode"],
            "selectionPattern": "" if pattern == "default" else pattern,
            "responseParameters": response.get("responseParameters") or {},
            "responseTemplates": response.get("responseTemplates") or {},
        }
        for pattern, response in (told.get("responses") or {}).items()
    }


def _with_compression_as_number(body: bytes) -> bytes:
    """Turn the size of a patch from text, as it is sent, to the number that later answers must hold."""
    patch = json.loads(body) if body else {}
    for operation in patch.get("patchOperations") or []:
        if operation.get("path") == COMPRESSION:
            value = operation.get("value")
            operation["value"] = int(value) if value else None
    return json.dumps(patch).encode()


def _one(query: Query, name: str) -> str:
    value = query.get(name) or ""
    return value if isinstance(value, str) else value[0]


def _answer(rest_api: dict[str, Any], status: int) -> Answer:
    answer: Answer = api._v1_response(api._rest_api_view(rest_api), status)
    return answer
