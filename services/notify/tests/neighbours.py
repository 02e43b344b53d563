"""What notify hears of: posts, follows, messages, profiles and sockets, as other services tell of them."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from contracts.events.chat import MessageSentV1
from contracts.events.envelope import Event, EventData, event
from contracts.events.graph import FollowCreatedV1, FollowRemovedV1
from contracts.events.posts import (
    Audience,
    PersonRef,
    PostPublishedV2,
    PostSnapshot,
    ProfileCreatedV1,
    ProfileData,
    ProfileUpdatedV1,
)
from contracts.events.registry import source
from contracts.events.rtc import ConnectionClosedV1, ConnectionOpenedV1
from tests.fakes import AIKO, BEN, CHIE

PEOPLE = (AIKO, BEN, CHIE)


class Neighbours:
    """The other services: what they tell, with the sequence of each of their things."""

    def __init__(self, tell: Callable[[Event[Any]], None], now: Callable[[], datetime]) -> None:
        self.tell, self.now = tell, now
        self.told: list[Event[Any]] = []
        self.open: dict[int, list[str]] = {0: [], 1: [], 2: []}
        self._names = count(1)

    def post(
        self, author: int, mentioned: int | None, answered: int | None, audience: Audience = "public"
    ) -> None:
        """Publish a post."""
        name = f"post-{next(self._names)}"
        snapshot = PostSnapshot(
            id=name,
            author=PEOPLE[author],
            text=f"こんにちは {name}",
            mentions=() if mentioned is None else (PEOPLE[mentioned],),
            in_reply_to=None if answered is None else "another",
            created_at=self.now(),
        )
        answers = None if answered is None else PEOPLE[answered].id
        data = PostPublishedV2(post=snapshot, audience=audience, in_reply_to_author=answers)
        self._say(data, f"post/{name}")

    def follow(self, follower: int, followee: int) -> None:
        """Follow someone, or if so no longer."""
        who, whom = PEOPLE[follower], PEOPLE[followee].id
        subject = f"follow/{who.id}/{whom}"
        kind = FollowRemovedV1 if self._sequence(subject) % 2 == 0 else FollowCreatedV1
        self._say(kind(follower=who, followee=whom), subject)

    def message(self, author: int, other: int) -> None:
        """Send a message."""
        name, channel = f"message-{next(self._names)}", f"channel-{min(author, other)}-{max(author, other)}"
        data = MessageSentV1(
            message_id=name,
            channel_id=channel,
            author=PEOPLE[author],
            text=f"{name} です",
            sent_at=self.now(),
            audience=(PEOPLE[author].id, PEOPLE[other].id),
        )
        self._say(data, f"message/{channel}/{name}")

    def change_profile(self, user: int, locale: str) -> None:
        """Join, or take another language."""
        person = PEOPLE[user]
        subject = f"profile/{person.id}"
        kind: type[ProfileData] = ProfileCreatedV1 if self._sequence(subject) == 1 else ProfileUpdatedV1
        self._say(kind(user_id=person.id, handle=person.handle, name=person.name, locale=locale), subject)

    def open_socket(self, user: int) -> None:
        """Open a socket."""
        name = f"connection-{next(self._names)}"
        self.open[user].append(name)
        expires_at = self.now() + timedelta(hours=2)
        data = ConnectionOpenedV1(connection_id=name, user_id=PEOPLE[user].id, expires_at=expires_at)
        self._say(data, f"connection/{name}")

    def close_socket(self, user: int, silent: int) -> None:
        """Close a socket of which nothing was heard for some seconds."""
        if self.open[user]:
            name, alive = self.open[user].pop(0), self.now() - timedelta(seconds=silent)
            data = ConnectionClosedV1(connection_id=name, user_id=PEOPLE[user].id, last_alive_at=alive)
            self._say(data, f"connection/{name}")

    def _sequence(self, subject: str) -> int:
        return sum(one.subject == subject for one in self.told) + 1

    def _say(self, data: EventData, subject: str) -> None:
        sequence = self._sequence(subject)
        one = event(data, source=source(data.TYPE), subject=subject, sequence=sequence, time=self.now())
        self.told.append(one)
        self.tell(one)


def heard_of(told: list[Event[Any]]) -> list[tuple[str, str, PersonRef, str]]:
    """Return whom what happened concerns: the person, how, through whom, and in which fact."""
    return [
        (user, kind, who, one.fact_id)
        for one in told
        for user, (kind, who) in _addressed(one.data).items()
        if user != who.id
    ]


def _addressed(data: EventData) -> dict[str, tuple[str, PersonRef]]:
    match data:
        case PostPublishedV2(post=post, audience=audience, in_reply_to_author=answered):
            mentioned = {person.id: ("mention", post.author) for person in post.mentions}
            told = answered and (audience == "public" or answered in mentioned)
            return mentioned | ({answered: ("reply", post.author)} if answered and told else {})
        case FollowCreatedV1(follower=follower, followee=followee):
            return {followee: ("follow", follower)}
        case MessageSentV1(author=author, audience=audience):
            return dict.fromkeys(audience, ("message", author))
        case _:
            return {}
