"""Event-source mappings that a killed deploy left behind, unknown to the deployed state."""

import json
import time
from pathlib import Path
from typing import Any

DEADLINE_SECONDS = 120


def remove_orphans(functions: Any, prefix: str, deployed: Path) -> list[str]:
    """Delete the mappings of functions named `prefix…` that the state does not know, until they are gone.

    Parameters
    ----------
    functions
        A botocore Lambda client.
    prefix
        How the names of the service's functions begin.
    deployed
        The deployed state's file; it need not exist.

    Returns
    -------
    list of str
        The ids of the mappings that were deleted.
    """
    known = _known(deployed)
    pages = functions.get_paginator("list_event_source_mappings").paginate()
    orphans = [
        mapping["UUID"]
        for page in pages
        for mapping in page["EventSourceMappings"]
        if mapping["FunctionArn"].split(":")[6].startswith(prefix) and mapping["UUID"] not in known
    ]
    for orphan in orphans:
        functions.delete_event_source_mapping(UUID=orphan)
    deadline = time.monotonic() + DEADLINE_SECONDS
    while any(_exists(functions, orphan) for orphan in orphans):
        if time.monotonic() > deadline:
            raise TimeoutError(f"mappings {orphans} were not deleted within {DEADLINE_SECONDS} s")
        time.sleep(0.5)
    return orphans


def _known(deployed: Path) -> set[str]:
    if not deployed.exists():
        return set()
    resources = json.loads(deployed.read_text())["resources"]
    return {resource["event_uuid"] for resource in resources if "event_uuid" in resource}


def _exists(functions: Any, mapping: str) -> bool:
    try:
        functions.get_event_source_mapping(UUID=mapping)
    except functions.exceptions.ResourceNotFoundException:
        return False
    return True
