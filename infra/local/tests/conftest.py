"""Two MiniStacks for the tests of the mends: one as it is, one behind the launcher."""

import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
import httpx
import pytest

from infra.local.daemon import Daemon, Supervisor
from infra.local.place import HOST, REGION


class Cloud:
    """A MiniStack and clients for it."""

    def __init__(self, port: int) -> None:
        self.endpoint = f"http://{HOST}:{port}"

    def client(self, service: str) -> Any:
        return boto3.client(
            service,
            endpoint_url=self.endpoint,
            region_name=REGION,
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )

    def call(self, api_id: str, path: str, method: str = "GET", **options: Any) -> httpx.Response:
        return httpx.request(method, f"{self.endpoint}/_aws/execute-api/{api_id}/v0{path}", **options)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


# Each test of a mend states what AWS does: true with the mends, not yet without.
AS_IT_IS = pytest.param(
    "off",
    marks=pytest.mark.xfail(
        strict=True, reason="MiniStack differs from AWS here; once it does not, remove the mend"
    ),
)


@pytest.fixture(scope="session")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    with running(tmp_path_factory.mktemp("plain"), "off") as cloud:
        yield cloud


@pytest.fixture(scope="session")
def mended(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    with running(tmp_path_factory.mktemp("mended"), "on") as cloud:
        yield cloud


@pytest.fixture(params=[AS_IT_IS, "on"])
def mends(request: pytest.FixtureRequest) -> str:
    """Whether MiniStack runs with its gaps mended."""
    chosen: str = request.param
    return chosen


@pytest.fixture
def cloud(mends: str, request: pytest.FixtureRequest) -> Cloud:
    """A MiniStack that tests share."""
    chosen: Cloud = request.getfixturevalue("mended" if mends == "on" else "plain")
    return chosen


@contextmanager
def running(folder: Path, mends: str) -> Iterator[Cloud]:
    """Run a MiniStack that keeps its data in a folder."""
    port = free_port()
    cloud = Cloud(port)
    supervisor = Supervisor(folder)
    daemon = Daemon(
        name="cloud",
        command=[sys.executable, "-m", "infra.local.launcher"],
        port=port,
        healthy=lambda: _answers(f"{cloud.endpoint}/_ministack/health"),
        environment={
            "HIDOKI_MENDS": mends,
            "GATEWAY_PORT": str(port),
            "BIND_HOST": HOST,
            "MINISTACK_REGION": REGION,
            "AUTH": "true",
            "PERSIST_STATE": "1",
            "STATE_DIR": str(folder / "data"),
            "IOT_MTLS_ENABLED": "0",
            "LAMBDA_EXECUTOR": "local",
            "AWS_XRAY_DAEMON_ADDRESS": f"{HOST}:{port}",  # UDP, so it is free
            "TMPDIR": str(folder),
            "PYTHONPATH": "",
        },
    )
    supervisor.start(daemon)
    try:
        yield cloud
    finally:
        supervisor.stop("cloud")


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=2).is_success
    except httpx.HTTPError:
        return False
