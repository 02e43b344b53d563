"""Who consumes what: one line per consumer makes its queue, its DLQs and its rule (see `infra`)."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Consumer:
    """One queue of one service and the event types that its rule lets in."""

    service: str
    types: tuple[str, ...]


CONSUMERS: dict[str, Consumer] = {
    "posts-fanout": Consumer("posts", ("post.published.v1", "post.deleted.v1")),
    "posts-media": Consumer("posts", ("media.ready.v1", "media.failed.v1")),
    "chat-people": Consumer("chat", ("profile.created.v1", "profile.updated.v1")),
    "rtc-delivery": Consumer("rtc", ("timeline.delivered.v1", "message.sent.v1", "notification.created.v1")),
    "rtc-members": Consumer("rtc", ("member.joined.v1",)),
    "notify-inbox": Consumer("notify", ("post.published.v1", "follow.created.v1", "message.sent.v1")),
    "notify-presence": Consumer("notify", ("connection.opened.v1", "connection.closed.v1")),
    "notify-people": Consumer("notify", ("profile.created.v1", "profile.updated.v1")),
    "notify-push": Consumer("notify", ("notification.created.v1",)),
    "search": Consumer(
        "search", ("post.published.v1", "post.deleted.v1", "profile.created.v1", "profile.updated.v1")
    ),
}
