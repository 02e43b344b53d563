"""What posts publishes holds what each consumer relies on, made of records that its own stores wrote."""

import inspect
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from chalicelib import assembly
from chalicelib.drafts import Draft
from chalicelib.editing import Wording
from chalicelib.fanout import Chunk
from chalicelib.model import Deleted, Media, MediaStatus, Post
from chalicelib.people import Profile
from chalicelib.polls import Question
from chalicelib.reports import Label, Measure, Reason, Subject, SubjectKind
from chalicelib.store.table import client
from chalicelib.terms import Audience, Circle, Consent, Terms
from consumer_examples import Envelope, Example, expected_of
from contracts.http.idempotency import Idempotency
from contracts.http.versions import IfMatch
from example_matching import require, require_soon, scenario
from tests.cloud import Tables
from ulid import ULID
from written_streams import StreamsFromNow, WrittenTables, relayed

EXAMPLES = pytest.mark.parametrize("example", expected_of("posts"), ids=str)

TRIP = Question(("嵐山", "高雄"), multiple=True, minutes=60)

TABLES = ("profiles", "posts", "timelines")


NO_KEY = Idempotency(None, "")


class Story(Tables):
    """What Aiko and Ben, who have just joined, do on the service's tables."""

    def __init__(self, dynamodb: Any) -> None:
        super().__init__(dynamodb)
        self.aiko, self.ben = self.join("愛子"), self.join("Ben")

    def join(self, name: str) -> Profile:
        user = str(uuid4())
        return self.profiles.put(user, f"u{user[:12].replace('-', '')}", name, "京都にいます", "ja")

    def rename(self) -> None:
        self.profiles.put(self.aiko.id, self.aiko.handle, "Aiko", self.aiko.bio, "en")

    def leave(self) -> None:
        self.rename()
        self.profiles.leave(self.aiko.id, self.aiko.handle)

    def follow(self) -> None:
        self.graph.follow(self.aiko, self.ben)

    def unfollow(self) -> None:
        self.follow()
        self.graph.unfollow(self.aiko, self.ben)

    def request(self) -> None:
        ben = self.ben
        closed = self.profiles.put(ben.id, ben.handle, ben.name, ben.bio, ben.locale, private=True)
        self.graph.follow(self.aiko, closed)

    def unblock(self) -> None:
        self.block()
        self.blocking.unblock(self.aiko.id, self.ben.id)

    def mute(self) -> None:
        self.muting.mute(self.aiko, self.ben, datetime.now(UTC) + timedelta(days=1))

    def unmute(self) -> None:
        self.mute()
        self.muting.unmute(self.aiko.id, self.ben.id)

    def block(self) -> None:
        self.blocking.block(self.aiko, self.ben)

    def reply(self, audience: Audience = Audience.PUBLIC) -> Post:
        """Let Aiko answer what Ben added to his question, by name, with a photo, and quoting the question."""
        photo = self.photo(self.aiko)
        asked = self.ask()
        added = self.publishing.publish(self.ben.person, "秋は？", (), str(asked.id), NO_KEY)
        text = f"@{self.ben.handle} #京都 の紅葉です"
        terms = Terms("紅葉", "ja", audience, Circle.FOLLOWERS, Consent.FOLLOWERS)
        return self.publishing.publish(
            self.aiko.person, text, (photo,), str(added.id), NO_KEY, terms, str(asked.id), TRIP
        )

    def photo(self, owner: Profile) -> str:
        photo = Media(str(ULID()), "/media/k3y/display.webp", "image/webp", 1600, 1200, "紅葉の写真")
        self.posts.learn(MediaStatus(photo.id, owner.id, 2, photo))
        return photo.id

    def ask(self) -> Post:
        """Let Ben ask, with a photo."""
        return self.publishing.publish(
            self.ben.person, "京都はどう？", (self.photo(self.ben),), None, NO_KEY, Terms("紅葉")
        )

    def repost(self) -> Post:
        """Let Aiko pass on what Ben asked."""
        return self.reposting.repost(self.aiko.person, str(self.ask().id))

    def deliver_repost(self) -> None:
        post = self.repost()
        self.entries.put(Chunk(post.id, (self.aiko.id, self.ben.id)), post)

    def rewrite(self, audience: Audience = Audience.PUBLIC) -> Post:
        """Let Aiko answer Ben, and then say it better."""
        post = self.reply(audience)
        better = Wording(f"@{self.ben.handle} #京都 の紅葉です。", "紅葉", "ja")
        return self.editing.edit(str(post.id), self.aiko.id, better, IfMatch(None))

    def vote(self) -> None:
        """Let Ben vote in what Aiko asks."""
        self.polls.vote(self.ben.id, str(self.reply().id), (0, 1))

    def react(self) -> Post:
        """Let Ben react to what Aiko wrote."""
        post = self.reply()
        self.reactions.react(self.ben.person, str(post.id), "🍁")
        return post

    def label(self) -> None:
        """Let a moderator label what Aiko wrote and rewrote."""
        self.moderate(Subject(SubjectKind.POST, str(self.rewrite().id)), Measure.LABEL, Label.SENSITIVE)

    def label_repost(self) -> None:
        """Let a moderator label what Aiko passed on."""
        self.moderate(Subject(SubjectKind.POST, str(self.repost().id)), Measure.LABEL, Label.SENSITIVE)

    def suspend(self) -> None:
        """Let a moderator suspend Aiko."""
        self.moderate(Subject(SubjectKind.PROFILE, self.aiko.id), Measure.SUSPEND)

    def reinstate(self) -> None:
        self.suspend()
        self.moderation.lift(Subject(SubjectKind.PROFILE, self.aiko.id), "moderator", "a mistake")

    def moderate(self, subject: Subject, measure: Measure, *labels: Label) -> None:
        report = self.reporting.report(self.ben.id, subject, Reason.SPAM, "広告です")
        self.moderation.claim(report.id, "moderator")
        self.moderation.resolve(report.id, "moderator", measure, labels, "spam")

    def withdraw(self) -> None:
        self.reactions.withdraw(self.ben.id, str(self.react().id))

    def delete(self) -> None:
        self.publishing.delete(str(self.reply().id), self.aiko.id)

    def deliver(self) -> None:
        post = replace(self.rewrite(Audience.FOLLOWERS), labels=(Label.SENSITIVE,))
        self.entries.put(Chunk(post.id, (self.aiko.id, self.ben.id)), post)

    def take_back(self) -> None:
        post = self.reply()
        self.entries.remove(Chunk(post.id, (self.aiko.id, self.ben.id)), Deleted(post.id, 2))

    def reschedule(self) -> Draft:
        at = self.publishing.now() + timedelta(hours=1)
        draft = self.drafts.add(self.aiko.id, {"text": "紅葉"}, Idempotency(None, ""), at)
        later = at + timedelta(hours=1)
        return self.drafts.put(self.aiko.id, draft.ulid, draft.content, IfMatch(None), later)

    def call_off(self) -> None:
        draft = self.reschedule()
        self.drafts.delete(self.aiko.id, draft.ulid)


SCENARIOS: dict[str, Callable[[Story], object]] = {
    "draft.scheduled.v1": Story.reschedule,
    "draft.unscheduled.v1": Story.call_off,
    "profile.created.v1": lambda _: None,  # both have joined
    "profile.updated.v1": Story.rename,
    "follow.created.v1": Story.follow,
    "account.deleted.v1": Story.leave,
    "follow.removed.v1": Story.unfollow,
    "follow.requested.v1": Story.request,
    "block.created.v1": Story.block,
    "block.removed.v1": Story.unblock,
    "mute.created.v1": Story.mute,
    "mute.removed.v1": Story.unmute,
    "post.published.v2.mention": Story.reply,
    "post.published.v2.reply": Story.label,
    "account.suspended.v1": Story.suspend,
    "account.reinstated.v1": Story.reinstate,
    "post.published.v2.repost": Story.label_repost,
    "post.published.v2.quote": Story.reply,
    "post.deleted.v1": Story.delete,
    "reaction.changed.v1": Story.react,
    "vote.cast.v1": Story.vote,
    "reaction.removed.v1": Story.withdraw,
    "timeline.delivered.v1.post": Story.deliver,
    "timeline.delivered.v1.repost": Story.deliver_repost,
    "timeline.delivered.v1.removal": Story.take_back,
}


def published(records: Mapping[str, Sequence[Mapping[str, Any]]]) -> list[Envelope]:
    """Return what the deployed relays make of the tables' records."""
    relay = inspect.unwrap(assembly.relay)
    return [
        event
        for table in TABLES
        for event in relayed(relay(table), records[os.environ[f"TABLE_{table.upper()}"]])
    ]


@EXAMPLES
def test_an_example_is_what_is_published(example: Example) -> None:
    tables = WrittenTables()
    scenario(example, SCENARIOS)(Story(tables))
    require(example, published(tables.records))


@pytest.mark.cloud
@EXAMPLES
def test_an_example_is_what_the_streams_of_the_deployed_tables_become(example: Example) -> None:
    streams = StreamsFromNow(*TABLES)
    scenario(example, SCENARIOS)(Story(client()))
    require_soon(example, lambda: published(streams.read()))
