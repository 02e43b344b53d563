"""What a changed item of chat's tables says to the world."""

from collections.abc import Callable, Mapping
from datetime import datetime

from contracts.events.chat import ChannelCreatedV1, MemberJoinedV1, MessageSentV1
from contracts.events.posts import PersonRef
from contracts.transport.items import Item
from contracts.transport.relay import Outgoing


def _channel_created(item: Item) -> Outgoing:
    channel_id = item["channel_id"]
    data = ChannelCreatedV1(channel_id=channel_id, kind=item["kind"], members=tuple(item["members"]))
    return Outgoing(f"channel/{channel_id}", data)


def _member_joined(item: Item) -> Outgoing:
    data = MemberJoinedV1(channel_id=item["channel_id"], user_id=item["user_id"])
    return Outgoing(f"member/{data.channel_id}/{data.user_id}", data)


def _message_sent(item: Item) -> Outgoing:
    data = MessageSentV1(
        message_id=item["message_id"],
        channel_id=item["channel_id"],
        author=PersonRef.model_validate(item["author"]),
        text=item["text"],
        sent_at=datetime.fromisoformat(item["_at"]),
        audience=tuple(item["audience"]),
    )
    return Outgoing(f"message/{data.channel_id}/{data.message_id}", data)


_EVENTS: Mapping[str, Callable[[Item], Outgoing]] = {
    ChannelCreatedV1.TYPE: _channel_created,
    MemberJoinedV1.TYPE: _member_joined,
    MessageSentV1.TYPE: _message_sent,
}


def outgoing(item: Item) -> Outgoing:
    """Return the event that an item's last change is."""
    return _EVENTS[item["_event"]](item)
