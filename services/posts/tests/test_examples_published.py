"""What posts publishes holds what each consumer relies on, made of records that its own stores wrote."""

import inspect
import os
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from chalicelib import assembly
from chalicelib.fanout import Chunk
from chalicelib.graph import Graph
from chalicelib.model import Deleted, Media, MediaStatus, Post
from chalicelib.people import Profile
from chalicelib.profiles import Profiles
from chalicelib.publishing import Publishing
from chalicelib.store.posts import PostsTable
from chalicelib.store.profiles import ProfilesTable
from chalicelib.store.table import Table
from chalicelib.store.timelines import TimelinesTable
from consumer_examples import Envelope, Example, expected_of
from contracts.http.idempotency import Idempotency
from example_matching import require, scenario
from ulid import ULID
from written_streams import WrittenTables, relayed

EXAMPLES = pytest.mark.parametrize("example", expected_of("posts"), ids=str)

TABLES = ("profiles", "posts", "timelines")


class Service:
    """Posts on its tables, where Aiko and Ben have joined."""

    def __init__(self, dynamodb: Any) -> None:
        profiles, posts, timelines = (Table(os.environ[f"TABLE_{one.upper()}"], dynamodb) for one in TABLES)
        self.people, self.posts = ProfilesTable(profiles, now), PostsTable(posts, now)
        self.timelines = TimelinesTable(timelines, now)
        self.profiles, self.graph = Profiles(self.people, now), Graph(self.people)
        self.publishing = Publishing(self.posts, self.people, self.posts, now)
        self.aiko, self.ben = self.join("愛子"), self.join("Ben")

    def join(self, name: str) -> Profile:
        user = str(uuid4())
        return self.profiles.put(user, f"u{user[:12].replace('-', '')}", name, "京都にいます", "ja")

    def rename(self) -> None:
        self.profiles.put(self.aiko.id, self.aiko.handle, "Aiko", self.aiko.bio, "en")

    def follow(self) -> None:
        self.graph.follow(self.aiko, self.ben)

    def reply(self) -> Post:
        """Let Aiko answer Ben, by name and with a photo."""
        photo = Media(str(ULID()), "/media/k3y/display.webp", "image/webp", 1600, 1200, "紅葉の写真")
        self.posts.learn(MediaStatus(photo.id, self.aiko.id, 2, photo))
        asked = self.publishing.publish(self.ben.person, "京都はどう？", (), None, Idempotency(None, ""))
        text, parent = f"@{self.ben.handle} 紅葉です", str(asked.id)
        return self.publishing.publish(self.aiko.person, text, (photo.id,), parent, Idempotency(None, ""))

    def delete(self) -> None:
        self.publishing.delete(str(self.reply().id), self.aiko.id)

    def deliver(self) -> None:
        post = self.reply()
        self.timelines.put(Chunk(post.id, (self.aiko.id, self.ben.id)), post)

    def remove(self) -> None:
        post = self.reply()
        self.timelines.remove(Chunk(post.id, (self.aiko.id, self.ben.id)), Deleted(post.id, 2))


def now() -> datetime:
    return datetime.now(UTC)


SCENARIOS: dict[str, Callable[[Service], object]] = {
    "profile.created.v1": lambda _: None,  # both have joined
    "profile.updated.v1": Service.rename,
    "follow.created.v1": Service.follow,
    "post.published.v1.mention": Service.reply,
    "post.published.v1.reply": Service.reply,
    "post.deleted.v1": Service.delete,
    "timeline.delivered.v1.post": Service.deliver,
    "timeline.delivered.v1.removal": Service.remove,
}


def events(records: Mapping[str, Sequence[Mapping[str, Any]]]) -> list[Envelope]:
    """Return what the deployed relays make of the records of each table."""
    relay = inspect.unwrap(assembly.relay)
    return [
        event
        for table in TABLES
        for event in relayed(relay(table), records[os.environ[f"TABLE_{table.upper()}"]])
    ]


@EXAMPLES
def test_an_example_is_what_is_published(example: Example) -> None:
    tables = WrittenTables()
    scenario(example, SCENARIOS)(Service(tables))
    require(example, events(tables.records))
