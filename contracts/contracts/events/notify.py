"""Events that the notify service publishes: what a person should hear of."""

from datetime import datetime

from contracts.events.envelope import EventData
from contracts.events.posts import PersonRef


class NotificationCreatedV2(EventData):
    """A notification landed in a person's inbox. Subject `notification/<id>`."""

    TYPE = "notification.created.v2"

    notification_id: str
    """The notification; pushes of it collapse under this id."""
    user_id: str
    """Whose inbox it is in."""
    kind: str
    """What happened, in one word, such as `follow`; whoever does not know it may say so in general."""
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
