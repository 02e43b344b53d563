"""Indexing: events become entries of the index, in any order and any number of times."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Protocol

from contracts.events.envelope import Event
from contracts.events.graph import BlockCreatedV1, BlockRemovedV1
from contracts.events.posts import (
    AccountDeletedV1,
    AccountSuspendedV1,
    PostDeletedV1,
    PostPublishedV2,
    ProfileData,
)

from chalicelib.model import EngineUnavailable, Entry


class Index(Protocol):
    """Keeps the entry with the highest version of each thing."""

    def write(self, entries: Sequence[Entry]) -> Sequence[str | None]:
        """Write entries in one request.

        Returns
        -------
        Sequence[str | None]
            For each entry why the engine refused it, or None. An entry that is not newer than the one
            there is is no failure.

        Raises
        ------
        EngineUnavailable
            If the engine can't be asked now.
        """


def index(engine: Index, events: Sequence[Event[Any]]) -> dict[str, str]:
    """Bring the index up to date with events.

    Returns
    -------
    dict
        By event id, the reason of each one that has to come again.
    """
    events = [event for event in events if _searched(event)]
    try:
        refused = engine.write([entry(event) for event in events]) if events else ()
    except EngineUnavailable as unavailable:
        return _reasons(events, [unavailable.reason] * len(events))
    except Exception as failure:  # whatever one event did to the request, its neighbours go on without it
        if len(events) == 1:
            return _reasons(events, [f"{type(failure).__name__}: {failure}"])
        return {key: reason for event in events for key, reason in index(engine, [event]).items()}
    return _reasons(events, refused)


def entry(event: Event[Any]) -> Entry:
    """Return what the index is to hold after an event."""
    match event.data:
        case PostPublishedV2() as published:
            post = published.post.model_dump(mode="json", exclude_none=True, exclude={"repost_of", "poll"})
            content = {**post, "audience": published.audience, "deleted": False}
            return Entry("posts", published.post.id, event.sequence, content)
        case PostDeletedV1() as removed:
            return Entry("posts", removed.post_id, event.sequence, _deleted(event.time))
        case AccountSuspendedV1(user_id=gone) | AccountDeletedV1(user_id=gone):
            return Entry("people", gone, event.sequence, _deleted(event.time))
        case ProfileData() as profile:
            person = {"id": profile.user_id, **profile.model_dump(include={"handle", "name", "bio"})}
            private = {"private": True} if profile.private else {}
            return Entry("people", profile.user_id, event.sequence, {**person, **private, "deleted": False})
        case BlockCreatedV1(blocker=blocker, blocked=blocked):
            apart = {"people": [blocker, blocked], "deleted": False}
            return Entry("blocks", event.subject, event.sequence, apart)
        case BlockRemovedV1():
            return Entry("blocks", event.subject, event.sequence, _deleted(event.time))
        case other:
            raise TypeError(f"search has no place for {type(other).__name__}")


def _searched(event: Event[Any]) -> bool:
    """Tell whether an event has a place in the index: only public posts with words of their own have."""
    if not isinstance(event.data, PostPublishedV2):
        return True
    return event.data.audience == "public" and bool(event.data.post.text)


def _deleted(at: datetime) -> dict[str, Any]:
    """Mark a thing as gone rather than delete it: the engine soon forgets the version of what it deleted."""
    return {"deleted": True, "deleted_at": at.isoformat()}


def _reasons(events: Iterable[Event[Any]], reasons: Iterable[str | None]) -> dict[str, str]:
    return {event.id: reason for event, reason in zip(events, reasons, strict=True) if reason}
