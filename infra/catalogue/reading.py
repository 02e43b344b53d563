"""What is declared in `contracts`, read into one picture: events, who publishes them and who listens."""

import inspect
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from contracts.events.consumers import CONSUMERS, Consumer, Pattern
from contracts.events.registry import PUBLISHED, model
from contracts.events.schemas import event_types, released

from infra.catalogue import examples
from infra.catalogue.examples import Reliance
from infra.catalogue.fields import ENVELOPE, Field, Schema, rows, schemas
from infra.catalogue.filters import in_words

_SUBJECT = re.compile(r"\s*Subject `([^`]+)`\.")


class Undescribed(Exception):
    """A model does not say what the catalogue has to show; the message says what is missing."""


@dataclass(frozen=True)
class Listener:
    """One consumer of one event.

    Parameters
    ----------
    name, service
        The consumer, which is the name of its queue, and whose it is.
    only
        What its rule asks of the event's data: one pattern of these; all events if there are none.
    relies_on
        What of the event it said it relies on, case by case.
    """

    name: str
    service: str
    only: tuple[Pattern, ...]
    relies_on: tuple[Reliance, ...]

    @property
    def condition(self) -> str:
        """What the rule asks, in words."""
        return in_words(self.only)

    @property
    def reads(self) -> tuple[str, ...]:
        """The paths of the fields that it relies on in any case."""
        return tuple(sorted({path for one in self.relies_on for path in one.paths}))


@dataclass(frozen=True)
class Entry:
    """One version of one event, and all that is known of it.

    Parameters
    ----------
    type, service
        The event type, and who publishes it.
    payload
        The name of its payload's schema.
    summary, description
        What it says: the first sentence, and all of it.
    subject
        The form of its subject, such as `post/<id>`.
    revisions
        The numbers of its released schemas, oldest first.
    fields
        Its payload's fields.
    listeners
        Who consumes it.
    example
        One such event, in its envelope.
    """

    type: str
    service: str
    payload: str
    summary: str
    description: str
    subject: str
    revisions: tuple[int, ...]
    fields: tuple[Field, ...]
    listeners: tuple[Listener, ...]
    example: Mapping[str, Any]

    @property
    def version(self) -> str:
        """The last part of the type."""
        return self.type.rpartition(".")[2]

    @property
    def relied_on(self) -> Mapping[str, list[Listener]]:
        """By the path of a field, the consumers that rely on it."""
        found: dict[str, list[Listener]] = {}
        for listener in self.listeners:
            for path in listener.reads:
                found.setdefault(path, []).append(listener)
        return found


@dataclass(frozen=True)
class Catalogue:
    """Everything that travels over the bus.

    Parameters
    ----------
    entries
        The events, service by service.
    consumers
        By name.
    schemas
        Of the envelope, the payloads and their parts, by name.
    """

    entries: tuple[Entry, ...]
    consumers: Mapping[str, Consumer]
    schemas: Mapping[str, Schema]

    @property
    def services(self) -> tuple[str, ...]:
        """Every service that publishes or listens."""
        names = [entry.service for entry in self.entries] + [c.service for c in self.consumers.values()]
        return tuple(dict.fromkeys(names))

    @property
    def by_publisher(self) -> Mapping[str, list[Entry]]:
        """The events of each service."""
        found: dict[str, list[Entry]] = {}
        for entry in self.entries:
            found.setdefault(entry.service, []).append(entry)
        return found

    @property
    def envelope(self) -> tuple[Field, ...]:
        """The fields around every payload."""
        return tuple(rows(ENVELOPE, self.schemas))

    def versions(self, entry: Entry) -> list[str]:
        """Return the types of all versions of an event, its own among them."""
        stem = entry.type.removesuffix(entry.version)
        return [other.type for other in self.entries if other.type.startswith(stem)]


def read() -> Catalogue:
    """Read the registry, the consumers, the models and the released schemas.

    Raises
    ------
    Undescribed
        If a model lacks a docstring that says what the event means and what its subject is.
    """
    known = schemas([model(event_type) for event_type in event_types()])
    entries = (_entry(service, each, known) for service, types in PUBLISHED.items() for each in types)
    return Catalogue(tuple(entries), CONSUMERS, known)


def _entry(service: str, event_type: str, known: Mapping[str, Schema]) -> Entry:
    payload = model(event_type)
    description, subject = _said(payload)
    listeners = tuple(
        Listener(
            name, consumer.service, consumer.only.get(event_type, ()), examples.relied_on(name, event_type)
        )
        for name, consumer in CONSUMERS.items()
        if event_type in consumer.types
    )
    return Entry(
        type=event_type,
        service=service,
        payload=payload.__name__,
        summary=description.partition("\n\n")[0].replace("\n", " "),
        description=description,
        subject=subject,
        revisions=tuple(number for number, _ in released(event_type)),
        fields=tuple(rows(payload.__name__, known)),
        listeners=listeners,
        example=examples.made_of(payload, subject, known),
    )


def _said(payload: type) -> tuple[str, str]:
    """Return what a docstring says of the event, and the form of its subject."""
    docstring = inspect.cleandoc(payload.__doc__ or "")
    found = _SUBJECT.search(docstring)
    if not found:
        raise Undescribed(
            f"{payload.__name__}: its docstring must say what happened and end its first paragraph with "
            "the form of the subject, such as: A post is gone. Subject `post/<id>`."
        )
    return _SUBJECT.sub("", docstring, count=1), found[1]
