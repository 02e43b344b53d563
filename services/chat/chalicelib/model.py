"""The nouns of chat and their rules: people, direct channels, messages."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Self

import regex

TEXT_GRAPHEMES = 2_000
"""Characters of a message, as a reader counts them."""

TEXT_BYTES = 8_000
"""UTF-8 bytes of a message: room for 2,000 Japanese characters, and a bound for what emoji can hide."""

ID_LENGTH = 32
"""Hexadecimal digits of a channel's id."""


class ProfileRequired(Exception):
    """The person has no profile yet, as far as chat has heard."""

    def __init__(self) -> None:
        super().__init__("Make a profile with PUT /v1/profiles/me, then try again.")


class Suspended(Exception):
    """A moderator has suspended the person, as far as chat has heard."""

    def __init__(self) -> None:
        super().__init__("A moderator has suspended your account. You can appeal once: POST /v1/appeals.")


class PersonUnknown(Exception):
    """Nobody of this id has a profile."""

    def __init__(self, user_id: str) -> None:
        super().__init__(f"Nobody here has the id {user_id!r}.")


class ChannelUnknown(Exception):
    """There is no such channel, or the asker is not one of its members, which must look the same."""

    def __init__(self) -> None:
        super().__init__("You are in no channel of this id.")


class AloneInChannel(Exception):
    """A direct channel takes two."""

    def __init__(self) -> None:
        super().__init__("A direct channel is with somebody else: name another person in `with`.")


class NobodyElse(Exception):
    """All others in a channel have deleted their accounts."""

    def __init__(self) -> None:
        super().__init__("Nobody else is here any more: the other person has deleted their account.")


class AccountDeleted(Exception):
    """The asker has deleted their account; only their access token is left, for a while."""

    def __init__(self) -> None:
        super().__init__("Sign up again to come back.")


class TextRefused(Exception):
    """The text of a message is empty or too long."""


class KeyReused(Exception):
    """An Idempotency-Key came again with something else to send."""

    def __init__(self) -> None:
        super().__init__("Send another message under another Idempotency-Key.")


@dataclass(frozen=True)
class Person:
    """Somebody as others show them; a read model of posts' profiles, seconds behind at most."""

    id: str
    handle: str
    name: str
    suspended: bool = False


@dataclass(frozen=True)
class Channel:
    """A place where its members talk, and nobody else; `gone` are those who deleted their accounts."""

    id: str
    kind: str
    members: tuple[str, ...]
    created_at: datetime
    gone: tuple[str, ...] = ()

    def seats(self, user_id: str) -> bool:
        """Tell whether a person is in it."""
        return user_id in self.members and user_id not in self.gone

    def hears(self, author: str) -> tuple[str, ...]:
        """Return who is told what a member says, themselves included.

        Raises
        ------
        NobodyElse
            If no other member is left.
        """
        audience = tuple(one for one in self.members if one not in self.gone)
        if audience == (author,):
            raise NobodyElse
        return audience

    @classmethod
    def direct(cls, one: str, other: str, at: datetime) -> Self:
        """Return the channel of two people, the same whichever of them opens it.

        Raises
        ------
        AloneInChannel
            If the two are one.
        """
        if one == other:
            raise AloneInChannel
        pair = tuple(sorted((one, other)))
        digest = sha256("\n".join(("direct", *pair)).encode()).hexdigest()
        return cls(digest[:ID_LENGTH], "direct", pair, at)


@dataclass(frozen=True)
class Message:
    """What one member said to all; `audience` is who were members then."""

    id: str
    channel_id: str
    author: Person
    text: str
    sent_at: datetime
    audience: tuple[str, ...]

    def says_as(self, other: "Message") -> bool:
        """Tell whether both are the same person saying the same: one message, sent again."""
        return (self.author.id, self.text) == (other.author.id, other.text)


def message_text(text: str) -> str:
    """Return the text of a message without the blank around it.

    Raises
    ------
    TextRefused
        If nothing is left, or more than a message holds.
    """
    said = text.strip()
    if not said:
        raise TextRefused("Write something.")
    size = len(said.encode())
    if size > TEXT_BYTES:
        raise TextRefused(f"The text has {size} bytes; shorten it to {TEXT_BYTES}.")
    count = len(regex.findall(r"\X", said))
    if count > TEXT_GRAPHEMES:
        raise TextRefused(f"The text has {count} characters; shorten it to {TEXT_GRAPHEMES}.")
    return said
