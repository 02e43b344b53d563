"""The envelope every event travels in: CloudEvents 1.0 attributes and Hidoki's own four."""

from datetime import datetime
from functools import cache
from hashlib import sha256
from typing import Annotated, Any, ClassVar, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

EventType = Annotated[str, Field(pattern=r"^[a-z]+\.[a-z]+\.v[1-9][0-9]*$")]
"""`<noun>.<past tense>.v<N>`, also the EventBridge DetailType."""


class Contract(BaseModel):
    """Base of all that crosses a service border: frozen, and tolerant of fields it does not know."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class EventData(Contract):
    """Base of every event's payload; `TYPE` is the event's type, version included."""

    TYPE: ClassVar[str]


D = TypeVar("D", bound=EventData)


class Event[D: EventData](Contract):
    """One fact about one aggregate.

    A subject is one aggregate (a post, a follow edge …) and `sequence` counts its changes, so a
    consumer that has seen a newer sequence of a subject drops an older one.
    """

    specversion: Literal["1.0"] = "1.0"
    """The version of CloudEvents that the envelope follows."""
    id: str = Field(min_length=32, max_length=32)
    """Hash of type, subject and sequence: the same fact, redelivered, is the same event."""
    source: str = Field(pattern=r"^hidoki\.[a-z]+$")
    """Who publishes it: `hidoki.<service>`."""
    type: EventType
    """Noun, past tense and version, such as `post.published.v1`."""
    subject: str = Field(min_length=1, max_length=512)
    """The one aggregate that changed."""
    time: datetime
    """When it changed."""
    datacontenttype: Literal["application/json"] = "application/json"
    """What `data` is written in."""
    dataschema: str
    """Which released schema describes the event."""
    sequence: int = Field(ge=1)
    """How many changes the subject has seen: the newer one wins."""
    actor: str | None = None
    """The person who did it; absent if the system did."""
    trace: str | None = None
    """The X-Ray trace header of the request that began it."""
    data: D
    """What the event says: the fields of its type."""

    @property
    def fact_id(self) -> str:
        """The id of the fact: that of its first version, in whatever version it comes.

        Who makes something of an event names it by this, so that hearing two versions makes it once.
        """
        return event_id(f"{fact(self.type)}.v1", self.subject, self.sequence)


def fact(event_type: str) -> str:
    """Return what all versions of an event have in common: `post.published.v1` is `post.published`."""
    return event_type.rpartition(".")[0]


def version(event_type: str) -> int:
    """Return the version of an event type: that of `post.published.v1` is 1."""
    return int(event_type.rpartition(".v")[2])


def event_id(event_type: str, subject: str, sequence: int) -> str:
    """Return the id of an event: the same fact, redelivered, is the same event.

    Parameters
    ----------
    event_type, subject, sequence
        What makes the event this one.

    Returns
    -------
    str
        32 hexadecimal digits, the first half of a SHA-256.
    """
    return sha256(f"{event_type}\n{subject}\n{sequence}".encode()).hexdigest()[:32]


@cache
def envelope_of[D: EventData](model: type[D]) -> type[Event[D]]:
    """Return the envelope class for one payload class (made once: building it costs milliseconds)."""
    return Event[model]  # type: ignore[valid-type]


def event[D: EventData](
    data: D,
    *,
    source: str,
    subject: str,
    sequence: int,
    time: datetime,
    actor: str | None = None,
    trace: str | None = None,
) -> Event[D]:
    """Wrap a payload in its envelope.

    Raises
    ------
    pydantic.ValidationError
        If an attribute breaks the envelope's rules.
    """
    return envelope_of(type(data))(
        id=event_id(data.TYPE, subject, sequence),
        source=source,
        type=data.TYPE,
        subject=subject,
        time=time,
        dataschema=f"schemas/{data.TYPE}.json",
        sequence=sequence,
        actor=actor,
        trace=trace,
        data=data,
    )


def detail(envelope: Event[Any]) -> str:
    """Return the envelope as the JSON text that EventBridge carries as `Detail`."""
    return envelope.model_dump_json(exclude_none=True)
