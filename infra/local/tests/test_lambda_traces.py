import json
import socket
from collections.abc import Iterator

import pytest

from infra.local.place import HOST
from infra.local.tests.conftest import Cloud
from infra.local.tests.functions import make_function

ROOT, CLIENT = "1-67891233-abcdef012345678912345678", "53995c3f42cd8ad8"

TELLS_ITS_TRACE = """
import os
def handler(event, context):
    return {"statusCode": 200, "body": os.environ["_X_AMZN_TRACE_ID"]}
"""


@pytest.fixture
def api_id(cloud: Cloud) -> str:
    """Make an API in front of a function that is traced; return its id."""
    name = make_function(cloud, TELLS_ITS_TRACE, TracingConfig={"Mode": "Active"})
    gateway = cloud.client("apigateway")
    api: str = gateway.create_rest_api(name=name)["id"]
    (root,) = gateway.get_resources(restApiId=api)["items"]
    at = {"restApiId": api, "resourceId": root["id"], "httpMethod": "GET"}
    function = cloud.client("lambda").get_function(FunctionName=name)["Configuration"]["FunctionArn"]
    gateway.put_method(**at, authorizationType="NONE")
    gateway.put_integration(
        **at,
        type="AWS_PROXY",
        integrationHttpMethod="POST",
        uri=f"arn:aws:apigateway:ap-northeast-1:lambda:path/2015-03-31/functions/{function}/invocations",
    )
    gateway.create_deployment(restApiId=api, stageName="v0", tracingEnabled=True)
    cloud.client("lambda").add_permission(
        FunctionName=name,
        StatementId="gateway",
        Action="lambda:InvokeFunction",
        Principal="apigateway.amazonaws.com",
    )
    return api


def told(cloud: Cloud, api_id: str, **headers: str) -> dict[str, str]:
    answer = cloud.call(api_id, "/", headers=headers)
    assert answer.status_code == 200, answer.text
    return dict(field.split("=", 1) for field in answer.text.split(";"))


@pytest.fixture
def daemon(cloud: Cloud) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as daemon:
        daemon.bind((HOST, int(cloud.endpoint.rpartition(":")[2])))
        daemon.settimeout(5)
        yield daemon


def test_a_function_goes_on_with_the_trace_of_its_request_below_a_segment_of_its_own(
    cloud: Cloud, api_id: str, daemon: socket.socket
) -> None:
    header = {"X-Amzn-Trace-Id": f"Root={ROOT};Parent={CLIENT};Sampled=1"}
    trace = told(cloud, api_id, **header)
    assert (trace["Root"], trace["Sampled"]) == (ROOT, "1")
    segment = json.loads(daemon.recv(65_535).decode().split("\n", 1)[1])
    assert (segment["trace_id"], segment["id"]) == (ROOT, trace["Parent"])
    assert segment["origin"] == "AWS::Lambda::Function"


def test_a_function_goes_on_with_the_decision_not_to_sample(cloud: Cloud, api_id: str) -> None:
    trace = told(cloud, api_id, **{"X-Amzn-Trace-Id": f"Root={ROOT};Parent={CLIENT};Sampled=0"})
    assert (trace["Root"], trace["Sampled"]) == (ROOT, "0")


def test_a_request_that_asks_for_no_trace_has_one_that_is_not_sampled(cloud: Cloud, api_id: str) -> None:
    # On AWS this is so where no sampling rule chooses the request.
    first, second = (told(cloud, api_id) for _ in range(2))
    assert first["Root"] != second["Root"]
    assert (first["Sampled"], second["Sampled"]) == ("0", "0")
