"""The truth: what the tables that own it say of the people of a run, and the events that this calls for."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from contracts.events.envelope import event_id
from contracts.transport.items import Item, from_attributes

from e2e.chaos.history import History, post_id
from e2e.system import System


@dataclass(frozen=True)
class Fact:
    """One event that a write calls for."""

    type: str
    subject: str
    sequence: int

    @property
    def id(self) -> str:
        """Its id on the bus."""
        return event_id(self.type, self.subject, self.sequence)

    def __str__(self) -> str:
        return f"{self.type} {self.subject} #{self.sequence} (event {self.id})"


@dataclass
class Truth:
    """What is so.

    Parameters
    ----------
    names, renamed
        Of people, by id, and the sequence of their last change.
    sockets
        Whose each open socket is.
    posts
        Text by id; None for one that is deleted.
    following
        For each edge that ever was: whether it is there, and its sequence.
    channels
        Members by id.
    messages
        (channel, author, text) by id.
    facts
        Every event that all this calls for, by id; those of projections (deliveries, notifications) too.
    delivered
        Recipients of each delivery, by the id of its event.
    notified
        Whose inbox each notification came into, by the id of its event.
    """

    names: dict[str, str] = field(default_factory=dict)
    renamed: dict[str, int] = field(default_factory=dict)
    sockets: dict[str, str] = field(default_factory=dict)
    posts: dict[str, str | None] = field(default_factory=dict)
    following: dict[tuple[str, str], tuple[bool, int]] = field(default_factory=dict)
    channels: dict[str, tuple[str, ...]] = field(default_factory=dict)
    messages: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    facts: dict[str, Fact] = field(default_factory=dict)
    delivered: dict[str, tuple[str, ...]] = field(default_factory=dict)
    notified: dict[str, str] = field(default_factory=dict)

    def add(self, *facts: Fact) -> None:
        """Add events that must have been published."""
        self.facts |= {fact.id: fact for fact in facts}


@dataclass(frozen=True)
class Tables:
    """The tables of a stage, read as their owners wrote them.

    Parameters
    ----------
    system
        Where they are.
    """

    system: System

    def partition(self, table: str, pk: str, prefix: str = "") -> Iterator[Item]:
        """Return the items of a partition whose sort key starts with a prefix, deleted ones included."""
        condition, values = "pk = :pk", {":pk": {"S": pk}}
        if prefix:
            condition, values = f"{condition} AND begins_with(sk, :sk)", {**values, ":sk": {"S": prefix}}
        pages = self._dynamodb.get_paginator("query").paginate(
            TableName=self.system.called(table),
            KeyConditionExpression=condition,
            ExpressionAttributeValues=values,
            ConsistentRead=True,
        )
        for page in pages:
            yield from map(from_attributes, page["Items"])

    @property
    def _dynamodb(self) -> Any:
        return self.system.client("dynamodb")


def read(tables: Tables, history: History) -> Truth:
    """Read what is so of the people of a run."""
    truth = Truth()
    for member in history.members:
        _read_profile(tables, member, truth)
        _read_posts(tables, member, truth)
        _read_sockets(tables, member, truth)
        _read_notifications(tables.partition("notifications", f"U#{member}", "N#"), truth)
        for row in tables.partition("channels", f"U#{member}", "M#"):
            truth.channels[row["channel_id"]] = tuple(row["members"])
            truth.add(Fact("member.joined.v1", f"member/{row['channel_id']}/{member}", row["sequence"]))
    for channel in truth.channels:
        truth.add(Fact("channel.created.v1", f"channel/{channel}", 1))
        for row in tables.partition("messages", f"C#{channel}", "M#"):
            truth.messages[row["message_id"]] = channel, row["author"]["id"], row["text"]
            truth.add(Fact("message.sent.v1", f"message/{channel}/{row['message_id']}", row["sequence"]))
    return truth


def _read_profile(tables: Tables, member: str, truth: Truth) -> None:
    for row in tables.partition("profiles", f"U#{member}"):
        if row["sk"] == "PROFILE":
            truth.names[member], truth.renamed[member] = row["name"], row["sequence"]
            subject = f"profile/{member}"
            changes = range(2, row["sequence"] + 1)
            truth.add(
                Fact("profile.created.v1", subject, 1),
                *(Fact("profile.updated.v1", subject, change) for change in changes),
            )
        elif row["sk"].startswith("F#"):
            followee = row["sk"].removeprefix("F#")
            truth.following[member, followee] = "followee" in row, row["sequence"]
            truth.add(
                *follows(member, followee, row["sequence"]), *_unfollows(member, followee, row["sequence"])
            )


def follows(follower: str, followee: str, sequence: int) -> Iterable[Fact]:
    """Return the follows of an edge of that sequence: every other change is one."""
    subject = f"follow/{follower}/{followee}"
    return [Fact("follow.created.v1", subject, change) for change in range(1, sequence + 1, 2)]


def _unfollows(follower: str, followee: str, sequence: int) -> Iterable[Fact]:
    subject = f"follow/{follower}/{followee}"
    return [Fact("follow.removed.v1", subject, change) for change in range(2, sequence + 1, 2)]


def _read_posts(tables: Tables, author: str, truth: Truth) -> None:
    for row in tables.partition("posts", author, "P#"):
        identity = post_id(author, row["sk"].removeprefix("P#"))
        deleted = "deleted" in row
        truth.posts[identity] = None if deleted else row["text"]
        truth.add(Fact("post.published.v2", f"post/{identity}", 1))
        if deleted:
            truth.add(Fact("post.deleted.v1", f"post/{identity}", row["sequence"]))
        for chunk in tables.partition("timelines", f"chunk#{identity}"):
            subject = f"chunk/{identity}/{chunk['sk'].replace('#', '/')}"
            fact = Fact("timeline.delivered.v1", subject, chunk["sequence"])
            truth.add(fact)
            truth.delivered[fact.id] = _recipients(bytes(chunk["recipients"]))


def _recipients(packed: bytes) -> tuple[str, ...]:
    return tuple(str(UUID(bytes=packed[at : at + 16])) for at in range(0, len(packed), 16))


def _read_sockets(tables: Tables, member: str, truth: Truth) -> None:
    for topic in tables.partition("connections", f"user:{member}"):
        joined = [name.removeprefix("socket:") for name in topic if name.startswith("socket:")]
        for connection in joined:
            for row in tables.partition("connections", f"connection:{connection}"):
                truth.add(Fact("connection.opened.v1", f"connection/{connection}", 1))
                if not row.get("deleted"):
                    truth.sockets[connection] = member


def _read_notifications(rows: Iterable[Item], truth: Truth) -> None:
    for row in rows:
        fact = Fact("notification.created.v2", f"notification/{row['notification_id']}", row["sequence"])
        truth.add(fact)
        truth.notified[fact.id] = row["user_id"]
