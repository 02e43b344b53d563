"""A policy on a schedule names the schedule's group.

MiniStack takes every schedule for one of the group `default` when it looks for what allows a call.
"""

import json
from typing import Any

from ministack.core import iam_actions

DEFAULT = ":schedule/default/"


def apply() -> None:
    """Put the group of the request into the resource that policies are asked about."""
    named = iam_actions.extract_resource_arn

    def named_with_group(service: str, method: str, path: str, *more: Any, **others: Any) -> str:
        found: str = named(service, method, path, *more, **others)
        if service != "scheduler" or DEFAULT not in found:
            return found
        group = _group([*more, *others.values()])
        return found.replace(DEFAULT, f":schedule/{group}/") if group else found

    iam_actions.extract_resource_arn = named_with_group


def _group(arguments: list[Any]) -> str | None:
    """Return the group that a request names, in its query or in its body."""
    for one in arguments:
        if isinstance(one, dict) and (named := one.get("groupName")):
            return str(named[0] if isinstance(named, list) else named)
        if isinstance(one, bytes) and one:
            try:
                body = json.loads(one)
            except ValueError:
                continue
            if isinstance(body, dict) and body.get("GroupName"):
                return str(body["GroupName"])
    return None
