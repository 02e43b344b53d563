"""What a changed item of notify's tables says to the world."""

from datetime import datetime

from contracts.events.notify import NotificationCreatedV2
from contracts.events.posts import PersonRef
from contracts.transport.items import Item
from contracts.transport.relay import Outgoing


def outgoing(item: Item) -> Outgoing:
    """Return the event that an item's last change is."""
    data = NotificationCreatedV2(
        notification_id=item["notification_id"],
        user_id=item["user_id"],
        kind=item["kind"],
        person=PersonRef.model_validate(item["person"]),
        post_id=item.get("post_id"),
        channel_id=item.get("channel_id"),
        preview=item["preview"],
        created_at=datetime.fromisoformat(item["created_at"]),
    )
    return Outgoing(f"notification/{data.notification_id}", data)
