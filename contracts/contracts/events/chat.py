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
    kind: Literal["direct"] = "direct"
    members: tuple[str, ...] = Field(min_length=1)


class MemberJoinedV1(EventData):
    """A person became a member of a channel. Subject `member/<channel>/<user>`."""

    TYPE = "member.joined.v1"

    channel_id: str
    user_id: str


class MessageSentV1(EventData):
    """A message was sent; `audience` is who may read it. Subject `message/<channel>/<id>`."""

    TYPE = "message.sent.v1"

    message_id: str
    channel_id: str
    author: PersonRef
    text: str
    sent_at: datetime
    audience: tuple[str, ...]
