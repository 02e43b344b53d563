"""Reports: who may report what, and which moderator has one."""

from contextlib import suppress
from datetime import timedelta

import pytest
from chalicelib.model import NoSuchPost
from chalicelib.people import NoSuchProfile
from chalicelib.reports import (
    COMMENT_LIMIT,
    LEASE,
    AlreadyReported,
    InvalidReport,
    Measure,
    NoSuchReport,
    NotClaimed,
    OwnCase,
    Reason,
    ReportState,
    Subject,
    SubjectKind,
)
from tests.fakes import AIKO, BEN, CHIE, World
from tests.moderating import DAI, EMI, MOMENT, about, post_of, reported


def test_a_post_is_reported_once_by_each_person(moderated: World) -> None:
    post = post_of(moderated)
    first = reported(moderated, post)
    assert reported(moderated, post) == first
    assert reported(moderated, post, CHIE.id).id != first.id
    with pytest.raises(AlreadyReported):
        moderated.reporting.report(BEN.id, about(post), Reason.HATE, "")


def test_the_id_of_a_report_tells_nobody_who_made_it(moderated: World) -> None:
    report = reported(moderated, post_of(moderated))
    assert BEN.id not in report.id
    assert len(report.id) == 22


def test_a_person_is_reported(moderated: World) -> None:
    report = moderated.reporting.report(
        BEN.id, Subject(SubjectKind.PROFILE, AIKO.id), Reason.IMPERSONATION, ""
    )
    assert (report.subject.person, report.state) == (AIKO.id, ReportState.OPEN)


def test_nobody_reports_themselves_or_what_is_not_there(moderated: World) -> None:
    post = post_of(moderated)
    with pytest.raises(InvalidReport):
        reported(moderated, post, AIKO.id)
    with pytest.raises(NoSuchProfile):
        moderated.reporting.report(BEN.id, Subject(SubjectKind.PROFILE, "x"), Reason.SPAM, "")
    with pytest.raises(NoSuchPost):
        moderated.reporting.report(BEN.id, Subject(SubjectKind.POST, "x"), Reason.SPAM, "")
    moderated.publishing.delete(str(post.id), AIKO.id)
    with pytest.raises(NoSuchPost):
        reported(moderated, post)


@pytest.mark.parametrize("comment", ["x" * (COMMENT_LIMIT + 1), "a\x00b"])
def test_a_comment_has_a_limit_and_no_control_characters(moderated: World, comment: str) -> None:
    subject = Subject(SubjectKind.PROFILE, AIKO.id)
    with pytest.raises(InvalidReport):
        moderated.reporting.report(BEN.id, subject, Reason.SPAM, comment)
    longest = moderated.reporting.report(BEN.id, subject, Reason.SPAM, "\r\n" + "x" * COMMENT_LIMIT)
    assert longest.comment == "x" * COMMENT_LIMIT


def test_the_queue_gives_those_that_wait_longest_first_page_by_page(moderated: World) -> None:
    made = []
    for _ in range(5):
        made.append(reported(moderated, post_of(moderated)).id)
        moderated.clock.move(timedelta(seconds=1))
    first = moderated.moderation.queue(ReportState.OPEN, None, 3)
    second = moderated.moderation.queue(ReportState.OPEN, first.next, 3)
    assert [report.id for report in (*first.reports, *second.reports)] == made
    assert second.next is None


def test_a_claim_is_one_moderators_until_its_lease_is_over(moderated: World) -> None:
    report = reported(moderated, post_of(moderated))
    moderated.moderation.claim(report.id, DAI.id)
    moderated.clock.move(LEASE - MOMENT)
    with pytest.raises(NotClaimed):
        moderated.moderation.claim(report.id, EMI.id)
    moderated.clock.move(MOMENT)
    assert moderated.moderation.claim(report.id, EMI.id).claimed(moderated.clock()) is not None
    with pytest.raises(NotClaimed):
        moderated.moderation.resolve(report.id, DAI.id, Measure.NONE, (), "late")


def test_claiming_again_makes_the_lease_longer(moderated: World) -> None:
    report = reported(moderated, post_of(moderated))
    moderated.moderation.claim(report.id, DAI.id)
    moderated.clock.move(LEASE - MOMENT)
    moderated.moderation.claim(report.id, DAI.id)
    moderated.clock.move(LEASE - MOMENT)
    moderated.moderation.resolve(report.id, DAI.id, Measure.NONE, (), "in time")


@pytest.mark.parametrize("moment", range(1, 5))
def test_of_two_who_claim_at_once_one_has_it(moderated: World, moment: int) -> None:
    report = reported(moderated, post_of(moderated))
    won = []

    def try_to(moderator: str) -> None:
        with suppress(NotClaimed):
            moderated.moderation.claim(report.id, moderator)
            won.append(moderator)

    moderated.moments.planned = {moderated.moments.passed + moment: lambda: try_to(EMI.id)}
    try_to(DAI.id)
    moderated.moments.planned = {}
    if len(won) == 1 and moment > 2:
        try_to(EMI.id)
    assert len(won) == 1
    claim = moderated.moderation.find(report.id).claim
    assert claim
    assert [claim.by] == won


def test_nobody_judges_their_own_report_or_one_about_themselves(moderated: World) -> None:
    report = reported(moderated, post_of(moderated))
    for involved in (AIKO.id, BEN.id):
        with pytest.raises(OwnCase):
            moderated.moderation.claim(report.id, involved)


def test_there_is_no_report_of_another_id(moderated: World) -> None:
    with pytest.raises(NoSuchReport):
        moderated.moderation.find("x")
