"""The examples that consumers commit: of each event they hear, what of it they rely on.

`contracts/examples/<consumer>/<event type>[.<case>].json` is an envelope with those fields only. The
consumer's tests complete it to a whole event; the producer's tests match a real event against it.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from contracts.events.consumers import CONSUMERS
from contracts.events.registry import publisher, source
from event_shapes import Shape, shape_of

ROOT = Path(__file__).resolve().parents[1] / "examples"

Envelope = dict[str, Any]
"""An event in JSON, or a part of one."""

Place = tuple[str | int, ...]
"""Where a field is: names, and numbers of array elements."""


@dataclass(frozen=True)
class Example:
    """What one consumer relies on in one case of one event type.

    Parameters
    ----------
    consumer, event_type
        Who relies on what.
    case
        Which of the producer's situations it is, such as `reply`; empty if there is just one.
    stated
        The fields, with values like real ones.
    """

    consumer: str
    event_type: str
    case: str
    stated: Envelope = field(repr=False)

    @classmethod
    def read(cls, file: Path) -> "Example":
        """Read an example."""
        noun, verb, version, *case = file.stem.split(".", 3)
        return cls(file.parent.name, f"{noun}.{verb}.{version}", ".".join(case), json.loads(file.read_text()))

    @property
    def scenario(self) -> str:
        """The name of its type and case, by which the producer knows what to make happen."""
        return f"{self.event_type}.{self.case}".rstrip(".")

    def __str__(self) -> str:
        return f"{self.consumer}/{self.scenario}"


def examples(root: Path = ROOT) -> list[Example]:
    """Return every example that a consumer has committed."""
    return [Example.read(file) for file in sorted(root.glob("*/*.json"))]


def relied_on_by(service: str) -> list[Example]:
    """Return the examples of a service's consumers."""
    return [one for one in examples() if CONSUMERS[one.consumer].service == service]


def expected_of(service: str) -> list[Example]:
    """Return the examples of the events that a service publishes."""
    return [one for one in examples() if publisher(one.event_type) == service]


def completed(event_type: str, stated: Mapping[str, Any], style: int = 0) -> Envelope:
    """Return a whole event: what is stated, and made-up values of whatever else its schema requires."""
    routed = {"type": event_type, "source": source(event_type), "dataschema": f"schemas/{event_type}.json"}
    whole: Envelope = _completed(shape_of(event_type), {**stated, **routed}, style)
    return whole


def _completed(shape: Shape, stated: Any, style: int) -> Any:
    if isinstance(stated, list):
        return [_completed(shape.items, one, style) for one in stated]
    if not isinstance(stated, Mapping):
        return stated
    fields = shape.fields
    unknown = stated.keys() - fields.keys()
    if unknown:
        raise ValueError(f"the event has no field {', '.join(sorted(unknown))}")
    return {
        name: _completed(inner, stated[name], style) if name in stated else inner.value(style)
        for name, inner in fields.items()
        if name in stated or name in shape.required
    }


def leaves(stated: Any, at: Place = ()) -> Iterator[Place]:
    """Return where the fields are that hold no further fields."""
    inner: Iterator[tuple[str | int, Any]] = iter(())
    if isinstance(stated, Mapping):
        inner = iter(stated.items())
    elif isinstance(stated, list) and any(isinstance(one, Mapping) for one in stated):
        inner = iter(enumerate(stated))
    found = [leaf for name, value in inner for leaf in leaves(value, (*at, name))]
    yield from found or [at]


def spelled(path: Place) -> str:
    """Return a path as people read it: `data.post.mentions[].id`."""
    return "".join("[]" if isinstance(part, int) else f".{part}" for part in path).removeprefix(".")
