import json
from typing import Any

import pytest

from infra.local.tests.conftest import Cloud
from infra.local.tests.functions import make_function

LAMBDA = "arn:aws:apigateway:ap-northeast-1:lambda:path/2015-03-31/functions"
CORS = {
    "method.response.header.Access-Control-Allow-Origin": "'https://hidoki.example'",
    "method.response.header.Access-Control-Allow-Headers": "'Authorization,Content-Type'",
}


def document(function_arn: str, *paths: str) -> dict[str, Any]:
    """What Chalice writes: a function behind each path, and a preflight."""
    integration = {
        "type": "aws_proxy",
        "httpMethod": "POST",
        "uri": f"{LAMBDA}/{function_arn}/invocations",
        "responses": {"default": {"statusCode": "200"}},
        "passthroughBehavior": "when_no_match",
        "contentHandling": "CONVERT_TO_TEXT",
    }
    preflight = {
        "type": "mock",
        "requestTemplates": {"application/json": '{"statusCode": 200}'},
        "responses": {"default": {"statusCode": "200", "responseParameters": CORS}},
        "passthroughBehavior": "when_no_match",
    }
    headers = {name.rpartition(".")[2]: {"type": "string"} for name in CORS}
    return {
        "swagger": "2.0",
        "info": {"title": "test", "version": "1.0"},
        "x-amazon-apigateway-binary-media-types": ["image/x-test"],
        "paths": {
            path: {
                "get": {"responses": {"200": {}}, "x-amazon-apigateway-integration": integration},
                "options": {
                    "responses": {"200": {"headers": headers}},
                    "x-amazon-apigateway-integration": preflight,
                },
            }
            for path in paths
        },
    }


ANSWER = """
import json
def handler(event, context):
    return {"statusCode": 200, "body": json.dumps({"path": event["resource"]})}
"""


@pytest.fixture
def gateway(cloud: Cloud) -> Any:
    return cloud.client("apigateway")


@pytest.fixture
def function_arn(cloud: Cloud) -> str:
    name = make_function(cloud, ANSWER)
    made = cloud.client("lambda").get_function(FunctionName=name)["Configuration"]
    return str(made["FunctionArn"])


@pytest.fixture
def api_id(gateway: Any, function_arn: str) -> str:
    body = json.dumps(document(function_arn, "/", "/v1/posts/{id}"))
    made = gateway.import_rest_api(body=body, parameters={"endpointConfigurationTypes": "REGIONAL"})
    gateway.create_deployment(restApiId=made["id"], stageName="v0")
    return str(made["id"])


def test_an_imported_api_serves_the_paths_of_its_document(cloud: Cloud, api_id: str) -> None:
    assert cloud.call(api_id, "/v1/posts/7").json()["path"] == "/v1/posts/{id}"


def test_an_imported_api_answers_a_preflight_with_the_headers_of_its_document(
    cloud: Cloud, api_id: str
) -> None:
    answer = cloud.call(api_id, "/v1/posts/7", "OPTIONS")
    assert answer.headers["Access-Control-Allow-Origin"] == "https://hidoki.example"
    assert answer.headers["Access-Control-Allow-Headers"] == "Authorization,Content-Type"


def test_an_imported_api_keeps_its_binary_media_types(gateway: Any, api_id: str) -> None:
    assert gateway.get_rest_api(restApiId=api_id)["binaryMediaTypes"] == ["image/x-test"]


def test_putting_a_document_replaces_all_paths_under_the_same_id(
    cloud: Cloud, gateway: Any, api_id: str, function_arn: str
) -> None:
    gateway.put_rest_api(
        restApiId=api_id, mode="overwrite", body=json.dumps(document(function_arn, "/v1/channels"))
    )
    gateway.create_deployment(restApiId=api_id, stageName="v0")
    assert cloud.call(api_id, "/v1/channels").json()["path"] == "/v1/channels"
    assert cloud.call(api_id, "/v1/posts/7").status_code == 403
    paths = {resource["path"] for resource in gateway.get_resources(restApiId=api_id)["items"]}
    assert paths == {"/", "/v1", "/v1/channels"}


def test_putting_a_document_leaves_no_draft_behind(gateway: Any, api_id: str, function_arn: str) -> None:
    def ids() -> set[str]:
        return {api["id"] for api in gateway.get_rest_apis(limit=500)["items"]}

    before = ids()
    gateway.put_rest_api(
        restApiId=api_id, mode="overwrite", body=json.dumps(document(function_arn, "/v1/channels"))
    )
    assert ids() == before


def test_an_empty_compression_size_turns_compression_off(gateway: Any, api_id: str) -> None:
    patch = {"op": "replace", "path": "/minimumCompressionSize", "value": ""}
    answer = gateway.update_rest_api(restApiId=api_id, patchOperations=[patch])
    assert "minimumCompressionSize" not in answer


def test_an_api_refuses_in_the_words_of_its_document_also_after_a_put(
    cloud: Cloud, gateway: Any, api_id: str, function_arn: str
) -> None:
    template = {"application/json": '{"title": "There is nothing here"}'}
    refusal = {"statusCode": "404", "responseTemplates": template}
    refusals = {"x-amazon-apigateway-gateway-responses": {"MISSING_AUTHENTICATION_TOKEN": refusal}}
    body = json.dumps(document(function_arn, "/v1/channels") | refusals)
    gateway.put_rest_api(restApiId=api_id, mode="overwrite", body=body)
    gateway.create_deployment(restApiId=api_id, stageName="v0")
    answer = cloud.call(api_id, "/nowhere")
    assert (answer.status_code, answer.json()) == (404, {"title": "There is nothing here"})
