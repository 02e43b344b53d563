"""Reports on the deployed tables: the queue, what is written in one piece, and what it costs."""

from collections.abc import Iterator

import pytest
from chalicelib.model import NoSuchPost, Post, State
from chalicelib.people import Suspended
from chalicelib.profiles import Profiles
from chalicelib.reports import (
    AlreadyReported,
    Label,
    Measure,
    NotClaimed,
    Outcome,
    Reason,
    Report,
    ReportState,
    Subject,
    SubjectKind,
)
from tests.cloud import Cloud, now

pytestmark = pytest.mark.cloud


def reported(cloud: Cloud) -> tuple[Post, Report]:
    post = cloud.publish(cloud.joined())
    reporter = cloud.joined()
    cloud.meter.reset()
    return post, cloud.reporting.report(reporter.id, about(post), Reason.SPAM, "広告です")


def about(post: Post) -> Subject:
    return Subject(SubjectKind.POST, str(post.id))


def waiting(cloud: Cloud, state: ReportState) -> Iterator[Report]:
    """Return all reports of a state, in pages of two."""
    cursor = None
    while True:
        page = cloud.moderation.queue(state, cursor, 2)
        yield from page.reports
        cursor = page.next
        if cursor is None:
            return


def test_a_report_costs_a_look_and_a_write_with_its_place_in_the_queue(cloud: Cloud) -> None:
    reported(cloud)
    assert cloud.meter.calls == ["GetItem", "PutItem"]
    assert cloud.meter.units <= 0.5 + 2


def test_a_report_is_kept_once_and_read_as_it_was_made(cloud: Cloud) -> None:
    post, report = reported(cloud)
    assert cloud.moderation.find(report.id) == report
    assert cloud.reporting.report(report.reporter, about(post), Reason.SPAM, "広告です") == report
    with pytest.raises(AlreadyReported):
        cloud.reporting.report(report.reporter, about(post), Reason.HATE, "")


def test_the_queue_is_in_order_over_all_shards_and_pages(cloud: Cloud) -> None:
    made = [reported(cloud)[1] for _ in range(7)]
    ids = {report.id for report in made}
    found = [report for report in waiting(cloud, ReportState.OPEN) if report.id in ids]
    assert found == made


def test_a_report_moves_through_the_queue_with_its_claim_measure_appeal_and_decision(cloud: Cloud) -> None:
    post, report = reported(cloud)
    cloud.moderation.claim(report.id, "dai")
    with pytest.raises(NotClaimed):
        cloud.moderation.claim(report.id, "emi")
    cloud.meter.reset()
    resolved = cloud.moderation.resolve(report.id, "dai", Measure.HIDE, (), "spam")
    assert cloud.meter.calls == ["GetItem", "GetItem", "TransactWriteItems"]
    assert cloud.moderation.find(report.id) == resolved
    with pytest.raises(NoSuchPost):
        cloud.publishing.read(str(post.id), report.reporter)
    assert resolved in list(waiting(cloud, ReportState.RESOLVED))
    appealed = cloud.moderation.appeal(post.author.id, about(post), "違います")
    assert appealed in list(waiting(cloud, ReportState.APPEALED))
    cloud.moderation.claim(report.id, "emi")
    decided = cloud.moderation.decide(report.id, "emi", Outcome.OVERTURNED, "sorry")
    assert cloud.moderation.find(report.id) == decided
    found = cloud.publishing.read(str(post.id), report.reporter)
    assert (found.state, found.report, found.sequence) == (State.PUBLISHED, None, post.sequence + 2)
    entries = [one for one in cloud.moderation.audit(None, 50).entries if one.report == report.id]
    assert [(one.moderator, one.what, one.why) for one in entries] == [
        ("emi", "overturned", "sorry"),
        ("dai", "hide", "spam"),
    ]


def test_labels_are_kept_with_the_post(cloud: Cloud) -> None:
    post, report = reported(cloud)
    cloud.moderation.claim(report.id, "dai")
    cloud.moderation.resolve(report.id, "dai", Measure.LABEL, (Label.SENSITIVE, Label.SPAM), "look")
    assert cloud.publishing.read(str(post.id), report.reporter).labels == (Label.SENSITIVE, Label.SPAM)


def test_a_suspension_is_kept_with_the_profile_and_taken_back(cloud: Cloud) -> None:
    post, report = reported(cloud)
    cloud.moderation.claim(report.id, "dai")
    cloud.moderation.resolve(report.id, "dai", Measure.SUSPEND, (), "spam")
    with pytest.raises(Suspended):
        Profiles(cloud.people, now).signing(post.author.id)
    cloud.moderation.lift(Subject(SubjectKind.PROFILE, post.author.id), "emi", "sorry")
    assert Profiles(cloud.people, now).own(post.author.id).suspended_by is None


def test_what_moved_meanwhile_is_not_written_over(cloud: Cloud) -> None:
    post, report = reported(cloud)
    claimed = cloud.moderation.claim(report.id, "dai")
    assert not cloud.reports.hold(claimed)
    stale = cloud.posts.find(post.id, latest=True)
    assert isinstance(stale, Post)
    assert not cloud.reports.settle(None, stale, None, "dai")
