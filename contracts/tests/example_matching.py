"""The producer's side of an example: whether a real event holds what a consumer relies on.

Values may differ, kinds may not: a time stays a time, a UUID a UUID. Where the model enumerates words,
the very word has to come, since consumers choose by it.
"""

import re
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from consumer_examples import Envelope, Example, Place, spelled
from contracts.events.consumers import CONSUMERS
from contracts.events.registry import publisher
from event_patterns import matches
from event_shapes import Shape, shape_of

DEADLINE = 20.0
"""Seconds in which a stream tells what was written."""

_HEX = "[0-9a-f]"

TEXTS = {
    "an empty text": "",
    "a time": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)",
    "a UUID": f"{_HEX}{{8}}(-{_HEX}{{4}}){{3}}-{_HEX}{{12}}",
    "a ULID": "[0-7][0-9A-HJKMNP-TV-Z]{25}",
    "32 hex digits": f"{_HEX}{{32}}",
    "the id of a post": "[A-Za-z0-9_-]{43}",
    "a path": r"/\S+",
}
"""The kinds of text that consumers tell apart, each by its form."""


def require(example: Example, events: Sequence[Envelope]) -> None:
    """Pass if one of the events that a producer published holds all that an example states.

    Raises
    ------
    AssertionError
        If none does; it names the consumer, the event, and each field of the nearest event that is wrong.
    """
    told = [event for event in events if event["type"] == example.event_type]
    wrong = min((_wrong(example, event) for event in told), key=len, default=["it publishes none at all"])
    assert not wrong, "\n  ".join(
        [
            f"{example.consumer} relies on {_named(example)}, "
            f"which {publisher(example.event_type)} does not publish like that:",
            *wrong,
        ]
    )


def require_soon(example: Example, told: Callable[[], Sequence[Envelope]]) -> None:
    """Pass as soon as the events that have been told by then hold all that an example states.

    Raises
    ------
    AssertionError
        As `require`, if they do not within `DEADLINE`.
    """
    deadline = time.monotonic() + DEADLINE
    while True:
        try:
            return require(example, told())
        except AssertionError:
            if time.monotonic() > deadline:
                raise
        time.sleep(0.05)


def scenario[S](example: Example, scenarios: Mapping[str, Callable[[S], object]]) -> Callable[[S], object]:
    """Return what the producer makes happen for an example.

    Raises
    ------
    AssertionError
        If it does not know the case; it says who wants what.
    """
    assert example.scenario in scenarios, (
        f"{example.consumer} wants {_named(example)}, for which {publisher(example.event_type)} "
        f"has no scenario: make it happen under {example.scenario!r} in its test_examples_published.py"
    )
    return scenarios[example.scenario]


def _named(example: Example) -> str:
    case = f" in the case {example.case!r}" if example.case else ""
    return f"{example.event_type}{case} (contracts/examples/{example}.json)"


def _wrong(example: Example, event: Envelope) -> list[str]:
    wrong = _differences(shape_of(example.event_type), example.stated, event, ())
    routed = {"source": event["source"], "detail-type": event["type"], "detail": event}
    if not matches(CONSUMERS[example.consumer].pattern(), routed):
        wrong.append(f"the rule of {example.consumer} does not let it in")
    return wrong


def _differences(shape: Shape, wanted: Any, found: Any, at: Place) -> list[str]:
    kind, seen = _kind(wanted, shape.words), _kind(found, shape.words)
    if kind != seen:
        return [f"{spelled(at)}: {kind} is relied on, {seen} comes"]
    if isinstance(wanted, Mapping):
        return [
            wrong
            for name, value in wanted.items()
            for wrong in (
                _differences(shape.fields[name], value, found[name], (*at, name))
                if name in found
                else [f"{spelled((*at, name))}: missing"]
            )
        ]
    if isinstance(wanted, list):
        nothing = [f"{spelled((*at, 0))}: missing"]
        nearest = [
            min(
                (_differences(shape.items, one, other, (*at, 0)) for other in found), key=len, default=nothing
            )
            for one in wanted
        ]
        return [wrong for differences in nearest for wrong in differences]
    return []


def _kind(value: Any, words: Sequence[str]) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "a truth value"
        case int():
            return "a whole number"
        case float():
            return "a number"
        case list():
            return "an array"
        case Mapping():
            return "an object"
        case _ if words:
            return f"the word {value!r}"
        case _:
            return next((kind for kind, form in TEXTS.items() if re.fullmatch(form, value)), "a text")
