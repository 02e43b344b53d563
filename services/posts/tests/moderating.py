"""People, posts and reports for the tests of moderation."""

from datetime import timedelta

from chalicelib.model import Post
from chalicelib.reports import (
    Label,
    Measure,
    Reason,
    Report,
    Subject,
    SubjectKind,
)
from contracts.http.idempotency import Idempotency
from tests.fakes import AIKO, BEN, World, person

DAI, EMI = person(4, "dai"), person(5, "emi")
"""Moderators."""

MOMENT = timedelta(milliseconds=1)


def post_of(world: World, text: str = "紅葉") -> Post:
    return world.publishing.publish(AIKO, text, (), None, Idempotency(None, ""))


def about(post: Post) -> Subject:
    return Subject(SubjectKind.POST, str(post.id))


def reported(world: World, post: Post, reporter: str = BEN.id) -> Report:
    return world.reporting.report(reporter, about(post), Reason.SPAM, "広告です")


def resolved(world: World, measure: Measure, *labels: Label, post: Post | None = None) -> tuple[Post, Report]:
    post = post or post_of(world)
    report = reported(world, post)
    world.moderation.claim(report.id, DAI.id)
    return post, world.moderation.resolve(report.id, DAI.id, measure, labels, "spam indeed")


def now_of(world: World, post: Post) -> Post:
    found = world.posts.posts[post.id]
    assert isinstance(found, Post)
    return found
