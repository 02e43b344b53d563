"""The nouns of moderation: a report, what moderators did about it, an appeal; pure rules."""

import base64
import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from chalicelib.model import PostId

COMMENT_LIMIT = 500
"""Characters of a comment, a note or an appeal."""

LEASE = timedelta(minutes=15)
"""How long a report is one moderator's; then another one may claim it."""

APPEAL_WITHIN = timedelta(days=30)
"""How long after a measure the affected person may appeal against it."""

REPORT_KEPT = timedelta(days=180)
"""How long a report is kept after anything happened to it, so after its reporter has left, too."""

_ID_BYTES = 16
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


class InvalidReport(Exception):
    """A report, measure or appeal that the rules refuse; the text says what to change."""


class NoSuchReport(Exception):
    """There is no report of this id."""


class AlreadyReported(Exception):
    """The reporter has a report of this subject already, in other words."""


class NotClaimed(Exception):
    """The moderator has to claim the report first, or someone else has."""


class Closed(Exception):
    """The report is not in the state that this needs."""


class OwnCase(Exception):
    """A moderator may not judge a report about themselves, or of their own."""


class NothingToAppeal(Exception):
    """There is no measure to appeal against, or it is too late, or was done."""


class SubjectKind(StrEnum):
    """What can be reported."""

    POST = "post"
    PROFILE = "profile"


class Reason(StrEnum):
    """Why something is reported."""

    SPAM = "spam"
    HARASSMENT = "harassment"
    HATE = "hate"
    VIOLENCE = "violence"
    SEXUAL = "sexual"
    SELF_HARM = "self-harm"
    ILLEGAL = "illegal"
    IMPERSONATION = "impersonation"
    OTHER = "other"


class Label(StrEnum):
    """What a moderator may write on a post."""

    SENSITIVE = "sensitive"
    SEXUAL = "sexual"
    VIOLENCE = "violence"
    SPAM = "spam"
    MISLEADING = "misleading"


class Measure(StrEnum):
    """What moderators do about a report."""

    NONE = "none"
    LABEL = "label"
    HIDE = "hide"
    SUSPEND = "suspend"


class Outcome(StrEnum):
    """What becomes of a measure after an appeal."""

    UPHELD = "upheld"
    OVERTURNED = "overturned"


class ReportState(StrEnum):
    """Where a report is on its way."""

    OPEN = "open"
    RESOLVED = "resolved"
    APPEALED = "appealed"
    DECIDED = "decided"


@dataclass(frozen=True)
class Subject:
    """What a report is about, by its public id."""

    kind: SubjectKind
    id: str

    @property
    def person(self) -> str:
        """Whom a measure would affect."""
        return PostId.parse(self.id).author if self.kind is SubjectKind.POST else self.id

    def __str__(self) -> str:
        return f"{self.kind}/{self.id}"

    @classmethod
    def parse(cls, text: str) -> "Subject":
        """Read what `str()` gives."""
        kind, identity = text.split("/", 1)
        return cls(SubjectKind(kind), identity)


@dataclass(frozen=True)
class Claim:
    """Who works on a report, and until when."""

    by: str
    until: datetime


@dataclass(frozen=True)
class Resolution:
    """What a moderator did about a report, and why."""

    measure: Measure
    labels: tuple[Label, ...]
    note: str
    by: str
    at: datetime

    def says_the_same(self, other: "Resolution") -> bool:
        """Tell whether two resolutions differ in nothing but their time."""
        return replace(self, at=other.at) == other


@dataclass(frozen=True)
class Appeal:
    """What the affected person says of a measure."""

    text: str
    at: datetime


@dataclass(frozen=True)
class Decision:
    """What a moderator made of an appeal, and why."""

    outcome: Outcome
    note: str
    by: str
    at: datetime

    def says_the_same(self, other: "Decision") -> bool:
        """Tell whether two decisions differ in nothing but their time."""
        return replace(self, at=other.at) == other


@dataclass(frozen=True)
class Report:
    """A person's report of a post or a profile; they have one of each subject, so its id is made of both."""

    reporter: str
    subject: Subject
    reason: Reason
    comment: str
    created_at: datetime
    state: ReportState = ReportState.OPEN
    claim: Claim | None = None
    resolution: Resolution | None = None
    appeal: Appeal | None = None
    decision: Decision | None = None
    sequence: int = 1

    @property
    def id(self) -> str:
        """The report's name, which tells nobody who made it."""
        digest = sha256(f"{self.reporter}\n{self.subject}".encode()).digest()
        return base64.urlsafe_b64encode(digest[:_ID_BYTES]).decode().rstrip("=")

    @property
    def waiting_since(self) -> datetime:
        """When it came to where it is in the queue."""
        return self.appeal.at if self.appeal else self.created_at

    def says_the_same(self, other: "Report") -> bool:
        """Tell whether two reports of one subject complain of the same."""
        return (self.reason, self.comment) == (other.reason, other.comment)

    def over(self, now: datetime) -> bool:
        """Tell whether nothing more can come of it, so that its reporter may report the subject anew."""
        if self.resolution is None:
            return False
        if self.state is ReportState.RESOLVED and self.resolution.measure is not Measure.NONE:
            return now - self.resolution.at > APPEAL_WITHIN
        return self.state is not ReportState.APPEALED

    def claimed(self, now: datetime) -> Claim | None:
        """Return the claim if its lease still runs."""
        return self.claim if self.claim and self.claim.until > now else None

    def claimed_by(self, moderator: str, now: datetime) -> "Report":
        """Return the report as this moderator's for the length of a lease.

        Raises
        ------
        OwnCase, Closed, NotClaimed
        """
        if moderator in {self.subject.person, self.reporter}:
            raise OwnCase("Leave a report that you made, or that is about you, to someone else.")
        if self.state not in {ReportState.OPEN, ReportState.APPEALED}:
            raise Closed(f"This report is {self.state}; there is nothing to claim.")
        held = self.claimed(now)
        if held and held.by != moderator:
            raise NotClaimed(f"Someone else works on it until {held.until.isoformat(timespec='seconds')}.")
        return self._moved(claim=Claim(moderator, now + LEASE))

    def resolved(self, resolution: Resolution) -> "Report":
        """Return the report with what was done about it.

        Raises
        ------
        Closed, NotClaimed
        """
        self._require(ReportState.OPEN, resolution.by, resolution.at)
        return self._moved(state=ReportState.RESOLVED, claim=None, resolution=resolution)

    def appealed(self, text: str, now: datetime) -> "Report":
        """Return the report with an appeal against what was done.

        Raises
        ------
        NothingToAppeal
        """
        if self.appeal:
            raise NothingToAppeal("You have appealed already; one appeal is all there is.")
        if self.resolution is None or now - self.resolution.at > APPEAL_WITHIN:
            raise NothingToAppeal(f"An appeal is possible for {APPEAL_WITHIN.days} days.")
        return self._moved(state=ReportState.APPEALED, claim=None, appeal=Appeal(text, now))

    def decided(self, decision: Decision) -> "Report":
        """Return the report with what became of the appeal.

        Raises
        ------
        Closed, NotClaimed
        """
        self._require(ReportState.APPEALED, decision.by, decision.at)
        return self._moved(state=ReportState.DECIDED, claim=None, decision=decision)

    def _require(self, state: ReportState, moderator: str, now: datetime) -> None:
        if self.state is not state:
            raise Closed(f"This report is {self.state}, not {state}.")
        held = self.claimed(now)
        if held is None or held.by != moderator:
            raise NotClaimed("Claim the report first.")

    def _moved(self, **changes: object) -> "Report":
        return replace(self, sequence=self.sequence + 1, **changes)  # type: ignore[arg-type]


def checked_words(text: str) -> str:
    """Return a comment, a note or an appeal as it is kept.

    Raises
    ------
    InvalidReport
        If it is too long, or holds control characters.
    """
    text = text.replace("\r\n", "\n").strip()
    if len(text) > COMMENT_LIMIT or _CONTROLS.search(text):
        raise InvalidReport(f"Write at most {COMMENT_LIMIT} characters, none of them a control character.")
    return text
