"""Measures: what moderators do about reports, and what it changes."""

from contextlib import suppress
from datetime import timedelta

import pytest
from chalicelib.model import NoSuchPost, Post, State
from chalicelib.people import Suspended
from chalicelib.reports import (
    Closed,
    InvalidReport,
    Label,
    Measure,
    NothingToAppeal,
    Outcome,
    Reason,
    ReportState,
    Subject,
    SubjectKind,
)
from chalicelib.store.posts import TOLD
from tests.fakes import AIKO, BEN, World
from tests.moderating import DAI, EMI, MOMENT, about, now_of, post_of, reported, resolved


def test_what_was_resolved_without_a_measure_can_be_reported_anew(moderated: World) -> None:
    post, report = resolved(moderated, Measure.NONE)
    again = moderated.reporting.report(BEN.id, about(post), Reason.HATE, "")
    assert (again.id, again.state, again.sequence) == (report.id, ReportState.OPEN, report.sequence + 1)


def test_a_hidden_post_is_gone_for_all_but_its_author(moderated: World) -> None:
    post, report = resolved(moderated, Measure.HIDE)
    assert moderated.publishing.read(str(post.id), AIKO.id).state is State.HIDDEN
    with pytest.raises(NoSuchPost):
        moderated.publishing.read(str(post.id), BEN.id)
    assert now_of(moderated, post).report == report.id
    assert not moderated.timelines.profile(AIKO.id, BEN.id, None, 20).posts


def test_a_hidden_post_leaves_timelines_and_a_restored_one_comes_back(moderated: World) -> None:
    moderated.people.follow(BEN, AIKO.id)
    post = post_of(moderated)
    moderated.fan_out.appeared(post.id)
    assert moderated.readers(post.id) == {AIKO.id, BEN.id}
    resolved(moderated, Measure.HIDE, post=post)
    moderated.fan_out.went(post.id)
    assert moderated.readers(post.id) == set()
    moderated.fan_out.appeared(post.id, told=post)
    assert moderated.readers(post.id) == set(), "late news of its publication bring it nowhere"
    moderated.moderation.lift(about(post), EMI.id, "a mistake")
    moderated.fan_out.appeared(post.id)
    assert moderated.readers(post.id) == {AIKO.id, BEN.id}


def test_the_world_hears_of_a_hidden_post_as_of_a_deleted_one() -> None:
    assert TOLD == {State.PUBLISHED: "post.published.v2", State.HIDDEN: "post.deleted.v1"}


def test_a_label_shows_on_the_post(moderated: World) -> None:
    post, _ = resolved(moderated, Measure.LABEL, Label.SENSITIVE, Label.SPAM)
    seen = moderated.publishing.read(str(post.id), BEN.id)
    assert (seen.labels, seen.state) == ((Label.SENSITIVE, Label.SPAM), State.PUBLISHED)


def test_a_hidden_post_can_be_deleted_by_its_author(moderated: World) -> None:
    post, _ = resolved(moderated, Measure.HIDE)
    moderated.publishing.delete(str(post.id), AIKO.id)
    with pytest.raises(NothingToAppeal):
        moderated.moderation.appeal(AIKO.id, about(post), "why")


def test_a_process_that_saw_someone_before_lets_them_read_for_minutes_and_write_for_half_of_one(
    moderated: World,
) -> None:
    moderated.profiles.signing(AIKO.id)
    resolved(moderated, Measure.SUSPEND)
    moderated.profiles.signing(AIKO.id)
    moderated.clock.move(timedelta(seconds=30) + MOMENT)
    moderated.profiles.require(AIKO.id)
    with pytest.raises(Suspended):
        moderated.profiles.signing(AIKO.id)
    with pytest.raises(Suspended):
        moderated.profiles.require(AIKO.id)


def test_resolving_the_same_again_changes_nothing_and_otherwise_is_refused(moderated: World) -> None:
    _, report = resolved(moderated, Measure.HIDE)
    moderated.clock.move(timedelta(seconds=1))
    assert moderated.moderation.resolve(report.id, DAI.id, Measure.HIDE, (), "spam indeed") == report
    assert len(moderated.reports.entries) == 1
    with pytest.raises(Closed):
        moderated.moderation.resolve(report.id, DAI.id, Measure.NONE, (), "oh")
    with pytest.raises(Closed):
        moderated.moderation.claim(report.id, EMI.id)


@pytest.mark.parametrize(
    ("measure", "labels"),
    [(Measure.LABEL, ()), (Measure.HIDE, (Label.SPAM,)), (Measure.NONE, (Label.SPAM,))],
)
def test_labels_belong_to_the_measure_label(
    moderated: World, measure: Measure, labels: tuple[Label, ...]
) -> None:
    with pytest.raises(InvalidReport):
        resolved(moderated, measure, *labels)


@pytest.mark.parametrize("measure", [Measure.HIDE, Measure.LABEL])
def test_a_profile_or_a_post_that_is_gone_can_be_neither_hidden_nor_labelled(
    moderated: World, measure: Measure
) -> None:
    labels = (Label.SPAM,) if measure is Measure.LABEL else ()
    profile = moderated.reporting.report(BEN.id, Subject(SubjectKind.PROFILE, AIKO.id), Reason.SPAM, "")
    post = post_of(moderated)
    gone = reported(moderated, post)
    moderated.publishing.delete(str(post.id), AIKO.id)
    for report in (profile, gone):
        moderated.moderation.claim(report.id, DAI.id)
        with pytest.raises(InvalidReport):
            moderated.moderation.resolve(report.id, DAI.id, measure, labels, "x")
        assert moderated.moderation.resolve(report.id, DAI.id, Measure.NONE, (), "x").resolution


def test_everything_a_moderator_does_is_in_the_audit_newest_first(moderated: World) -> None:
    post, report = resolved(moderated, Measure.HIDE)
    moderated.clock.move(timedelta(seconds=1))
    moderated.moderation.appeal(AIKO.id, about(post), "?")
    moderated.moderation.claim(report.id, EMI.id)
    moderated.moderation.decide(report.id, EMI.id, Outcome.UPHELD, "still spam")
    moderated.clock.move(timedelta(seconds=1))
    moderated.moderation.lift(about(post), EMI.id, "on reflection")
    first = moderated.moderation.audit(None, 2)
    second = moderated.moderation.audit(first.next, 2)
    told = [(one.moderator, one.what, one.why) for one in (*first.entries, *second.entries)]
    assert told == [
        (EMI.id, "lift", "on reflection"),
        (EMI.id, "upheld", "still spam"),
        (DAI.id, "hide", "spam indeed"),
    ]
    assert all(one.subject == about(post) for one in first.entries)


@pytest.mark.parametrize("moment", range(1, 8))
def test_whenever_the_author_deletes_the_post_meanwhile_it_stays_deleted(
    moderated: World, moment: int
) -> None:
    post = post_of(moderated)
    report = reported(moderated, post)
    moderated.moderation.claim(report.id, DAI.id)
    moderated.moments.planned = {
        moderated.moments.passed + moment: lambda: moderated.publishing.delete(str(post.id), AIKO.id)
    }
    try:
        moderated.moderation.resolve(report.id, DAI.id, Measure.HIDE, (), "spam")
    except InvalidReport:
        assert not moderated.reports.entries
    moderated.moments.planned = {}
    moderated.publishing.delete(str(post.id), AIKO.id)
    assert not isinstance(moderated.posts.posts[post.id], Post)


@pytest.mark.parametrize("moment", range(1, 8))
def test_whenever_a_person_changes_their_profile_meanwhile_they_are_suspended(
    moderated: World, moment: int
) -> None:
    report = moderated.reporting.report(BEN.id, Subject(SubjectKind.PROFILE, AIKO.id), Reason.SPAM, "")
    moderated.moderation.claim(report.id, DAI.id)

    def rename() -> None:
        with suppress(Suspended):
            moderated.profiles.put(AIKO.id, "aiko", "New", "", "ja")

    moderated.moments.planned = {moderated.moments.passed + moment: rename}
    moderated.moderation.resolve(report.id, DAI.id, Measure.SUSPEND, (), "spam")
    moderated.moments.planned = {}
    assert moderated.people.profiles[AIKO.id].suspended_by == report.id


def test_that_others_look_at_the_suspended_lets_them_do_nothing(moderated: World) -> None:
    resolved(moderated, Measure.SUSPEND)
    moderated.clock.move(timedelta(seconds=30) + MOMENT)
    assert not moderated.profiles.closed(AIKO.id)
    for act in (moderated.profiles.signing, moderated.profiles.require):
        with pytest.raises(Suspended):
            act(AIKO.id)
