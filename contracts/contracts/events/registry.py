"""Which service publishes which events, and the model of each; models load only when asked for."""

from functools import cache
from importlib import import_module

from contracts.events.envelope import EventData, fact

PUBLISHED: dict[str, tuple[str, ...]] = {
    "posts": (
        "profile.created.v1",
        "profile.updated.v1",
        "account.deleted.v1",
        "follow.requested.v1",
        "follow.created.v1",
        "follow.removed.v1",
        "block.created.v1",
        "block.removed.v1",
        "mute.created.v1",
        "mute.removed.v1",
        "post.published.v2",
        "post.deleted.v1",
        "timeline.delivered.v1",
        "draft.scheduled.v1",
        "draft.unscheduled.v1",
        "account.suspended.v1",
        "account.reinstated.v1",
        "report.created.v1",
        "report.resolved.v1",
        "report.appealed.v1",
        "report.decided.v1",
        "reaction.changed.v1",
        "reaction.removed.v1",
        "vote.cast.v1",
    ),
    "media": ("media.ready.v1", "media.failed.v1", "media.deleted.v1"),
    "chat": ("channel.created.v1", "member.joined.v1", "message.sent.v1"),
    "rtc": ("connection.opened.v1", "connection.closed.v1"),
    "notify": ("notification.created.v2",),
}

RETIRED: dict[str, tuple[str, ...]] = {
    "posts": ("post.published.v1",),
    "notify": ("notification.created.v1",),
}
"""What each service published once. A type comes here from `PUBLISHED` when no consumer is left; its model
goes and its schemas stay, so that what was archived can still be read.
"""

MODULES: dict[str, str] = {
    **dict.fromkeys(("follow", "block", "mute"), "graph"),
    **dict.fromkeys(("reaction", "vote", "draft"), "acts"),
    "report": "reports",
}
"""By noun, the module of its models, where a service's own would hold too many."""

_PUBLISHER = {event_type: service for service, types in PUBLISHED.items() for event_type in types}


class UnknownEventType(LookupError):
    """No service publishes an event of this type and version."""


def publisher(event_type: str) -> str:
    """Return the name of the service that publishes `event_type`.

    Raises
    ------
    UnknownEventType
        If nobody does.
    """
    try:
        return _PUBLISHER[event_type]
    except KeyError:
        reason = retirement(event_type) or f"no service publishes {event_type!r}"
        raise UnknownEventType(reason) from None


def retirement(event_type: str) -> str | None:
    """Return what became of a retired event type, in a sentence; None if it was never retired."""
    for service, types in RETIRED.items():
        if event_type in types:
            now = [one for one in PUBLISHED.get(service, ()) if fact(one) == fact(event_type)]
            return (
                f"{event_type} is retired: {service} publishes {' and '.join(now) or 'nothing'} in its place"
            )
    return None


def source(event_type: str) -> str:
    """Return the EventBridge source of `event_type`, such as `hidoki.posts`."""
    return f"hidoki.{publisher(event_type)}"


def module(service: str, noun: str) -> str:
    """Return the name of the module of `contracts.events` that has the models of a service's events."""
    return MODULES.get(noun, service)


@cache
def model(event_type: str) -> type[EventData]:
    """Return the payload class of `event_type`: `post.published.v2` is `PostPublishedV2`.

    Raises
    ------
    UnknownEventType
        If nobody publishes it.
    """
    noun = event_type.partition(".")[0]
    models = import_module(f"contracts.events.{module(publisher(event_type), noun)}")
    name = "".join(part.capitalize() for part in event_type.split("."))
    found: type[EventData] = getattr(models, name)
    return found
