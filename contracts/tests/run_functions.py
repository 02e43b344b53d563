"""Run each function of the service in the working directory, without AWS; tell whether it imported a module.

Usage: `run_functions.py MODULE TRACE_HEADER…`. Prints for each header a JSON object: by function, whether the
module is imported once it has run. Consumers get every event that there is, relays an item of each type.
"""

import json
import os
import sys
from datetime import UTC, datetime
from importlib import import_module
from typing import Any

from contracts.events.envelope import detail, event
from contracts.events.registry import PUBLISHED, model, source
from contracts.http.openapi import stand_in_environment

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
UUID = "6f1c9d1e-8c0a-4f4e-9d2a-0d6f5e0c7b11"


def example(schema: dict[str, Any], definitions: dict[str, Any]) -> Any:
    """Return the smallest value that a schema takes."""
    if "$ref" in schema:
        return example(definitions[schema["$ref"].rpartition("/")[2]], definitions)
    if "enum" in schema:
        return schema["enum"][0]
    match schema["type"]:
        case "object":
            properties = schema.get("properties", {})
            return {name: example(properties[name], definitions) for name in schema.get("required", ())}
        case "array":
            return [example(schema["items"], definitions)] * schema.get("minItems", 0)
        case "integer":
            return schema.get("minimum", 1)
    return NOW.isoformat() if schema.get("format") == "date-time" else UUID


def body(event_type: str, header: str) -> str:
    """Return an event as a queue holds it."""
    schema = model(event_type).model_json_schema()
    data = model(event_type).model_validate(example(schema, schema.get("$defs", {})))
    envelope = event(data, source=source(event_type), subject="anything", sequence=1, time=NOW, trace=header)
    return json.dumps({"detail-type": event_type, "detail": json.loads(detail(envelope))})


def unplug() -> None:
    """Let every AWS client of this process hear that all is well and there is nothing."""
    import boto3
    from botocore.awsrequest import AWSResponse

    def answer(request: Any, **_: Any) -> AWSResponse:
        asked = json.loads(request.body) if request.body[:1] == b"{" else {}
        told: dict[str, Any] = {"Items": [], "Responses": {}, "UnprocessedItems": {}, "UnprocessedKeys": {}}
        told["Entries"] = [{"EventId": "1"} for _ in asked.get("Entries", ())]
        response = AWSResponse(request.url, 200, {}, None)
        response._content = json.dumps(told).encode()
        return response

    boto3.setup_default_session(aws_access_key_id="x", aws_secret_access_key="x")
    boto3.DEFAULT_SESSION.events.register("before-send", answer)


def events(handler: Any, header: str) -> dict[str, Any] | None:
    """Return what a function gets when it runs; None for a function that reads no events."""
    types = [event_type for owned in PUBLISHED.values() for event_type in owned]
    if "queue" in vars(handler):
        once = {"ApproximateReceiveCount": "1"}
        return {
            "Records": [{"messageId": kind, "body": body(kind, header), "attributes": once} for kind in types]
        }
    if "stream_arn" in vars(handler):
        return {
            "Records": [
                {"dynamodb": {"SequenceNumber": kind, "NewImage": item(kind, header)}} for kind in types
            ]
        }
    return None


def main(module: str, *headers: str) -> None:
    """Run the functions, once for each trace."""
    stand_in_environment()
    os.environ |= {"MAX_RECEIVES": "5", "PUSH_SINK_URL": "", "OPENSEARCH_ENDPOINT": "http://127.0.0.1:9"}
    sys.path.insert(0, "")
    app = import_module("app")
    from chalice.test import Client

    unplug()
    seen: list[dict[str, bool]] = []
    for header in headers:
        os.environ["_X_AMZN_TRACE_ID"] = header
        with Client(app.app) as client:
            answered = client.http.get("/v1/health")
            assert answered.status_code == 200, answered.body
        seen.append({"api_handler": module in sys.modules})
        for handler in app.app.event_sources:
            happened = events(handler, header)
            if happened:
                getattr(app, handler.handler_string.rpartition(".")[2])(happened, None)
                seen[-1][handler.name] = module in sys.modules
                forget(module)
    sys.stdout.write(f"{json.dumps(seen)}\n")


def forget(module: str) -> None:
    """Let the next function import a module anew, as it would in a process of its own."""
    for name in [name for name in sys.modules if name.split(".")[0] == module]:
        del sys.modules[name]


def item(event_type: str, header: str) -> dict[str, dict[str, str]]:
    """Return what a stream tells of an item that says no more than its event."""
    return {"_event": {"S": event_type}, "_trace": {"S": header}, "sequence": {"N": "1"}}


if __name__ == "__main__":
    main(*sys.argv[1:])
