"""Runs a function, or the bare calls that it comes to, in a fresh process and tells how long that took.

Imports nothing but the standard library before the clock starts. Its argument is a file with a `Task`, into
which goes the outcome too.
"""

import base64
import json
import os
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

Task = dict[str, Any]
"""What to do; `Stopwatch` makes it."""

Handler = Callable[[Any, Any], Any]
Call = Callable[[], Any]

CONNECTIONS = "/@connections/"
SERVICES = {
    "DynamoDB_20120810": "dynamodb",
    "AWSEvents": "events",
    "AmazonSQS": "sqs",
    "AmazonSSM": "ssm",
    "secretsmanager": "secretsmanager",
}


def load(function: str) -> Handler:
    """Import the service as Lambda does; return a function of its."""
    app = __import__("app").app
    handler: Handler = app if function == "api_handler" else app.handler_map[function]
    return handler


class Bare:
    """The imports that a function can't do without, and its requests made with nothing around them."""

    def __init__(self, task: Task) -> None:
        from aws_lambda_powertools import Logger
        from chalice.app import Chalice
        from pydantic import BaseModel, Field, ValidationError  # noqa: F401

        Chalice("floor")
        Logger(service="floor")
        for module in task["needs"]:
            __import__(module)
        self._clients: dict[Any, Any] = {}

    def prepare(self, requests: list[dict[str, str]]) -> list[Call]:
        """Return the requests as calls that only have to be made."""
        return [self._call(**request) for request in requests]

    def _call(self, method: str, path: str, target: str, body: str) -> Call:
        if target:
            prefix, operation = target.split(".")
            params = binary(json.loads(body))
            client = self._client(SERVICES[prefix])
            name = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in operation)
            return lambda: getattr(client, name.lstrip("_"))(**params)
        if CONNECTIONS in path:
            base, connection = path.split(CONNECTIONS)
            endpoint = os.environ["AWS_ENDPOINT_URL"] + base
            client = self._client("apigatewaymanagementapi", endpoint)
            data = base64.b64decode(body)
            return lambda: client.post_to_connection(ConnectionId=connection, Data=data)
        if path.startswith("/engine"):
            return self._engine_call(method, path.removeprefix("/engine"), body)
        return self._object_call(method, path, body)

    def _engine_call(self, method: str, path: str, body: str) -> Call:
        path, _, query = path.partition("?")
        params = dict(pair.split("=", 1) for pair in query.split("&") if pair)
        if "engine" not in self._clients:
            from opensearchpy import OpenSearch, Urllib3HttpConnection

            endpoint = os.environ["SEARCH_ENDPOINT"]
            self._clients["engine"] = OpenSearch(endpoint, connection_class=Urllib3HttpConnection)
        engine = self._clients["engine"]
        if path.endswith("_bulk"):
            lines = [json.loads(line) for line in body.splitlines()]
            return lambda: engine.bulk(body=lines, params=dict(params))
        return lambda: engine.transport.perform_request(
            method, path, params=dict(params), body=json.loads(body)
        )

    def _object_call(self, method: str, path: str, body: str) -> Call:
        bucket, _, key = path.partition("?")[0].lstrip("/").partition("/")
        where = {"Bucket": bucket, "Key": key}
        client = self._client("s3")
        if method == "POST":  # what a browser does with a form: here it is signed
            return partial(client.generate_presigned_post, bucket, key)
        if method == "GET":
            return lambda: client.get_object(**where)["Body"].read()  # noqa: PLW0108 - the call is what is timed
        if method == "PUT":
            return lambda: client.put_object(**where, Body=base64.b64decode(body))
        return partial(client.delete_object, **where)

    def _client(self, service: str, endpoint: str | None = None) -> Any:
        if (service, endpoint) not in self._clients:
            import boto3

            self._clients[service, endpoint] = boto3.client(service, endpoint_url=endpoint)
        return self._clients[service, endpoint]


def binary(value: Any) -> Any:
    """Return DynamoDB's wire format as boto3 takes it: its binary values as bytes."""
    if isinstance(value, dict):
        if set(value) == {"B"}:
            return {"B": base64.b64decode(value["B"])}
        return {key: binary(inner) for key, inner in value.items()}
    return [binary(inner) for inner in value] if isinstance(value, list) else value


def make(calls: list[Call]) -> None:
    """Make calls, one after the other; what was done before is refused, as it would be to the function."""
    for call in calls:
        try:
            call()
        except Exception as failure:
            if type(failure).__name__ != "ConditionalCheckFailedException":
                raise


def cold(task: Task) -> dict[str, Any]:
    """Return the seconds from nothing to the end of a first run, and its answer."""
    started = time.perf_counter()
    if task["bare"]:
        bare = Bare(task)
        make(bare.prepare(task["requests"]))
        answer = None
    else:
        answer = load(task["function"])(task["event"], None)
    return {"seconds": time.perf_counter() - started, "answer": answer}


def learn(task: Task) -> dict[str, Any]:
    """Run a function twice, with a mark between the two runs."""
    import urllib.request

    handle = load(task["function"])
    handle(task["event"], None)
    urllib.request.urlopen(os.environ["AWS_ENDPOINT_URL"] + "/mark", data=b"").read()  # noqa: S310
    return {"answer": handle(task["event"], None)}


def warm(task: Task) -> dict[str, Any]:
    """Run a function and its bare calls in turns; return the seconds of each."""
    handle, calls = load(task["function"]), Bare(task).prepare(task["requests"])
    ours: list[float] = []
    floor: list[float] = []
    for _ in range(task["rounds"]):
        started = time.perf_counter()
        handle(task["event"], None)
        between = time.perf_counter()
        make(calls)
        ours.append(between - started)
        floor.append(time.perf_counter() - between)
    return {"ours": ours, "floor": floor}


if __name__ == "__main__":
    file = Path(sys.argv[1])
    task = json.loads(file.read_text())
    sys.path[0] = task["folder"]  # instead of this file's own
    outcome = {"cold": cold, "learn": learn, "warm": warm}[task["do"]](task)
    file.write_text(json.dumps(outcome))
