"""EventBridge's pattern language, as far as our rules use it."""

from collections.abc import Mapping
from typing import Any


def lets_in(pattern: Mapping[str, Any], event: Mapping[str, Any]) -> bool:
    """Tell whether a rule's pattern lets an event in.

    Patterns are lists of exact values, `exists`, `$or`, and objects that one of an array's members matches.
    """
    return all(
        any(lets_in(one, event) for one in wanted) if key == "$or" else _one_matches(wanted, event.get(key))
        for key, wanted in pattern.items()
    )


def _one_matches(wanted: Any, found: Any) -> bool:
    if isinstance(wanted, dict):
        return any(lets_in(wanted, one) for one in (found if isinstance(found, list) else [found or {}]))
    return found in wanted or (found is not None and {"exists": True} in wanted)
