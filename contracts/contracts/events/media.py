"""Events that the media service publishes: what became of an upload."""

from pydantic import Field

from contracts.events.envelope import Contract, EventData


class Rendition(Contract):
    """One servable form of a media item; `url` is relative to the page's origin."""

    name: str
    url: str
    content_type: str
    width: int = Field(ge=1)
    height: int = Field(ge=1)
    size: int = Field(ge=1)


class MediaReadyV1(EventData):
    """An upload was checked, stripped of its metadata, and can be served. Subject `media/<id>`."""

    TYPE = "media.ready.v1"

    media_id: str
    owner: str
    alt: str = ""
    renditions: tuple[Rendition, ...] = Field(min_length=1)


class MediaFailedV1(EventData):
    """An upload was refused: `reason` is a stable word, `detail` a sentence. Subject `media/<id>`."""

    TYPE = "media.failed.v1"

    media_id: str
    owner: str
    reason: str
    detail: str = ""
