"""The service on the deployed tables, and a meter of what it asks of them."""

import os
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from chalicelib.asking import Asking
from chalicelib.attachments import Attachments
from chalicelib.blocking import Blocking
from chalicelib.bookmarks import Bookmarks
from chalicelib.drafting import Drafts
from chalicelib.drafts import Draft
from chalicelib.editing import Editing
from chalicelib.fanout import Chunk, FanOut
from chalicelib.graph import Graph
from chalicelib.model import Post
from chalicelib.moderation import Moderation
from chalicelib.muting import Muting
from chalicelib.people import Person, Profile
from chalicelib.pinning import Pinning
from chalicelib.polls import Polls
from chalicelib.profiles import Profiles
from chalicelib.publishing import Publishing
from chalicelib.reactions import Reactions
from chalicelib.reporting import Reporting
from chalicelib.reposting import Reposting
from chalicelib.routes.posts import PostBody
from chalicelib.store.acts import ActsTable
from chalicelib.store.counts import CountsTable
from chalicelib.store.drafts import DraftsTable, PostsFromDraft
from chalicelib.store.editions import EditionsTable
from chalicelib.store.embeddings import EmbeddingsTable
from chalicelib.store.homes import HomesTable
from chalicelib.store.listings import ListsTable
from chalicelib.store.pins import PinsTable
from chalicelib.store.posts import PostsTable
from chalicelib.store.profiles import ProfilesTable
from chalicelib.store.relations import RelationsTable
from chalicelib.store.reports import ReportsTable
from chalicelib.store.table import Table
from chalicelib.store.timelines import TimelinesTable
from chalicelib.threads import Threads
from chalicelib.ties import Ties
from chalicelib.timeline import Timelines
from chalicelib.visibility import Visibility
from contracts.http.idempotency import Idempotency
from contracts.http.routes import validated
from tests.fakes import CURSORS


class Meter:
    """Counts the calls of a DynamoDB client and the units they cost."""

    def __init__(self, client: Any) -> None:
        self.calls: list[str] = []
        self.units = self.written = 0.0
        client.meta.events.register("before-parameter-build.dynamodb", self.ask)
        client.meta.events.register("after-call.dynamodb", self.count)

    def ask(self, params: dict[str, Any], **_: Any) -> None:
        params["ReturnConsumedCapacity"] = "TOTAL"

    def count(self, model: Any, parsed: dict[str, Any], **_: Any) -> None:
        self.calls.append(model.name)
        consumed = parsed.get("ConsumedCapacity", [])
        for one in consumed if isinstance(consumed, list) else [consumed]:
            self.units += one["CapacityUnits"]
            if not model.name.startswith(("Get", "BatchGet", "Query")):
                self.written += one["CapacityUnits"]

    def reset(self) -> None:
        self.calls, self.units, self.written = [], 0.0, 0.0


class Tables:
    """The service on its tables.

    Parameters
    ----------
    dynamodb
        A boto3 DynamoDB client.
    """

    def __init__(self, dynamodb: Any) -> None:
        self.people = ProfilesTable(Table(os.environ["TABLE_PROFILES"], dynamodb), now)
        self.posts = PostsTable(Table(os.environ["TABLE_POSTS"], dynamodb), now)
        self.entries = TimelinesTable(Table(os.environ["TABLE_TIMELINES"], dynamodb), now)
        self.profiles = Profiles(self.people, now)
        self.relations = RelationsTable(Table(os.environ["TABLE_PROFILES"], dynamodb), now)
        self.graph = Graph(self.people, self.relations)
        self.asking = Asking(self.people, self.relations, CURSORS)
        self.blocking = Blocking(self.relations, self.relations, CURSORS)
        self.muting = Muting(self.relations, self.relations, CURSORS, now)
        homes = HomesTable(self.entries.table, self.posts.table)
        self.ties = Ties(self.people, self.posts, homes)
        self.visibility = Visibility(self.relations, self.people, self.profiles.closed)
        self.publishing = Publishing(self.posts, self.people, self.posts, self.visibility, now)
        embeddings = EmbeddingsTable(self.posts.table, self.posts)
        self.reposting = Reposting(embeddings, self.publishing, self.visibility, now)
        self.lists = ListsTable(self.posts.table, now)
        self.pinning = Pinning(PinsTable(self.posts.table), self.posts, self.visibility)
        self.threads = Threads(self.lists, self.posts, self.visibility, CURSORS)
        self.editing = Editing(EditionsTable(self.posts.table, self.posts), self.publishing, now)
        self.counts = CountsTable(self.posts.table, now)
        self.acts = ActsTable(self.posts.table, now)
        self.reactions = Reactions(self.acts, self.counts, self.publishing, self.relations, CURSORS)
        self.polls = Polls(self.acts, self.acts, self.counts, self.publishing, now)
        self.bookmarks = Bookmarks(self.acts, self.publishing, self.posts, self.visibility, CURSORS)
        self.kept = DraftsTable(self.posts.table, now)
        self.reports = ReportsTable(self.posts, self.people, now)
        self.reporting = Reporting(self.reports, self.posts, self.people, now)
        self.moderation = Moderation(self.reports, self.posts, self.people, CURSORS, now)
        self.drafts = Drafts(self.kept, self._post_of_draft, self.publishing.read, CURSORS, now)

    def _post_of_draft(self, author: Person, draft: Draft, ulid: str) -> Post:
        posts = PostsFromDraft(self.posts.table, now, draft, ulid)
        body = validated(PostBody, draft.content)
        return body.publish(replace(self.publishing, posts=posts), author, Idempotency(ulid, ""))


class Cloud(Tables):
    """The service on the deployed tables."""

    def __init__(self) -> None:
        import boto3

        client = boto3.client("dynamodb")
        self.meter = Meter(client)
        super().__init__(client)
        self.attachments = Attachments(self.posts, self.posts, now)
        self.timelines = Timelines(
            self.entries, self.posts, self.visibility, CURSORS, self.publishing.as_of_now
        )
        self.line = Line()
        self.fan_out = FanOut(self.posts, self.people, self.entries, self.line)

    def deliver(self, post: Post) -> None:
        """Do what the deployed fan-out does at the same time with the same post."""
        self.fan_out.appeared(post.id)
        self._drain()

    def retract(self, post: Post) -> None:
        """Do what it does when a post goes."""
        self.fan_out.went(post.id)
        self._drain()

    def _drain(self) -> None:
        while self.line.chunks:
            self.fan_out.serve(self.line.chunks.pop())

    def joined(self) -> Profile:
        user = str(uuid4())
        return self.profiles.put(user, f"u{user[:12].replace('-', '')}", "愛子", "", "ja")

    def publish(self, author: Profile, text: str = "紅葉", *media: str, key: str | None = None) -> Post:
        return self.publishing.publish(author.person, text, media, None, Idempotency(key, ""))


class Line:
    """A queue in memory."""

    def __init__(self) -> None:
        self.chunks: list[Chunk] = []

    def send(self, chunk: Chunk) -> None:
        self.chunks.append(chunk)


def now() -> datetime:
    return datetime.now(UTC)
