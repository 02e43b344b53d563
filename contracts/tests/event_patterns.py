"""EventBridge's event patterns, as far as `contracts.events.consumers` writes them."""

from collections.abc import Iterator, Mapping
from typing import Any


def matches(pattern: Mapping[str, Any], event: Mapping[str, Any]) -> bool:
    """Tell whether a rule lets an event in: all fields match, of `$or` at least one alternative."""
    return all(
        any(matches(alternative, event) for alternative in wanted)
        if name == "$or"
        else _field(wanted, [event], name)
        for name, wanted in pattern.items()
    )


def _field(wanted: Any, holders: list[Any], name: str) -> bool:
    """Match one field; of a list each element is looked at, as EventBridge does."""
    found = [value for holder in holders for value in _values(holder, name)]
    if isinstance(wanted, Mapping):
        return all(_field(inner, found, key) for key, inner in wanted.items())
    return any(_leaf(one, found) for one in wanted)


def _leaf(wanted: Any, found: list[Any]) -> bool:
    if isinstance(wanted, Mapping):
        if set(wanted) != {"exists"}:
            raise NotImplementedError(f"the simulated bus does not know {wanted!r}")
        return bool(found) is wanted["exists"]
    return wanted in found


def _values(holder: Any, name: str) -> Iterator[Any]:
    if isinstance(holder, list):
        for element in holder:
            yield from _values(element, name)
    elif isinstance(holder, Mapping) and name in holder:
        value = holder[name]
        yield from value if isinstance(value, list) else [value]
