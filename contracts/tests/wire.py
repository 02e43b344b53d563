"""An event on its way: on the bus, held against its released schema, and as a consumer reads it."""

import json
from datetime import UTC, datetime
from typing import Any

from contracts.events import schemas
from contracts.events.envelope import Event, EventData, detail, envelope_of, event
from contracts.events.registry import model, source
from jsonschema import Draft202012Validator

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def sent(data: EventData) -> dict[str, Any]:
    """Return the envelope of a payload on the wire; it must be what the newest released schema describes."""
    about = event(data, source=source(data.TYPE), subject="subject/1", sequence=1, time=NOON)
    on_the_wire: dict[str, Any] = json.loads(detail(about))
    _, schema = schemas.released(data.TYPE)[-1]
    checker = Draft202012Validator.FORMAT_CHECKER
    Draft202012Validator(schema, format_checker=checker).validate(on_the_wire)
    return on_the_wire


def received(on_the_wire: dict[str, Any]) -> Event[Any]:
    """Return the event as a consumer reads it, who may find a field that it does not know."""
    return envelope_of(model(on_the_wire["type"])).model_validate({**on_the_wire, "unheard_of": 1})
