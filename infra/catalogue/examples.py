"""Examples: of each event a whole one, made of its model, and what of it each consumer relies on."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from math import inf
from pathlib import Path
from typing import Any

from contracts.events.envelope import EventData, detail, event
from contracts.events.registry import source

from infra.catalogue.fields import REFERENCE, Schema
from infra.local.place import REPOSITORY

RELIED_ON = REPOSITORY / "contracts" / "examples"
"""`<consumer>/<event type>[.<case>].json`: what each consumer committed, the fields that it reads only."""

MOMENT = datetime(2026, 11, 3, 6, 30, tzinfo=UTC)

AIKO = "7c3f1e52-8a4d-4b1e-9f60-2d5a8c7b9e14"
BEN = "b1d9a6f0-35c2-4e87-8b4a-6f0e9d2c7a35"
POST = "fD8eUopNSx6fYC1ajHueFAGbf0mQEFt8kQpXq2d0hY0"

SAMPLES: Mapping[str, Any] = {
    "actor": AIKO,
    "alt": "Red and gold leaves",
    "audience": [AIKO, BEN],
    "author": AIKO,
    "bio": "Waits for the leaves.",
    "channel": "01KC3W5V9Q2F7T8XBN4R6GZJHD",
    "connection": "IkX0ldXtDoECJ7g=",
    "content_type": "image/webp",
    "detail": "The image has 60,000 × 40,000 pixels; at most 50,000,000 are taken.",
    "followee": BEN,
    "follower": AIKO,
    "handle": "aiko",
    "height": 1080,
    "in_reply_to": "sdmm8DXCToeLSm8OnSx6NQGbf0k3Yk1yWmV4Q0pZc2E",
    "in_reply_to_author": BEN,
    "locale": "ja",
    "media": "01KC3W4MZ7C1D5E9FGH2JKNPQR",
    "members": [AIKO, BEN],
    "mentions": [{"id": BEN, "handle": "ben", "name": "Ben"}],
    "message": "01KC3W6A8P3V5X7YTB2D4F6HJK",
    "n": "0",
    "name": "Aiko",
    "notification": "01KC3W7B2C4D6E8F0G1H3J5K7M",
    "owner": AIKO,
    "person": AIKO,
    "post": POST,
    "preview": "@ben 京都の紅葉 …",
    "reason": "too-many-pixels",
    "recipients": [BEN],
    "sequence": "1",
    "size": 182_044,
    "text": "@ben 京都の紅葉、見頃です。",
    "trace": "Root=1-6908a3f8-5f2c7d1e9b4a6083c2d1e0f7;Parent=4c7f2a19d83be506;Sampled=1",
    "url": "/media/3vQk9ZtY/display.webp",
    "user": AIKO,
    "width": 1440,
}
"""What a field of this name, or the id of this thing, looks like; any other is called by its name."""

_FORMATS = {
    "date-time": MOMENT.isoformat().replace("+00:00", "Z"),
    "date": MOMENT.date().isoformat(),
    "time": "06:30:00Z",
    "duration": "PT15M",
    "uuid": AIKO,
    "uri": "https://example.com/",
    "email": "aiko@example.com",
}


@dataclass(frozen=True)
class Reliance:
    """What one consumer relies on in one case of an event.

    Parameters
    ----------
    case
        Which of the publisher's situations it is; empty if there is just one.
    stated
        The envelope, with the fields that the consumer reads.
    """

    case: str
    stated: Mapping[str, Any]

    @property
    def paths(self) -> tuple[str, ...]:
        """The paths of the payload's fields among them."""
        return tuple(dict.fromkeys(_paths(self.stated.get("data", {}), "")))


def relied_on(consumer: str, event_type: str, root: Path = RELIED_ON) -> tuple[Reliance, ...]:
    """Return what a consumer committed of an event."""
    files = sorted((root / consumer).glob(f"{event_type}*.json"))
    return tuple(
        Reliance(file.stem.removeprefix(event_type).removeprefix("."), json.loads(file.read_text()))
        for file in files
        if file.stem.removeprefix(event_type)[:1] in {"", "."}
    )


def made_of(model: type[EventData], subject_form: str, known: Mapping[str, Schema]) -> dict[str, Any]:
    """Return an event of a model, in its envelope, as EventBridge would carry it.

    Raises
    ------
    pydantic.ValidationError
        If a sample breaks a rule of the model.
    """
    data = model.model_validate(sample("data", {"$ref": REFERENCE + model.__name__}, known))
    made = event(
        data,
        source=source(model.TYPE),
        subject=_subject(subject_form),
        sequence=1,
        time=MOMENT,
        actor=SAMPLES["actor"],
        trace=SAMPLES["trace"],
    )
    found: dict[str, Any] = json.loads(detail(made))
    return found


def _paths(value: Any, path: str) -> Iterator[str]:
    """Yield the paths of all fields in a value, as `fields.Field` writes them."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            here = f"{path}.{name}" if path else name
            yield here
            yield from _paths(inner, here)
    elif isinstance(value, list):
        for inner in value:
            yield from _paths(inner, f"{path}[]")


def _subject(form: str) -> str:
    noun, *places = form.split("/")
    names = [noun if place == "<id>" else place.strip("<>") for place in places]
    return "/".join([noun, *(str(SAMPLES.get(name, name)) for name in names)])


def sample(name: str, schema: Schema, known: Mapping[str, Schema]) -> Any:
    """Return a value that a field of this name and schema may have."""
    found: Any = {}
    match schema:
        case {"const": value} | {"enum": [value, *_]}:
            found = value
        case {"$ref": reference}:
            found = _object(reference.removeprefix(REFERENCE), known)
        case {"anyOf": variants} | {"oneOf": variants} | {"allOf": variants}:
            found = sample(name, next(one for one in variants if one.get("type") != "null"), known)
        case {"type": "array", "items": items}:
            found = _list(name, schema, items, known)
        case {"format": kind} if kind in _FORMATS:
            found = _FORMATS[kind]
        case {"type": "string"}:
            found = _text(str(SAMPLES.get(name.removesuffix("_id"), name)), schema)
        case {"type": "integer" | "number"}:
            found = _number(SAMPLES.get(name, 1), schema)
        case {"type": "boolean"}:
            found = True
    return found


def _object(name: str, known: Mapping[str, Schema]) -> dict[str, Any]:
    # `PersonRef.id` is the id of a person.
    thing = name.removesuffix("Ref").removesuffix("Snapshot").lower()
    return {
        field: sample(f"{thing}_id" if field == "id" else field, inner, known)
        for field, inner in known[name]["properties"].items()
    }


def _list(name: str, schema: Schema, items: Schema, known: Mapping[str, Schema]) -> list[Any]:
    several = SAMPLES.get(name)
    found = list(several) if isinstance(several, list) else [sample(name, items, known)]
    missing = max(0, schema.get("minItems", 0) - len(found))
    return [*found, *[found[0]] * missing][: schema.get("maxItems")]


def _text(wanted: str, schema: Schema) -> str:
    return wanted.ljust(schema.get("minLength", 0), "x")[: schema.get("maxLength")]


def _number(wanted: int, schema: Schema) -> int:
    low = schema.get("minimum", schema.get("exclusiveMinimum", -inf) + 1)
    high = schema.get("maximum", schema.get("exclusiveMaximum", inf) - 1)
    return int(min(max(wanted, low), high))
