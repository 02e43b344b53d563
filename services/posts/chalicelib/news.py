"""What events say, in this service's words."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from contracts.events.acts import DraftScheduledV1, DraftUnscheduledV1
from contracts.events.envelope import Event
from contracts.events.media import MediaDeletedV1, MediaFailedV1, MediaReadyV1, Rendition
from contracts.events.posts import EmbeddedPost, PostPublishedV2

from chalicelib.model import Embedded, Media, MediaStatus, Poll, Post, PostId
from chalicelib.people import Person
from chalicelib.scheduling import Firing
from chalicelib.terms import Audience, Circle, Consent, Terms

SHOWN = "display"
"""The rendition that a post shows."""

RECENT = timedelta(minutes=1)
"""How old news of a post may be to be told on without a look at the post."""


def published(event: Event[PostPublishedV2], now: datetime) -> Post | None:
    """Return the post that an event tells of, None if the news is old."""
    if now - event.time > RECENT:
        return None
    post = event.data.post
    return Post(
        id=PostId.parse(post.id),
        author=Person(**post.author.model_dump()),
        text=post.text,
        media_ids=tuple(media.id for media in post.media),
        media=tuple(Media(**media.model_dump()) for media in post.media),
        mentions=tuple(Person(**person.model_dump()) for person in post.mentions),
        in_reply_to=PostId.parse(post.in_reply_to) if post.in_reply_to else None,
        labels=post.labels or (),
        sequence=event.sequence,
        terms=Terms(
            warning=post.warning or "",
            language=post.language,
            audience=Audience(event.data.audience),
            replies=Circle(post.replies or Circle.EVERYONE),
            quotes=Consent(post.quotes or Consent.EVERYONE),
        ),
        poll=Poll(post.poll.options, post.poll.multiple, post.poll.ends_at) if post.poll else None,
        edited_at=post.edited_at,
        root=PostId.parse(post.root) if post.root else None,
        quote=_embedded(post.quote),
        repost=_embedded(post.repost_of),
    )


def _embedded(other: EmbeddedPost | None) -> Embedded | None:
    if other is None:
        return None
    return Embedded(
        id=PostId.parse(other.id),
        author=Person(**other.author.model_dump()) if other.author else None,
        text=other.text,
        media=tuple(Media(**media.model_dump()) for media in other.media or ()),
        warning=other.warning or "",
    )


def scheduled(event: Event[DraftScheduledV1]) -> Firing:
    """Return what is to be looked at when a draft's time comes."""
    return Firing(event.data.author, event.data.draft_id, event.sequence)


def unscheduled(event: Event[DraftUnscheduledV1]) -> Firing:
    """Return what is to be looked at no longer."""
    return Firing(event.data.author, event.data.draft_id, event.data.replaces)


def ready(event: Event[MediaReadyV1]) -> MediaStatus:
    """Return the status of an upload that can be shown."""
    data = event.data
    shown = _shown(data.renditions)
    media = Media(data.media_id, shown.url, shown.content_type, shown.width, shown.height, data.alt)
    return MediaStatus(data.media_id, data.owner, event.sequence, media)


def failed(event: Event[MediaFailedV1] | Event[MediaDeletedV1]) -> MediaStatus:
    """Return the status of an upload that was refused, or is gone: nothing can be shown."""
    return MediaStatus(event.data.media_id, event.data.owner, event.sequence)


def _shown(renditions: Sequence[Rendition]) -> Rendition:
    return next((one for one in renditions if one.name == SHOWN), renditions[0])
