"""Events that the notify service publishes: what a person should hear of."""

from datetime import datetime
from typing import Literal

from contracts.events.envelope import EventData
from contracts.events.posts import PersonRef


class NotificationCreatedV1(EventData):
    """A notification landed in a person's inbox. Subject `notification/<id>`."""

    TYPE = "notification.created.v1"

    notification_id: str
    user_id: str
    kind: Literal["follow", "mention", "reply", "message"]
    person: PersonRef
    post_id: str | None = None
    channel_id: str | None = None
    preview: str = ""
    created_at: datetime
