"""The processes that make up the local cloud, and how each tells that it answers."""

import hashlib
import importlib.util
import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import httpx

from infra.local.daemon import CloudError, Daemon
from infra.local.place import ACCOUNT, HOST, REGION, Place

HERE = Path(__file__).parent


def daemons(place: Place) -> list[Daemon]:
    """Return every process of this local cloud."""
    return [ministack(place), search_engine(place), push_sink(place), edge(place)]


def ministack(place: Place) -> Daemon:
    """AWS: MiniStack behind our launcher, with its data in files."""
    data = place.data.absolute()
    scratch = place.folder.absolute() / "tmp"
    for folder in (data, scratch):
        folder.mkdir(parents=True, exist_ok=True)
    return Daemon(
        name="cloud",
        command=[sys.executable, "-m", "infra.local.launcher"],
        port=place.cloud_port,
        healthy=_answers(f"{place.endpoint}/_ministack/health"),
        environment={
            "BIND_HOST": HOST,
            "GATEWAY_PORT": str(place.cloud_port),
            "MINISTACK_REGION": REGION,
            "MINISTACK_ACCOUNT_ID": ACCOUNT,
            "MINISTACK_HOST": "localhost",
            "AUTH": "true",  # policies of functions, buckets and queues count
            "PERSIST_STATE": "1",
            "STATE_DIR": str(data / "services"),
            "S3_PERSIST": "1",
            "S3_DATA_DIR": str(data / "s3"),
            "IOT_MTLS_ENABLED": "0",  # would open 0.0.0.0:8883
            "SFTP_ENABLED": "0",
            "LAMBDA_EXECUTOR": "local",
            "LOG_LEVEL": os.environ.get("HIDOKI_LOG_LEVEL", "INFO"),
            "TMPDIR": str(scratch),
            "PYTHONPATH": "",  # functions inherit it
            "AWS_ENDPOINT_URL": place.endpoint,
            "AWS_XRAY_DAEMON_ADDRESS": place.traces,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
        },
        fingerprint=fingerprint([HERE / "launcher.py", HERE / "mends", HERE / "cloud.py"]),
    )


def search_engine(place: Place) -> Daemon:
    """OpenSearch's wire protocol: osmem, in memory."""
    return Daemon(
        name="search",
        command=[_osmem(), "-addr", f"{HOST}:{place.search_port}", "-no-stdin-watch"],
        port=place.search_port,
        healthy=_answers(place.search_endpoint),
    )


def push_sink(place: Place) -> Daemon:
    """Phones: whoever the push port's local adapter speaks to."""
    return Daemon(
        name="push",
        command=_served("infra.local.push_sink:app", place.push_port),
        port=place.push_port,
        healthy=_answers(f"{place.push_sink}?token=health"),
        fingerprint=fingerprint([HERE / "push_sink.py"]),
    )


def edge(place: Place) -> Daemon:
    """The page's origin in front of CloudFront and the WebSocket API."""
    return Daemon(
        name="edge",
        command=_served("infra.local.edge:app", place.edge_port),
        port=place.edge_port,
        healthy=_answers(f"{place.page}/_edge/health"),
        environment=place.client_environment(),
        fingerprint=fingerprint([HERE / "edge.py", HERE / "place.py", HERE / "mends" / "close_codes.py"]),
    )


def fingerprint(paths: Iterable[Path]) -> str:
    """Return a hash over files, and over the sources in folders."""
    digest = hashlib.sha256()
    for path in paths:
        for file in [path] if path.is_file() else sorted(path.rglob("*.py")):
            digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


def _served(application: str, port: int) -> list[str]:
    return [
        *[sys.executable, "-m", "hypercorn", "--bind", f"{HOST}:{port}"],
        *["--workers", "0", "--keep-alive", "75", "--log-level", "warning", application],
    ]


def _osmem() -> str:
    package = importlib.util.find_spec("osmem_server")
    folder = Path(package.origin).parent / "bin" if package and package.origin else HERE
    binary = next(folder.glob("osmem-server*"), None)
    if binary is None:
        raise CloudError("osmem-server has no program for this machine; search does not work here.")
    return str(binary)


def _answers(url: str) -> Callable[[], bool]:
    def ask() -> bool:
        try:
            return httpx.get(url, timeout=2).status_code < 500
        except httpx.HTTPError:
            return False

    return ask
