"""The gateway's throttles, as the deploy tool sets them."""

import json
from pathlib import Path
from typing import Any

import pytest
from contracts.http.budgets import TRUSTED
from contracts.http.identity import MODERATORS

from infra.deploy.throttling import COSTLY, EVERY_ROUTE, throttle
from infra.local.place import REPOSITORY
from infra.tests.conftest import Synthesised

SEARCH = {"path": "/v1/search/posts", "resourceMethods": {"GET": {}}}


class Gateway:
    """A client of API Gateway that has two pages of resources."""

    def __init__(self) -> None:
        self.updates: list[dict[str, Any]] = []

    def get_paginator(self, name: str) -> "Gateway":
        assert name == "get_resources"
        return self

    def paginate(self, restApiId: str) -> list[dict[str, Any]]:
        return [{"items": [{"path": "/v1"}]}, {"items": [SEARCH]}]

    def update_stage(self, **update: Any) -> None:
        self.updates.append(update)


def test_every_route_has_a_ceiling_and_the_costly_ones_of_the_service_a_lower_one(tmp_path: Path) -> None:
    state, gateway = tmp_path / "state.json", Gateway()
    api = {
        "resource_type": "rest_api",
        "rest_api_id": "abc",
        "rest_api_url": "https://abc.execute-api.ap-northeast-1.amazonaws.com/api/",
    }
    state.write_text(json.dumps({"resources": [{"resource_type": "lambda_function"}, api]}))
    throttle(gateway, state)
    (update,) = gateway.updates
    assert (update["restApiId"], update["stageName"]) == ("abc", "api")
    search = COSTLY["/v1/search/posts", "GET"]
    assert {patch["path"]: patch["value"] for patch in update["patchOperations"]} == {
        "/*/*/throttling/rateLimit": str(EVERY_ROUTE.rate),
        "/*/*/throttling/burstLimit": str(EVERY_ROUTE.burst),
        "/~1v1~1search~1posts/GET/throttling/rateLimit": str(search.rate),
        "/~1v1~1search~1posts/GET/throttling/burstLimit": str(search.burst),
    }


@pytest.mark.parametrize(("path", "method"), COSTLY)
def test_a_costly_route_is_one_that_a_service_has(path: str, method: str) -> None:
    documents = [json.loads(file.read_text()) for file in REPOSITORY.glob("services/*/openapi.json")]
    assert any(method.lower() in document["paths"].get(path, {}) for document in documents)


def test_the_groups_that_services_know_are_made(local: Synthesised) -> None:
    groups = local.core.of("AWS::Cognito::UserPoolGroup").values()
    assert {group["Properties"]["GroupName"] for group in groups} == {MODERATORS, TRUSTED}
