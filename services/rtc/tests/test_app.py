import json
import os
from pathlib import Path
from typing import Any

import app
import pytest
from chalice.test import Client
from chalicelib.store.gateway import management_endpoint
from contracts.http.openapi import document
from openapi_spec_validator import validate

CONTEXT = {"apiId": "abc", "domainName": "abc.execute-api.test", "stage": "api", "connectionId": "c1="}


def connecting(query: dict[str, str] | None) -> dict[str, Any]:
    return {"requestContext": CONTEXT, "queryStringParameters": query, "headers": {"Accept-Language": "ja"}}


def test_the_openapi_document_is_the_committed_one_and_valid() -> None:
    made = document(app.api)
    assert made == json.loads(Path("openapi.json").read_text())
    validate(made)


def test_health_is_public() -> None:
    with Client(app.app) as client:
        answer = client.http.get("/v1/health")
    assert (answer.status_code, answer.json_body) == (200, {"service": "rtc", "status": "ok"})


def test_a_ticket_for_nobody_is_refused() -> None:
    with Client(app.app) as client:
        answer = client.http.post("/v1/sockets", headers={"Content-Type": "application/json"})
    assert answer.status_code == 401
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("query", [None, {}, {"ticket": ""}, {"token": "x"}, {"ticket": "x" * 65}])
def test_a_socket_without_a_ticket_is_refused_without_asking_the_table(query: dict[str, str] | None) -> None:
    assert app.connect(connecting(query), None) == {"statusCode": 403}


def test_frames_are_posted_to_the_domain_that_the_socket_came_in_by(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    assert management_endpoint(CONTEXT) == "https://abc.execute-api.test/api"


def test_the_local_cloud_has_one_address_for_all_sockets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:4566")
    assert management_endpoint(CONTEXT) == "http://127.0.0.1:4566/_aws/execute-api/abc/api"


def test_every_function_has_a_policy_of_its_own() -> None:
    config = json.loads(Path(".chalice/config.json").read_text())
    (stage,) = config["stages"].values()
    routes = {operation.name for operation in app.api.operations}
    functions = {"api_handler", *app.app.handler_map} - routes
    assert functions == {*stage["lambda_functions"]}
    for function in functions:
        assert stage["lambda_functions"][function]["iam_policy_file"] == f"policy-{function}.json"
        assert Path(".chalice", f"policy-{function}.json").exists()


def test_a_consumer_may_run_no_longer_than_its_queue_hides_a_message() -> None:
    config = json.loads(Path(".chalice/config.json").read_text())
    (stage,) = config["stages"].values()
    assert all(function["lambda_timeout"] <= 30 for function in stage["lambda_functions"].values())
    assert stage["lambda_functions"]["websocket_connect"]["lambda_timeout"] == 10
    assert os.environ["QUEUE_RTC_DELIVERY"]
