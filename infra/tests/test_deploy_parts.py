"""The parts of the deploy tool that need no cloud: mappings, memory of failures, addresses."""

import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from botocore.awsrequest import AWSResponse
from botocore.session import Session

from infra.deploy import event_sources, gateway_problems
from infra.deploy.addresses import addresses
from infra.deploy.asynchronous import keep_failures
from infra.deploy.chalice_run import remember
from infra.deploy.orphans import remove_orphans
from infra.stages import Stage

QUEUE = "arn:aws:sqs:ap-northeast-1:000000000000:hidoki-test-search"
STREAM = "arn:aws:dynamodb:ap-northeast-1:000000000000:table/hidoki-test-posts/stream/1"
FAILURES = "hidoki-test-stream-failures-000000000000"
DLQ = "arn:aws:sqs:ap-northeast-1:000000000000:hidoki-test-posts-relay-dlq"


class Lambda:
    """A botocore client of Lambda whose requests are answered here."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.bodies: list[dict[str, Any]] = []
        session = Session()
        session.set_credentials("test", "test")
        session.set_config_variable("region", "ap-northeast-1")
        session.register("before-send.lambda", self._answer)
        event_sources.install(session, FAILURES)
        self.client = session.create_client("lambda")

    def _answer(self, request: Any, **_: Any) -> AWSResponse:
        if request.body:
            self.bodies.append(json.loads(request.body))
        response = AWSResponse(request.url, 200, {}, None)
        response._content = json.dumps({"UUID": "1", "EventSourceArn": self.source}).encode()
        return response


def test_a_queues_mapping_reports_partial_failures_from_the_start() -> None:
    functions = Lambda(QUEUE)
    functions.client.create_event_source_mapping(FunctionName="index", EventSourceArn=QUEUE, BatchSize=10)
    (body,) = functions.bodies
    assert body["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert "DestinationConfig" not in body


def test_a_streams_mapping_bisects_gives_up_into_the_bucket_and_reads_from_the_beginning() -> None:
    functions = Lambda(STREAM)
    functions.client.create_event_source_mapping(
        FunctionName="relay", EventSourceArn=STREAM, StartingPosition="LATEST"
    )
    (body,) = functions.bodies
    assert body["StartingPosition"] == "TRIM_HORIZON"
    assert body["BisectBatchOnFunctionError"] is True
    assert body["DestinationConfig"] == {"OnFailure": {"Destination": f"arn:aws:s3:::{FAILURES}"}}
    assert 0 < body["MaximumRetryAttempts"] <= 10_000
    assert 60 <= body["MaximumRecordAgeInSeconds"] < 24 * 3600


def test_a_relay_reads_only_items_that_name_an_event() -> None:
    functions = Lambda(STREAM)
    functions.client.create_event_source_mapping(
        FunctionName="relay_posts", EventSourceArn=STREAM, StartingPosition="LATEST"
    )
    (body,) = functions.bodies
    (wanted,) = body["FilterCriteria"]["Filters"]
    assert json.loads(wanted["Pattern"]) == {"dynamodb": {"NewImage": {"_event": {"S": [{"exists": True}]}}}}


@pytest.mark.parametrize("source", [QUEUE, STREAM])
def test_a_redeploy_sets_the_options_again(source: str) -> None:
    functions = Lambda(source)
    functions.client.update_event_source_mapping(UUID=str(uuid4()), BatchSize=10)
    body = functions.bodies[-1]
    assert body["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert ("DestinationConfig" in body) == (source == STREAM)
    assert "StartingPosition" not in body


def test_what_an_s3_trigger_fails_at_for_good_goes_to_the_services_dlq(tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    made = [
        {
            "resource_type": "s3_event",
            "lambda_arn": "arn:aws:lambda:ap-northeast-1:000000000000:function:take",
        },
        {"resource_type": "lambda_function", "lambda_arn": "arn:aws:lambda:x"},
    ]
    state.write_text(json.dumps({"resources": made}))
    functions = Lambda("")
    assert keep_failures(functions.client, state, DLQ) == [made[0]["lambda_arn"]]
    (body,) = functions.bodies
    assert body["DestinationConfig"] == {"OnFailure": {"Destination": DLQ}}


def test_what_the_gateway_refuses_is_answered_with_problem_details() -> None:
    for name, response in gateway_problems.gateway_responses().items():
        problem = json.loads(response["responseTemplates"]["application/json"])
        assert problem["type"].startswith("urn:hidoki:problem:"), name
        assert str(problem["status"]) == response["statusCode"]
        assert "application/problem+json" in str(response["responseParameters"])


def test_a_failed_deploy_remembers_what_it_made_and_what_was_there(tmp_path: Path) -> None:
    old = [{"name": "api", "rest_api_id": "1"}, {"name": "relay", "event_uuid": "a"}]
    (tmp_path / "stage.json").write_text(json.dumps({"resources": old}))
    remember([{"name": "relay", "event_uuid": "b"}, {"name": "index", "event_uuid": "c"}], tmp_path, "stage")
    state = json.loads((tmp_path / "stage.json").read_text())
    assert {r["name"]: r.get("event_uuid") for r in state["resources"]} == {
        "api": None,
        "relay": "b",
        "index": "c",
    }
    assert state["schema_version"] == "2.0"


def test_a_first_deploy_that_fails_is_remembered_too(tmp_path: Path) -> None:
    remember([{"name": "relay", "event_uuid": "b"}], tmp_path / "deployed", "stage")
    assert "relay" in (tmp_path / "deployed" / "stage.json").read_text()


class NotThere(Exception):
    pass


class Mappings:
    """A Lambda client that holds mappings; a deleted one is gone at the second look."""

    class exceptions:  # noqa: N801 - botocore's name
        ResourceNotFoundException = NotThere

    def __init__(self, functions: dict[str, str]) -> None:
        self.functions = functions
        self.leaving: set[str] = set()

    def get_paginator(self, name: str) -> "Mappings":
        assert name == "list_event_source_mappings"
        return self

    def paginate(self) -> list[dict[str, Any]]:
        arn = "arn:aws:lambda:ap-northeast-1:000000000000:function:"
        return [
            {"EventSourceMappings": [{"UUID": uuid, "FunctionArn": arn + name}]}
            for uuid, name in self.functions.items()
        ]

    def delete_event_source_mapping(self, *, UUID: str) -> None:
        self.leaving.add(UUID)

    def get_event_source_mapping(self, *, UUID: str) -> None:
        if UUID in self.leaving:
            self.leaving.remove(UUID)
            del self.functions[UUID]
        elif UUID not in self.functions:
            raise NotThere


def test_mappings_that_a_killed_deploy_left_are_deleted_and_no_others(tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    state.write_text(json.dumps({"resources": [{"name": "index", "event_uuid": "known"}, {"name": "api"}]}))
    functions = Mappings(
        {
            "known": "hidoki-search-test-ap-northeast-1-index",
            "orphan": "hidoki-search-test-ap-northeast-1-index",
            "of-another-stage": "hidoki-search-prod-ap-northeast-1-index",
            "of-another-service": "hidoki-posts-test-ap-northeast-1-relay_posts",
        }
    )
    assert remove_orphans(functions, "hidoki-search-test-ap-northeast-1-", state) == ["orphan"]
    assert set(functions.functions) == {"known", "of-another-stage", "of-another-service"}


REST = {
    "resource_type": "rest_api",
    "rest_api_id": "abc",
    "rest_api_url": "https://abc.execute-api.ap-northeast-1.amazonaws.com/api/",
}
SOCKET = {
    "resource_type": "websocket_api",
    "websocket_api_id": "def",
    "websocket_api_url": "wss://def.execute-api.ap-northeast-1.amazonaws.com/api/",
}


@pytest.mark.usefixtures("on_aws")
def test_on_aws_a_service_is_reached_at_its_host() -> None:
    assert addresses(Stage("prod"), "posts", REST) == {
        "api/posts/url": "https://abc.execute-api.ap-northeast-1.amazonaws.com/api",
        "api/posts/id": "abc",
    }
    assert addresses(Stage("prod"), "rtc", SOCKET) == {
        "websocket/url": "wss://def.execute-api.ap-northeast-1.amazonaws.com/api",
        "websocket/management-url": "https://def.execute-api.ap-northeast-1.amazonaws.com/api",
    }


def test_on_an_emulator_a_service_is_reached_under_the_endpoint(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:4566")
    found = addresses(Stage("local"), "posts", REST)
    assert found["api/posts/url"] == "http://127.0.0.1:4566/restapis/abc/api/_user_request_"
    found = addresses(Stage("local"), "rtc", SOCKET)
    assert found["websocket/url"] == "ws://127.0.0.1:4566/_aws/execute-api/def/api"
    assert found["websocket/management-url"] == "http://127.0.0.1:4566/_aws/execute-api/def/api"


def test_functions_and_mappings_have_no_address() -> None:
    assert addresses(Stage("prod"), "posts", {"resource_type": "sqs_event"}) == {}
