"""The consumer's side of an example: whether it states just what the consumer relies on.

A field is relied on if the consumer asks something else of its ports when the field is gone or different.
"""

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any

from consumer_examples import Envelope, Example, Place, completed, examples, leaves, spelled
from contracts.transport.consume import QueueConsumer, work_body
from event_shapes import STYLES, Shape, shape_of

Calls = list[tuple[str, tuple[Any, ...], dict[str, Any]]]
"""What a consumer asked of its ports, in order."""

Hear = Callable[[Envelope], Calls]
"""Lets a consumer hear an event, in a world that is as new each time."""

ROUTING = frozenset({"specversion", "type", "source", "datacontenttype", "dataschema"})
"""What of an envelope says what kind of event it is, and is the same in all of a type."""


class NotTaken(Exception):
    """A consumer failed on an event, or parked it."""


class Noted:
    """Stands before a port and notes what it is asked."""

    def __init__(self, port: Any, calls: Calls) -> None:
        self._port, self._calls = port, calls

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._port, name)

        def ask(*arguments: Any, **named: Any) -> Any:
            self._calls.append((name, arguments, named))
            return method(*arguments, **named)

        return ask


def hand(consumer: QueueConsumer, envelope: Envelope) -> None:
    """Let a consumer take an event from its queue, as if for the last time.

    Raises
    ------
    NotTaken
        If it fails on it; the text is its reason.
    """
    reasons: list[str] = []
    record = {
        "messageId": "1",
        "body": work_body(envelope["type"], envelope),
        "attributes": {"ApproximateReceiveCount": str(consumer.max_receives)},
    }
    replace(consumer, park=lambda _body, reason, _attempts: reasons.append(reason))({"Records": [record]})
    if reasons:
        raise NotTaken(f"{consumer.name} on {json.dumps(envelope, ensure_ascii=False)}: {reasons[0]}")


def require_exact(example: Example, hear: Hear) -> None:
    """Pass if an example states all that its consumer takes of the event, and nothing else.

    Raises
    ------
    AssertionError
        If not; it names each field to state or to leave out.
    """
    wrong = [f"{field}: taken, so state it" for field in unstated(example, hear)]
    wrong += [f"{field}: not taken, so leave it out" for field in superfluous(example, hear)]
    assert not wrong, "\n  ".join([f"contracts/examples/{example}.json:", *wrong])


def superfluous(example: Example, hear: Hear) -> list[str]:
    """Return the fields of an example without which the consumer does just the same."""
    whole = [hear(completed(example.event_type, example.stated, style)) for style in STYLES]
    return [
        spelled(leaf)
        for leaf in leaves(example.stated)
        if [_outcome(hear, example, _without(example.stated, leaf), style) for style in STYLES] == whole
    ]


def unstated(example: Example, hear: Hear) -> list[str]:
    """Return the fields that change what the consumer does, but are not stated.

    A field that may be absent may be stated by another example of the same consumer and event type: here
    its absence is what the consumer relies on.
    """
    others = (one for one in examples() if _pair(one) == _pair(example))
    elsewhere = {spelled(leaf) for one in others for leaf in leaves(one.stated)}
    whole = hear(completed(example.event_type, example.stated))
    return [
        spelled(field.place)
        for field in _open(shape_of(example.event_type), example.stated)
        if not (field.optional and any(_within(one, spelled(field.place)) for one in elsewhere))
        and _outcome(hear, example, _with(example.stated, field.place, field.value)) != whole
    ]


def _within(field: str, other: str) -> bool:
    return field == other or field.startswith((f"{other}.", f"{other}["))


def _pair(example: Example) -> tuple[str, str]:
    return example.consumer, example.event_type


def _outcome(hear: Hear, example: Example, stated: Envelope, style: int = 0) -> Calls | None:
    """Return what a consumer does, None if it can't take the event."""
    try:
        return hear(completed(example.event_type, stated, style))
    except NotTaken:
        return None


@dataclass(frozen=True)
class _Open:
    """A field that an example leaves open, and a value that `completed` does not give it."""

    place: Place
    value: Any
    optional: bool


def _open(shape: Shape, stated: Any, at: Place = ()) -> Iterator[_Open]:
    if isinstance(stated, list):
        for number, one in enumerate(stated):
            yield from _open(shape.items, one, (*at, number))
    elif isinstance(stated, dict):
        for name, inner in shape.fields.items():
            if name in stated:
                yield from _open(inner, stated[name], (*at, name))
            elif at or name not in ROUTING:
                yield _Open((*at, name), inner.value(1), name not in shape.required)


def _with(stated: Envelope, path: Place, value: Any) -> Envelope:
    changed = deepcopy(stated)
    _holder(changed, path)[path[-1]] = value
    return changed


def _without(stated: Envelope, path: Place) -> Envelope:
    changed = deepcopy(stated)
    del _holder(changed, path)[path[-1]]
    return changed


def _holder(stated: Any, path: Place) -> Any:
    for part in path[:-1]:
        stated = stated[part]
    return stated
