"""What other services' events say, in this service's words."""

from collections.abc import Sequence

from contracts.events.envelope import Event
from contracts.events.media import MediaFailedV1, MediaReadyV1, Rendition

from chalicelib.model import Media, MediaStatus

SHOWN = "display"
"""The rendition that a post shows."""


def ready(event: Event[MediaReadyV1]) -> MediaStatus:
    """Return the status of an upload that can be shown."""
    data = event.data
    shown = _shown(data.renditions)
    media = Media(data.media_id, shown.url, shown.content_type, shown.width, shown.height, data.alt)
    return MediaStatus(data.media_id, data.owner, event.sequence, media)


def failed(event: Event[MediaFailedV1]) -> MediaStatus:
    """Return the status of an upload that was refused."""
    return MediaStatus(event.data.media_id, event.data.owner, event.sequence)


def _shown(renditions: Sequence[Rendition]) -> Rendition:
    return next((one for one in renditions if one.name == SHOWN), renditions[0])
