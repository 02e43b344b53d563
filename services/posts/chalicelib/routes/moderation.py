"""Routes of moderation, for members of the group `moderators` only."""

from datetime import datetime
from typing import Annotated

from contracts.http import problems
from contracts.http.idempotency import Idempotency
from contracts.http.identity import MODERATORS, Identity
from contracts.http.reading import example
from contracts.http.route_group import RouteGroup
from contracts.http.routes import Answer, Body, Page
from pydantic import Field

from chalicelib import assembly
from chalicelib.audit import AuditEntry
from chalicelib.examples import POST_EXAMPLE
from chalicelib.moderation import ReportPage
from chalicelib.reports import (
    COMMENT_LIMIT,
    Closed,
    Label,
    Measure,
    NoSuchReport,
    NotClaimed,
    Outcome,
    OwnCase,
    Report,
    ReportState,
)
from chalicelib.routes.reports import ReportView, SubjectBody, SubjectView
from chalicelib.views import PostView


class NotAModerator(Exception):
    """Whoever asks is not in the group `moderators`."""


group = RouteGroup(
    {
        NotAModerator: problems.FORBIDDEN,
        OwnCase: problems.FORBIDDEN,
        NoSuchReport: problems.NOT_FOUND,
        NotClaimed: problems.CONFLICT,
        Closed: problems.CONFLICT,
    }
)

Note = Annotated[str, Field(min_length=1, max_length=2 * COMMENT_LIMIT, description="Why; for the audit")]


class QueuePage(Page):
    """Which reports to answer: by state, those that wait longest first."""

    state: ReportState = ReportState.OPEN


class ResolutionBody(Body):
    """What to do about a report."""

    model_config = example(measure="label", labels=["sensitive"], note="血が写っています")

    measure: Measure
    labels: tuple[Label, ...] = Field((), max_length=len(Label), description="For the measure `label`")
    note: Note


class DecisionBody(Body):
    """What becomes of a measure after an appeal."""

    model_config = example(outcome="upheld", note="ガイドライン2に反します")

    outcome: Outcome
    note: Note


class ReinstatementBody(Body):
    """Which measures to take back, all that hold on the subject."""

    model_config = example(subject={"kind": "post", "id": POST_EXAMPLE}, note="誤りでした")

    subject: SubjectBody
    note: Note


class ClaimView(Answer):
    """Who works on a report, and until when."""

    by: str
    until: datetime


class ResolutionView(Answer):
    """What was done about a report, and why."""

    measure: Measure
    labels: tuple[Label, ...]
    note: str
    by: str
    at: datetime


class AppealedView(Answer):
    """What the affected person says of it."""

    text: str
    at: datetime


class DecisionView(Answer):
    """What became of it after the appeal, and why."""

    outcome: Outcome
    note: str
    by: str
    at: datetime


class CaseView(ReportView):
    """A report as moderators see it."""

    reporter: str
    person: str
    claim: ClaimView | None
    resolution: ResolutionView | None
    appeal: AppealedView | None
    decision: DecisionView | None

    @classmethod
    def of(cls, report: Report) -> "CaseView":
        """Show a report, its claim only as long as that holds."""
        claim, taken = report.claimed(assembly.moderation().now()), report.resolution
        appeal, decision = report.appeal, report.decision
        return cls(
            **dict(ReportView.of(report)),
            reporter=report.reporter,
            person=report.subject.person,
            claim=ClaimView(**vars(claim)) if claim else None,
            resolution=ResolutionView(**vars(taken)) if taken else None,
            appeal=AppealedView(**vars(appeal)) if appeal else None,
            decision=DecisionView(**vars(decision)) if decision else None,
        )


class CaseDetails(Answer):
    """A report, and the post that it is about as it is now, hidden or not."""

    report: CaseView
    post: PostView | None


class CaseList(Answer):
    """One page of reports, those that wait longest first; `next` is null at the end."""

    items: tuple[CaseView, ...]
    next: str | None

    @classmethod
    def of(cls, found: ReportPage) -> "CaseList":
        """Show a page."""
        return cls(items=tuple(map(CaseView.of, found.reports)), next=found.next)


class AuditView(Answer):
    """Who did what to whom, when and why."""

    id: str
    at: datetime
    moderator: str
    what: str
    subject: SubjectView
    why: str
    report: str | None

    @classmethod
    def of(cls, entry: AuditEntry) -> "AuditView":
        """Show an entry."""
        return cls(**vars(entry) | {"subject": SubjectView.of(entry.subject)})


class AuditList(Answer):
    """One page of the audit, newest first; `next` is null at the end."""

    items: tuple[AuditView, ...]
    next: str | None


@group.route("GET", "/v1/moderation/reports", raises=(problems.FORBIDDEN, problems.BAD_CURSOR))
def list_reports(identity: Identity, page: QueuePage) -> CaseList:
    """List the reports of a state, those that wait longest first."""
    _moderator(identity)
    return CaseList.of(assembly.moderation().queue(page.state, page.cursor, page.limit))


@group.route("GET", "/v1/moderation/reports/{report}", raises=(problems.FORBIDDEN, problems.NOT_FOUND))
def get_report(identity: Identity, report: str) -> CaseDetails:
    """Read a report and what it is about."""
    _moderator(identity)
    found = assembly.moderation().find(report)
    post = assembly.moderation().post_of(found)
    return CaseDetails(report=CaseView.of(found), post=PostView.of(post) if post else None)


_RAISES = (problems.FORBIDDEN, problems.NOT_FOUND, problems.CONFLICT)


@group.route("PUT", "/v1/moderation/reports/{report}/claim", raises=_RAISES)
def claim_report(identity: Identity, report: str) -> CaseView:
    """Make an open or appealed report yours for 15 minutes; again makes it longer."""
    return CaseView.of(assembly.moderation().claim(report, _moderator(identity)))


@group.route("PUT", "/v1/moderation/reports/{report}/resolution", raises=_RAISES)
def resolve_report(identity: Identity, report: str, body: ResolutionBody) -> CaseView:
    """Do something about a report that you have claimed.

    `label` writes labels on the post; `hide` makes it invisible to all but its author; `suspend` lets the
    person act no more: their posts stay unless they are hidden, too.
    """
    moderator = _moderator(identity)
    return CaseView.of(assembly.moderation().resolve(report, moderator, body.measure, body.labels, body.note))


@group.route("PUT", "/v1/moderation/reports/{report}/decision", raises=_RAISES)
def decide_appeal(identity: Identity, report: str, body: DecisionBody) -> CaseView:
    """Decide an appeal that you have claimed; `overturned` takes the measure back."""
    moderator = _moderator(identity)
    return CaseView.of(assembly.moderation().decide(report, moderator, body.outcome, body.note))


@group.route("POST", "/v1/moderation/reinstatements", raises=(problems.FORBIDDEN, problems.NOT_FOUND))
def reinstate(identity: Identity, body: ReinstatementBody, _key: Idempotency) -> None:
    """Take back what was done to a post or a person, without an appeal."""
    moderator = _moderator(identity)
    assembly.moderation().lift(body.subject.subject(), moderator, body.note)


@group.route("GET", "/v1/moderation/audit", raises=(problems.FORBIDDEN, problems.BAD_CURSOR))
def list_audit(identity: Identity, page: Page) -> AuditList:
    """List what moderators did, newest first."""
    _moderator(identity)
    found = assembly.moderation().audit(page.cursor, page.limit)
    return AuditList(items=tuple(map(AuditView.of, found.entries)), next=found.next)


def _moderator(identity: Identity) -> str:
    """Return the id of whoever asks, if they are a moderator."""
    assembly.profiles().require(identity.user_id)
    if MODERATORS not in identity.groups:
        raise NotAModerator("Only members of the group `moderators` may do this.")
    return identity.user_id
