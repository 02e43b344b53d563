"""What the gateway lets through at most, over all people: Chalice has no words for it.

A person's own budgets are in `contracts/http/budgets.py`; here are the ceilings that keep a crowd, or someone
with many accounts, from what costs the most and has no row to count in.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Throttle:
    """Requests a second in the long run, and at once."""

    rate: int
    burst: int


EVERY_ROUTE = Throttle(rate=1_000, burst=2_000)
"""Each service's routes, each by itself."""

COSTLY: Mapping[tuple[str, str], Throttle] = {
    ("/v1/search/posts", "GET"): Throttle(rate=100, burst=200),
    ("/v1/search/people", "GET"): Throttle(rate=100, burst=200),
    ("/v1/media", "POST"): Throttle(rate=100, burst=200),
    ("/v1/sockets", "POST"): Throttle(rate=100, burst=200),
}
"""Routes with less room."""


def throttle(gateway: Any, deployed: Path) -> None:
    """Set the throttles of a deployed API.

    Parameters
    ----------
    gateway
        A botocore API Gateway client.
    deployed
        The deployed state's file.
    """
    for resource in json.loads(deployed.read_text())["resources"]:
        if resource["resource_type"] == "rest_api":
            api = resource["rest_api_id"]
            stage = resource["rest_api_url"].rstrip("/").rsplit("/", 1)[1]
            gateway.update_stage(
                restApiId=api, stageName=stage, patchOperations=_patches(_routes(gateway, api))
            )


def _routes(gateway: Any, api: str) -> set[tuple[str, str]]:
    pages = gateway.get_paginator("get_resources").paginate(restApiId=api)
    found = [resource for page in pages for resource in page["items"]]
    return {(one["path"], method) for one in found for method in one.get("resourceMethods", ())}


def _patches(routes: set[tuple[str, str]]) -> list[dict[str, str]]:
    settings = {"/*/*": EVERY_ROUTE} | {
        f"/{path.replace('/', '~1')}/{method}": throttle
        for (path, method), throttle in COSTLY.items()
        if (path, method) in routes
    }
    return [
        {"op": "replace", "path": f"{where}/throttling/{name}", "value": str(value)}
        for where, throttle in settings.items()
        for name, value in (("rateLimit", throttle.rate), ("burstLimit", throttle.burst))
    ]
