"""Where a deployed service is reached, written to Parameter Store for its clients and the CDN."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from infra.stages import Stage, put_parameter


def announce(stage: Stage, service: str, deployed: Path) -> None:
    """Write the addresses that the deployed state tells of."""
    for resource in json.loads(deployed.read_text())["resources"]:
        for name, value in addresses(stage, service, resource).items():
            put_parameter(stage, name, value)


def addresses(stage: Stage, service: str, resource: Mapping[str, str]) -> dict[str, str]:
    """Return the parameters of one deployed resource: those of APIs, none of others.

    An emulator serves the same APIs under paths of its one endpoint, not under host names.
    """
    if resource["resource_type"] == "rest_api":
        url = resource["rest_api_url"].rstrip("/")
        api = resource["rest_api_id"]
        if stage.emulated:
            url = f"{_endpoint()}/restapis/{api}/{url.rsplit('/', 1)[1]}/_user_request_"
        return {f"api/{service}/url": url, f"api/{service}/id": api}
    if resource["resource_type"] == "websocket_api":
        url = resource["websocket_api_url"].rstrip("/")
        if stage.emulated:
            path = f"/_aws/execute-api/{resource['websocket_api_id']}/{url.rsplit('/', 1)[1]}"
            url = f"ws://{urlsplit(_endpoint()).netloc}{path}"
        return {"websocket/url": url, "websocket/management-url": url.replace("ws", "http", 1)}
    return {}


def _endpoint() -> str:
    return os.environ["AWS_ENDPOINT_URL"].rstrip("/")
