"""From an item of the media table to the event that it publishes."""

from contracts.events.media import MediaDeletedV1, MediaFailedV1, MediaReadyV1, Rendition
from contracts.http.media_url import media_url
from contracts.transport.items import Item
from contracts.transport.relay import Outgoing


def outgoing(item: Item) -> Outgoing:
    """Return what a changed item says.

    Raises
    ------
    ValueError
        If it names an event that this service does not publish.
    """
    subject = f"media/{item['id']}"
    match item["_event"]:
        case MediaReadyV1.TYPE:
            renditions = tuple(
                Rendition(url=media_url(rendition["key"]), **rendition) for rendition in item["renditions"]
            )
            ready = MediaReadyV1(
                media_id=item["id"], owner=item["owner"], alt=item["alt"], renditions=renditions
            )
            return Outgoing(subject, ready)
        case MediaFailedV1.TYPE:
            failed = MediaFailedV1(
                media_id=item["id"], owner=item["owner"], reason=item["reason"], detail=item["detail"]
            )
            return Outgoing(subject, failed)
        case MediaDeletedV1.TYPE:
            return Outgoing(subject, MediaDeletedV1(media_id=item["id"], owner=item["_actor"]))
        case unknown:
            raise ValueError(f"media publishes no {unknown}")
