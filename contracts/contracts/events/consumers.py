"""Who consumes what: one line per consumer makes its queue, its DLQs and its rule (see `infra`)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from contracts.events.registry import source

type Pattern = Mapping[str, Any]
"""What an event must look like, in EventBridge's pattern language."""


@dataclass(frozen=True)
class Consumer:
    """One queue of one service and the event types that its rule lets in.

    Parameters
    ----------
    service, types
        Who listens, and to what.
    only
        By type, what the data of an event must look like, one pattern of several: an event that would
        change nothing costs no queue request and no function run. The consumer must not depend on it.
    """

    service: str
    types: tuple[str, ...]
    only: Mapping[str, tuple[Pattern, ...]] = field(default_factory=dict)

    def pattern(self) -> Pattern:
        """Return the pattern of the consumer's rule."""
        sources = {"source": sorted({source(event_type) for event_type in self.types})}
        whole = {"detail-type": [event_type for event_type in self.types if event_type not in self.only]}
        if not self.only:
            return sources | whole
        parts = [
            {"detail-type": [event_type], "detail": {"data": data}}
            for event_type, patterns in self.only.items()
            for data in patterns
        ]
        return {**sources, "$or": [*([whole] if whole["detail-type"] else []), *parts]}


THERE = [{"exists": True}]

ADDRESSED = (
    {"post": {"mentions": {"id": THERE}}},
    {"in_reply_to_author": THERE},
    {"post": {"quote": {"author": {"id": THERE}}}},
    {"post": {"repost_of": {"author": {"id": THERE}}}},
)
"""A post that mentions, answers, quotes or passes on someone; most do nothing of that."""

SHOWS_ANOTHER = (
    {"post": {"in_reply_to": THERE}},
    {"post": {"quote": {"id": THERE}}},
    {"post": {"repost_of": {"id": THERE}}},
)
"""A post that counts for another one; most do not."""

RELATED = (
    {"post": {"in_reply_to": THERE}},
    {"post": {"tags": THERE}},
    {"post": {"media": {"id": THERE}}},
    {"post": {"edited_at": THERE}},
    {"post": {"quote": {"id": THERE}}},
    {"post": {"repost_of": {"id": THERE}}},
)
"""A post that is in a list beside its author's: most are not. An edited one may have been."""

CONSUMERS: dict[str, Consumer] = {
    "posts-fanout": Consumer("posts", ("post.published.v2", "post.deleted.v1")),
    "posts-media": Consumer("posts", ("media.ready.v1", "media.failed.v1", "media.deleted.v1")),
    "posts-erasure": Consumer("posts", ("account.deleted.v1",)),
    "media-erasure": Consumer("media", ("account.deleted.v1",)),
    "chat-erasure": Consumer("chat", ("account.deleted.v1",)),
    "rtc-erasure": Consumer("rtc", ("account.deleted.v1",)),
    "notify-erasure": Consumer("notify", ("account.deleted.v1",)),
    "posts-counts": Consumer(
        "posts",
        (
            "reaction.changed.v1",
            "reaction.removed.v1",
            "vote.cast.v1",
            "post.published.v2",
            "post.deleted.v1",
        ),
        only={"post.published.v2": SHOWS_ANOTHER},
    ),
    "posts-graph": Consumer("posts", ("block.created.v1", "follow.created.v1", "follow.removed.v1")),
    "posts-schedule": Consumer("posts", ("draft.scheduled.v1", "draft.unscheduled.v1")),
    "posts-related": Consumer(
        "posts", ("post.published.v2", "post.deleted.v1"), only={"post.published.v2": RELATED}
    ),
    "chat-people": Consumer(
        "chat",
        ("profile.created.v1", "profile.updated.v1", "account.suspended.v1", "account.reinstated.v1"),
    ),
    "rtc-accounts": Consumer("rtc", ("account.suspended.v1", "account.reinstated.v1")),
    "rtc-delivery": Consumer("rtc", ("timeline.delivered.v1", "message.sent.v1", "notification.created.v2")),
    "rtc-members": Consumer("rtc", ("member.joined.v1",)),
    "notify-inbox": Consumer(
        "notify",
        ("post.published.v2", "follow.created.v1", "message.sent.v1", "reaction.changed.v1"),
        only={"post.published.v2": ADDRESSED},
    ),
    "notify-presence": Consumer("notify", ("connection.opened.v1", "connection.closed.v1")),
    "notify-people": Consumer("notify", ("profile.created.v1", "profile.updated.v1")),
    "notify-push": Consumer("notify", ("notification.created.v2",)),
    "search": Consumer(
        "search",
        (
            "post.published.v2",
            "post.deleted.v1",
            "profile.created.v1",
            "profile.updated.v1",
            "account.suspended.v1",
            "account.reinstated.v1",
            "account.deleted.v1",
        ),
        only={"post.published.v2": ({"audience": ["public"]},)},
    ),
}
