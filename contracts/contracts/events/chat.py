"""Events that the chat service publishes: channels, their members, and messages."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from contracts.events.envelope import EventData
from contracts.events.posts import PersonRef


class ChannelCreatedV1(EventData):
    """A channel was opened. Subject `channel/<id>`."""

    TYPE = "channel.created.v1"

    channel_id: str
    """The channel."""
    kind: Literal["direct"] = "direct"
    """What sort of channel it is."""
    members: tuple[str, ...] = Field(min_length=1)
    """Who is in it from the start: user ids."""


class MemberJoinedV1(EventData):
    """A person became a member of a channel. Subject `member/<channel>/<user>`."""

    TYPE = "member.joined.v1"

    channel_id: str
    """The channel."""
    user_id: str
    """Who joined."""


class MessageSentV1(EventData):
    """A message was sent; `audience` is who may read it. Subject `message/<channel>/<id>`."""

    TYPE = "message.sent.v1"

    message_id: str
    """The message; ids of a channel sort by time."""
    channel_id: str
    """Where it was said."""
    author: PersonRef
    """Who said it."""
    text: str
    """What was said."""
    sent_at: datetime
    """When."""
    audience: tuple[str, ...]
    """Who may read it: user ids."""
