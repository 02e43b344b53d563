"""The endpoint that answers at once: the same to the same, the usual to the like; it tells what it heard."""

import json
import urllib.request
from base64 import b64encode
from typing import Any

from infra.bench.answers import MARK, Answers, serving


def call(operation: str, params: dict[str, Any], body: str, service: str = "dynamodb") -> dict[str, Any]:
    encoded = b64encode(body.encode()).decode()
    return {
        "service": service,
        "operation": operation,
        "params": params,
        "status": 200,
        "headers": {},
        "body": encoded,
    }


TAPE = Answers(
    [
        call("GetItem", {"Key": "a"}, '{"is": "a"}'),
        call("GetItem", {"Key": "b"}, '{"is": "b"}'),
        call("DeleteItem", {}, '{"Attributes": {"expires_at": {"N": "12"}}}'),
        call("POST", {}, '{"hits": []}', service="opensearch"),
        call("PutItem", {}, "") | {"status": 400},
    ]
)


def ask(url: str, operation: str, params: dict[str, Any]) -> str:
    headers = {"X-Amz-Target": f"DynamoDB_20120810.{operation}"} if operation else {}
    request = urllib.request.Request(url, json.dumps(params).encode(), headers)
    with urllib.request.urlopen(request) as answer:
        return str(answer.read().decode())


def test_the_same_request_is_answered_as_before_and_another_as_one_of_its_kind() -> None:
    with serving() as endpoint:
        endpoint.answers = TAPE
        asked = [ask(endpoint.url, "GetItem", {"Key": key}) for key in ("a", "b", "new")]
    assert asked == ['{"is": "a"}', '{"is": "b"}', '{"is": "b"}']


def test_the_engine_answers_under_its_path() -> None:
    with serving() as endpoint:
        endpoint.answers = TAPE
        assert ask(endpoint.environment()["SEARCH_ENDPOINT"] + "/posts/_search", "", {}) == '{"hits": []}'


def test_what_is_taken_from_tape_does_not_expire() -> None:
    with serving() as endpoint:
        endpoint.answers = TAPE
        assert '"9999999999"' in ask(endpoint.url, "DeleteItem", {})


def test_it_tells_what_it_was_asked_run_by_run() -> None:
    with serving() as endpoint:
        endpoint.answers = TAPE
        ask(endpoint.url, "GetItem", {"Key": "a"})
        ask(endpoint.url + MARK, "", {})
        ask(endpoint.url, "GetItem", {"Key": "b"})
        ask(endpoint.url, "DeleteItem", {})
    assert [[request.operation for request in run] for run in endpoint.asked] == [
        ["GetItem"],
        ["GetItem", "DeleteItem"],
    ]
