"""Appeals: who may make one, how long, and what becomes of the measure."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from chalicelib.model import PostId, State
from chalicelib.people import Suspended
from chalicelib.reports import (
    APPEAL_WITHIN,
    LEASE,
    AlreadyReported,
    Closed,
    InvalidReport,
    Label,
    Measure,
    NotClaimed,
    NothingToAppeal,
    Outcome,
    Reason,
    ReportState,
    Subject,
    SubjectKind,
)
from hypothesis import given
from hypothesis import strategies as st
from tests.fakes import AIKO, BEN, CHIE, World
from tests.moderating import DAI, EMI, MOMENT, about, now_of, post_of, reported, resolved


def test_a_label_can_be_appealed_against_for_30_days_and_reported_anew_after_that(moderated: World) -> None:
    post, _ = resolved(moderated, Measure.LABEL, Label.SPAM)
    moderated.clock.move(APPEAL_WITHIN)
    with pytest.raises(AlreadyReported):
        moderated.reporting.report(BEN.id, about(post), Reason.HATE, "")
    moderated.clock.move(MOMENT)
    with pytest.raises(NothingToAppeal):
        moderated.moderation.appeal(AIKO.id, about(post), "no")
    assert moderated.reporting.report(BEN.id, about(post), Reason.HATE, "").state is ReportState.OPEN


def test_the_suspended_do_nothing_but_appeal(moderated: World) -> None:
    post, _ = resolved(moderated, Measure.SUSPEND)
    asked: list[Callable[[], object]] = [
        lambda: moderated.profiles.own(AIKO.id),
        lambda: moderated.profiles.require(AIKO.id),
        lambda: moderated.profiles.signing(AIKO.id),
        lambda: moderated.profiles.put(AIKO.id, "aiko", "A", "", "ja"),
    ]
    for ask in asked:
        with pytest.raises(Suspended):
            ask()
    assert moderated.publishing.read(str(post.id), BEN.id).state is State.PUBLISHED, "posts stay"
    assert moderated.profiles.of("@aiko").id == AIKO.id
    appealed = moderated.moderation.appeal(AIKO.id, Subject(SubjectKind.PROFILE, AIKO.id), "なぜ")
    assert appealed.state is ReportState.APPEALED


def test_an_appeal_is_made_once_and_decided(moderated: World) -> None:
    post, report = resolved(moderated, Measure.HIDE)
    appealed = moderated.moderation.appeal(AIKO.id, about(post), "普通の投稿です")
    assert moderated.moderation.appeal(AIKO.id, about(post), "普通の投稿です") == appealed
    with pytest.raises(NothingToAppeal):
        moderated.moderation.appeal(AIKO.id, about(post), "もう一度")
    with pytest.raises(NotClaimed):
        moderated.moderation.decide(report.id, EMI.id, Outcome.OVERTURNED, "sorry")
    moderated.moderation.claim(report.id, EMI.id)
    decided = moderated.moderation.decide(report.id, EMI.id, Outcome.OVERTURNED, "sorry")
    assert decided.state is ReportState.DECIDED
    assert moderated.moderation.decide(report.id, EMI.id, Outcome.OVERTURNED, "sorry") == decided
    seen = moderated.publishing.read(str(post.id), BEN.id)
    assert (seen.state, seen.report) == (State.PUBLISHED, None)
    with pytest.raises(NothingToAppeal):
        moderated.moderation.appeal(AIKO.id, about(post), "again")


def test_an_upheld_measure_stays(moderated: World) -> None:
    post, report = resolved(moderated, Measure.HIDE)
    moderated.moderation.appeal(AIKO.id, about(post), "?")
    moderated.moderation.claim(report.id, EMI.id)
    moderated.moderation.decide(report.id, EMI.id, Outcome.UPHELD, "it is spam")
    assert now_of(moderated, post).state is State.HIDDEN
    with pytest.raises(NothingToAppeal):
        moderated.moderation.appeal(AIKO.id, about(post), "again")


def test_an_overturned_suspension_lets_a_person_act_again(moderated: World) -> None:
    _, report = resolved(moderated, Measure.SUSPEND)
    moderated.moderation.appeal(AIKO.id, Subject(SubjectKind.PROFILE, AIKO.id), "なぜ")
    moderated.moderation.claim(report.id, EMI.id)
    moderated.moderation.decide(report.id, EMI.id, Outcome.OVERTURNED, "sorry")
    assert moderated.profiles.own(AIKO.id).suspended_by is None


def test_only_the_affected_may_appeal(moderated: World) -> None:
    post, _ = resolved(moderated, Measure.HIDE)
    with pytest.raises(NothingToAppeal):
        moderated.moderation.appeal(BEN.id, about(post), "let it be seen")
    with pytest.raises(NothingToAppeal):
        moderated.moderation.appeal(AIKO.id, Subject(SubjectKind.PROFILE, AIKO.id), "I am not suspended")


def test_an_appeal_against_an_older_measure_does_not_undo_a_newer_one(moderated: World) -> None:
    post, first = resolved(moderated, Measure.LABEL, Label.SPAM)
    moderated.moderation.appeal(AIKO.id, about(post), "no")
    second = reported(moderated, post, CHIE.id)
    moderated.moderation.claim(second.id, DAI.id)
    moderated.moderation.resolve(second.id, DAI.id, Measure.HIDE, (), "worse")
    moderated.moderation.claim(first.id, EMI.id)
    moderated.moderation.decide(first.id, EMI.id, Outcome.OVERTURNED, "no spam")
    assert now_of(moderated, post).state is State.HIDDEN


def test_a_measure_without_an_appeal_is_taken_back_by_a_moderator(moderated: World) -> None:
    resolved(moderated, Measure.SUSPEND)
    person_ = Subject(SubjectKind.PROFILE, AIKO.id)
    moderated.moderation.lift(person_, EMI.id, "mistaken identity")
    assert moderated.profiles.own(AIKO.id).suspended_by is None
    with pytest.raises(InvalidReport):
        moderated.moderation.lift(person_, EMI.id, "again")


@given(st.lists(st.sampled_from(["claim", "other", "none", "hide", "appeal", "uphold", "overturn", "wait"])))
def test_in_any_order_of_acts_a_post_is_hidden_just_as_its_report_says(acts: list[str]) -> None:
    world = World()
    world.people.join(AIKO, BEN, CHIE, DAI, EMI)
    post = post_of(world)
    report = reported(world, post)
    do: dict[str, Callable[[], object]] = {
        "claim": lambda: world.moderation.claim(report.id, DAI.id),
        "other": lambda: world.moderation.claim(report.id, EMI.id),
        "none": lambda: world.moderation.resolve(report.id, DAI.id, Measure.NONE, (), "n"),
        "hide": lambda: world.moderation.resolve(report.id, DAI.id, Measure.HIDE, (), "h"),
        "appeal": lambda: world.moderation.appeal(AIKO.id, about(post), "a"),
        "uphold": lambda: world.moderation.decide(report.id, DAI.id, Outcome.UPHELD, "u"),
        "overturn": lambda: world.moderation.decide(report.id, EMI.id, Outcome.OVERTURNED, "o"),
        "wait": lambda: world.clock.move(LEASE),
    }
    for act in acts:
        try:
            do[act]()
        except (NotClaimed, Closed, NothingToAppeal):
            continue
    found = world.moderation.find(report.id)
    hidden = bool(found.resolution and found.resolution.measure is Measure.HIDE)
    overturned = bool(found.decision and found.decision.outcome is Outcome.OVERTURNED)
    assert (now_of(world, post).state is State.HIDDEN) == (hidden and not overturned)
    assert len(world.reports.entries) == bool(found.resolution) + bool(found.decision)
    assert world.moderation.queue(found.state, None, 5).reports == [found]
    assert PostId.parse(found.subject.id) == post.id
    assert replace(found, claim=None).sequence >= 1
