"""Events that the media service publishes: what became of an upload."""

from pydantic import Field

from contracts.events.envelope import Contract, EventData


class Rendition(Contract):
    """One servable form of a media item; `url` is relative to the page's origin."""

    name: str
    """Which form it is."""
    url: str
    """Where it is served, on the page's origin."""
    content_type: str
    """Its media type, such as `image/webp`."""
    width: int = Field(ge=1)
    """In pixels."""
    height: int = Field(ge=1)
    """In pixels."""
    size: int = Field(ge=1)
    """In bytes."""


class MediaReadyV1(EventData):
    """An upload was checked, stripped of its metadata, and can be served. Subject `media/<id>`."""

    TYPE = "media.ready.v1"

    media_id: str
    """The media item."""
    owner: str
    """Who uploaded it: a user id."""
    alt: str = ""
    """What it shows, in words."""
    renditions: tuple[Rendition, ...] = Field(min_length=1)
    """The forms in which it is served."""


class MediaFailedV1(EventData):
    """An upload was refused: `reason` is a stable word, `detail` a sentence. Subject `media/<id>`."""

    TYPE = "media.failed.v1"

    media_id: str
    """The media item."""
    owner: str
    """Who uploaded it: a user id."""
    reason: str
    """Why, as a stable word that clients may translate."""
    detail: str = ""
    """Why, as a sentence."""


class MediaDeletedV1(EventData):
    """An upload and all that was made of it is gone. Subject `media/<id>`."""

    TYPE = "media.deleted.v1"

    media_id: str
    """The media item."""
    owner: str
    """Who had uploaded it: a user id."""
