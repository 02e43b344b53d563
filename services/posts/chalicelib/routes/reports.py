"""Routes of reports: what people tell the moderators, and appeals against what those did."""

from datetime import datetime

from contracts.http import problems
from contracts.http.budgets import Action
from contracts.http.idempotency import Idempotency
from contracts.http.identity import Identity
from contracts.http.reading import example
from contracts.http.route_group import RouteGroup
from contracts.http.routes import Answer, Body
from pydantic import Field

from chalicelib import assembly
from chalicelib.examples import POST_EXAMPLE
from chalicelib.reports import (
    COMMENT_LIMIT,
    AlreadyReported,
    InvalidReport,
    Label,
    Measure,
    NothingToAppeal,
    Reason,
    Report,
    ReportState,
    Subject,
    SubjectKind,
)

group = RouteGroup(
    {
        InvalidReport: problems.INVALID,
        AlreadyReported: problems.CONFLICT,
        NothingToAppeal: problems.CONFLICT,
    }
)


class SubjectBody(Body):
    """What it is about: the id of a post or of a person."""

    model_config = example(kind="post", id=POST_EXAMPLE)

    kind: SubjectKind
    id: str = Field(min_length=1, max_length=64)

    def subject(self) -> Subject:
        """Return it in this service's words."""
        return Subject(self.kind, self.id)


class ReportBody(Body):
    """A report to make."""

    model_config = example(subject={"kind": "post", "id": POST_EXAMPLE}, reason="spam")

    subject: SubjectBody
    reason: Reason
    comment: str = Field("", max_length=2 * COMMENT_LIMIT, description="At most 500 characters")


class AppealBody(Body):
    """An appeal to make."""

    model_config = example(subject={"kind": "post", "id": POST_EXAMPLE}, text="自分で撮った写真です")

    subject: SubjectBody
    text: str = Field(min_length=1, max_length=2 * COMMENT_LIMIT, description="At most 500 characters")


class SubjectView(Answer):
    """What a report is about."""

    kind: SubjectKind
    id: str

    @classmethod
    def of(cls, subject: Subject) -> "SubjectView":
        """Show a subject."""
        return cls(kind=subject.kind, id=subject.id)


class ReportView(Answer):
    """A report as its reporter sees it."""

    id: str
    subject: SubjectView
    reason: Reason
    comment: str
    state: ReportState
    created_at: datetime

    @classmethod
    def of(cls, report: Report) -> "ReportView":
        """Show a report."""
        return cls(
            id=report.id,
            subject=SubjectView.of(report.subject),
            reason=report.reason,
            comment=report.comment,
            state=report.state,
            created_at=report.created_at,
        )


class AppealView(Answer):
    """An appeal as the affected person sees it: not who reported, nor who took the measure."""

    measure: Measure
    labels: tuple[Label, ...]
    measure_at: datetime
    state: ReportState
    text: str
    appealed_at: datetime

    @classmethod
    def of(cls, report: Report) -> "AppealView":
        """Show the appeal of a report that has one."""
        taken, appeal = report.resolution, report.appeal
        assert taken
        assert appeal
        return cls(
            measure=taken.measure,
            labels=taken.labels,
            measure_at=taken.at,
            state=report.state,
            text=appeal.text,
            appealed_at=appeal.at,
        )


@group.route(
    "POST",
    "/v1/reports",
    status=201,
    raises=(problems.NOT_FOUND, problems.CONFLICT),
    limit=Action.REPORT,
)
def create_report(identity: Identity, body: ReportBody, _key: Idempotency) -> ReportView:
    """Report a post or a person to the moderators.

    A person has one open report of each subject: the same one sent again, under any key, answers it.
    """
    assembly.profiles().require(identity.user_id)
    report = assembly.reporting().report(identity.user_id, body.subject.subject(), body.reason, body.comment)
    return ReportView.of(report)


@group.route(
    "POST",
    "/v1/appeals",
    status=201,
    raises=(problems.NOT_FOUND, problems.CONFLICT),
    limit=Action.APPEAL,
)
def create_appeal(identity: Identity, body: AppealBody, _key: Idempotency) -> AppealView:
    """Appeal against what a moderator did to your post or, with your own id, to your account.

    Within 30 days, once; the same one sent again, under any key, answers it. The suspended may do this, too.
    """
    appealed = assembly.moderation().appeal(identity.user_id, body.subject.subject(), body.text)
    return AppealView.of(appealed)
