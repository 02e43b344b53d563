"""Events that the notify service publishes: what a person should hear of."""

from datetime import datetime
from typing import Literal

from contracts.events.envelope import EventData
from contracts.events.posts import PersonRef


class NotificationCreatedV1(EventData):
    """A notification landed in a person's inbox. Subject `notification/<id>`."""

    TYPE = "notification.created.v1"

    notification_id: str
    """The notification; pushes of it collapse under this id."""
    user_id: str
    """Whose inbox it is in."""
    kind: Literal["follow", "mention", "reply", "message"]
    """What happened."""
    person: PersonRef
    """Who did it."""
    post_id: str | None = None
    """The post it is about, if any."""
    channel_id: str | None = None
    """The channel it is about, if any."""
    preview: str = ""
    """The beginning of the text it is about."""
    created_at: datetime
    """When it landed."""
