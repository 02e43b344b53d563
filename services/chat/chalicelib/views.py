"""The JSON that chat reads and answers."""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal, Self

from contracts.http.reading import example
from contracts.http.routes import Answer, Body
from pydantic import Field

from chalicelib.channels import Seats
from chalicelib.model import TEXT_BYTES, TEXT_GRAPHEMES, Message, Person

PERSON_EXAMPLE = "0b6f5c1e-8a3d-4f52-9c1b-2d7e5a9f4c30"


class OpenChannel(Body):
    """Whom to talk to."""

    model_config = example(**{"kind": "direct", "with": PERSON_EXAMPLE})

    kind: Literal["direct"]
    other: str = Field(alias="with", min_length=1, max_length=64, description="Id of the other person")


class SendMessage(Body):
    """What to say."""

    model_config = example(text="こんにちは")

    text: str = Field(
        max_length=TEXT_BYTES,
        description=f"1 to {TEXT_GRAPHEMES:,} characters (graphemes), at most {TEXT_BYTES:,} bytes of UTF-8",
    )


class PersonView(Answer):
    """Somebody by name."""

    id: str
    handle: str
    name: str

    @classmethod
    def of(cls, person: Person) -> Self:
        """Return the view of a person."""
        return cls(id=person.id, handle=person.handle, name=person.name)


class ChannelView(Answer):
    """A channel and who is in it."""

    id: str
    kind: Literal["direct"]
    members: tuple[PersonView, ...]
    created_at: datetime

    @classmethod
    def of(cls, seats: Seats) -> Self:
        """Return the view of a channel with its members."""
        return cls(
            id=seats.channel.id,
            kind="direct",
            members=tuple(PersonView.of(member) for member in seats.members),
            created_at=seats.channel.created_at,
        )


class ChannelPage(Answer):
    """One page of channels."""

    items: tuple[ChannelView, ...]
    next: str | None

    @classmethod
    def of(cls, channels: Iterable[Seats], following: str | None) -> Self:
        """Return the view of a page and of the cursor of the next one."""
        return cls(items=tuple(map(ChannelView.of, channels)), next=following)


class MessageView(Answer):
    """A message; the author's name is the one they had when they sent it."""

    id: str
    channel_id: str
    author: PersonView
    text: str
    sent_at: datetime

    @classmethod
    def of(cls, message: Message) -> Self:
        """Return the view of a message."""
        return cls(
            id=message.id,
            channel_id=message.channel_id,
            author=PersonView.of(message.author),
            text=message.text,
            sent_at=message.sent_at,
        )


class MessagePage(Answer):
    """One page of messages."""

    items: tuple[MessageView, ...]
    next: str | None

    @classmethod
    def of(cls, messages: Iterable[Message], following: str | None) -> Self:
        """Return the view of a page and of the cursor of the next one."""
        return cls(items=tuple(map(MessageView.of, messages)), next=following)
