import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from websockets.sync.client import connect

from infra.local import cloud as processes
from infra.local.daemon import Supervisor
from infra.local.place import ACCOUNT, REGION, STAGE, Place
from infra.local.tests.conftest import Cloud
from infra.local.tests.functions import make_function, until

WRITES_DOWN = """
import json
def handler(event, context):
    with open("{seen}", "w") as seen:
        json.dump(event["requestContext"], seen)
"""


def make_api(cloud: Cloud, seen: Path) -> str:
    """Make an API with nothing but a `$disconnect`, which writes down what it is told; return its URL."""
    function = make_function(cloud, WRITES_DOWN.format(seen=seen))
    gateway = cloud.client("apigatewayv2")
    api = gateway.create_api(
        Name=function, ProtocolType="WEBSOCKET", RouteSelectionExpression="$request.body"
    )
    arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{function}"
    integration = gateway.create_integration(
        ApiId=api["ApiId"],
        IntegrationType="AWS_PROXY",
        IntegrationUri=f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{arn}/invocations",
    )
    gateway.create_route(
        ApiId=api["ApiId"], RouteKey="$disconnect", Target=f"integrations/{integration['IntegrationId']}"
    )
    gateway.create_stage(ApiId=api["ApiId"], StageName="api")
    cloud.client("lambda").add_permission(
        FunctionName=function,
        StatementId="gateway",
        Action="lambda:InvokeFunction",
        Principal="apigateway.amazonaws.com",
    )
    address = cloud.endpoint.replace("http", "ws", 1)
    return f"{address}/_aws/execute-api/{api['ApiId']}/api"


def told(seen: Path) -> tuple[int, str]:
    def read() -> dict[str, Any] | None:
        return json.loads(seen.read_text()) if seen.exists() and seen.stat().st_size else None

    context = until(read)
    return context["disconnectStatusCode"], context["disconnectReason"]


@pytest.mark.parametrize(("code", "reason"), [(1000, "done"), (1001, "leaving"), (4000, "やめる")])
def test_disconnect_is_told_what_the_client_closed_with(
    cloud: Cloud, tmp_path: Path, code: int, reason: str
) -> None:
    with connect(make_api(cloud, tmp_path / "seen")) as client:
        client.close(code, reason)
    assert told(tmp_path / "seen") == (code, reason)


def test_a_connection_that_breaks_is_told_as_1006(mended: Cloud, tmp_path: Path) -> None:
    with connect(make_api(mended, tmp_path / "seen")) as client:
        client.socket.shutdown(socket.SHUT_RDWR)
    assert told(tmp_path / "seen")[0] == 1006


@pytest.fixture
def edge(mended: Cloud, tmp_path: Path) -> Iterator[str]:
    """Put an edge in front of an API; return where its sockets are."""
    mended.client("ssm").put_parameter(
        Name=f"/hidoki/{STAGE}/websocket/url",
        Value=make_api(mended, tmp_path / "seen"),
        Type="String",
        Overwrite=True,
    )
    place = Place(int(mended.endpoint.rpartition(":")[2]) - Place().cloud_port)
    supervisor = Supervisor(tmp_path)
    supervisor.start(processes.edge(place))
    yield f"{place.page.replace('http', 'ws', 1)}/ws"
    supervisor.stop("edge")


@pytest.mark.parametrize("code", [1000, 1001])
def test_the_edge_hands_on_what_the_browser_closed_with(edge: str, tmp_path: Path, code: int) -> None:
    with connect(edge) as client:
        client.close(code, "leaving")
    assert told(tmp_path / "seen") == (code, "leaving")


def test_the_edge_hands_on_that_a_connection_broke(edge: str, tmp_path: Path) -> None:
    with connect(edge) as client:
        client.socket.shutdown(socket.SHUT_RDWR)
    assert told(tmp_path / "seen")[0] == 1006
