"""Moderation: moderators work on reports, and all they do is written down with it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from contracts.http.cursors import Cursors
from ulid import ULID

from chalicelib.audit import AuditEntry, AuditPage
from chalicelib.model import Deleted, Post, PostId, State
from chalicelib.people import Left, Profile
from chalicelib.reports import (
    Decision,
    InvalidReport,
    Label,
    Measure,
    NoSuchReport,
    NothingToAppeal,
    Outcome,
    Report,
    ReportState,
    Resolution,
    Subject,
    SubjectKind,
    checked_words,
)

type Change = Post | Profile | None
"""What a measure changes: the post or the profile as it is to be, its `sequence` one more than before."""


@dataclass(frozen=True)
class ReportPage:
    """Some reports of the queue and where the next ones start, None at its end."""

    reports: Sequence[Report]
    next: str | None


class Desk(Protocol):
    """Keeps reports, and writes what is done about them in one piece with its audit."""

    def find(self, report: str) -> Report | None:
        """Return a report with every finished write."""

    def queue(self, state: ReportState, after: str | None, limit: int) -> ReportPage:
        """Return the reports of a state that follow the position `after`, oldest first."""

    def hold(self, report: Report) -> bool:
        """Keep a claim, which is no event; False if the report moved meanwhile."""

    def settle(self, report: Report | None, change: Change, entry: AuditEntry | None, actor: str) -> bool:
        """Keep a report, what it changes and the audit, all or nothing; False if any moved meanwhile."""

    def audit(self, after: str | None, limit: int) -> AuditPage:
        """Return what was done, newest first, from the position `after` on."""


class ModeratedPosts(Protocol):
    """Reads posts."""

    def find(self, post: PostId, *, latest: bool) -> Post | Deleted | None:
        """Return a post, hidden or not, with every finished write if it has to be the `latest`."""


class ModeratedPeople(Protocol):
    """Reads profiles."""

    def fresh(self, user: str) -> Profile | Left | None:
        """Return a profile, or what is left of it, with every finished write in it."""


@dataclass(frozen=True)
class Moderation:
    """What moderators and those whom they affect do; each command is one conditional write.

    Parameters
    ----------
    desk, posts, people
        Where reports and what they are about are kept.
    cursors
        Turns positions into what clients hold.
    now
        Tells the time, in UTC.
    """

    desk: Desk
    posts: ModeratedPosts
    people: ModeratedPeople
    cursors: Cursors
    now: Callable[[], datetime]

    def queue(self, state: ReportState, cursor: str | None, limit: int) -> ReportPage:
        """Return one page of the reports of a state, those that wait longest first."""
        scope = f"reports/{state}"
        found = self.desk.queue(state, self._position(scope, cursor), limit)
        return ReportPage(found.reports, self._cursor(scope, found.next))

    def audit(self, cursor: str | None, limit: int) -> AuditPage:
        """Return one page of what moderators did, newest first."""
        found = self.desk.audit(self._position("audit", cursor), limit)
        return AuditPage(found.entries, self._cursor("audit", found.next))

    def find(self, report: str) -> Report:
        """Return a report.

        Raises
        ------
        NoSuchReport
        """
        found = self.desk.find(report)
        if found is None:
            raise NoSuchReport("There is no such report.")
        return found

    def post_of(self, report: Report) -> Post | None:
        """Return the reported post as it is, hidden or not; None if it is gone or a person is reported."""
        return self._post(report.subject) if report.subject.kind is SubjectKind.POST else None

    def claim(self, report: str, moderator: str) -> Report:
        """Make a report this moderator's for a while; claiming it again makes the while longer.

        Raises
        ------
        NoSuchReport, OwnCase, Closed, NotClaimed
        """
        while True:
            claimed = self.find(report).claimed_by(moderator, self.now())
            if self.desk.hold(claimed):
                return claimed

    def resolve(
        self, report: str, moderator: str, measure: Measure, labels: Sequence[Label], note: str
    ) -> Report:
        """Do something about a report that the moderator has claimed; doing the same again changes nothing.

        Raises
        ------
        NoSuchReport, Closed, NotClaimed, InvalidReport
        """
        if (measure is Measure.LABEL) != bool(labels):
            raise InvalidReport("Name labels if the measure is `label`, and only then.")
        note = checked_words(note)
        while True:
            found = self.find(report)
            wanted = Resolution(measure, tuple(labels), note, moderator, self.now())
            if found.resolution and found.resolution.says_the_same(wanted):
                return found
            resolved = found.resolved(wanted)
            change = self._taken(resolved, measure, tuple(labels))
            entry = self._entry(moderator, measure, found.subject, note, found.id)
            if self.desk.settle(resolved, change, entry, moderator):
                return resolved

    def appeal(self, person: str, subject: Subject, text: str) -> Report:
        """Appeal, once, against what was done to oneself or a post of one's own; the same again is the same.

        Raises
        ------
        NothingToAppeal, InvalidReport
        """
        text = checked_words(text)
        while True:
            found = self._measured(person, subject)
            if found.appeal and found.appeal.text == text:
                return found
            appealed = found.appealed(text, self.now())
            if self.desk.settle(appealed, None, None, person):
                return appealed

    def decide(self, report: str, moderator: str, outcome: Outcome, note: str) -> Report:
        """Decide an appeal that the moderator has claimed; deciding the same again changes nothing.

        Raises
        ------
        NoSuchReport, Closed, NotClaimed
        """
        note = checked_words(note)
        while True:
            found = self.find(report)
            wanted = Decision(outcome, note, moderator, self.now())
            if found.decision and found.decision.says_the_same(wanted):
                return found
            decided = found.decided(wanted)
            change = self._lifted(found.subject, found) if outcome is Outcome.OVERTURNED else None
            entry = self._entry(moderator, outcome, found.subject, note, found.id)
            if self.desk.settle(decided, change, entry, moderator):
                return decided

    def lift(self, subject: Subject, moderator: str, note: str) -> None:
        """Take back whatever was done to a post or a person, without an appeal.

        Raises
        ------
        InvalidReport
            If nothing was.
        """
        note = checked_words(note)
        while True:
            change = self._lifted(subject, None)
            if change is None:
                raise InvalidReport("There is no measure to take back.")
            if self.desk.settle(None, change, self._entry(moderator, "lift", subject, note), moderator):
                return

    def _taken(self, report: Report, measure: Measure, labels: tuple[Label, ...]) -> Change:
        """Return what a measure changes; None if nothing has to change any more."""
        if measure is Measure.NONE:
            return None
        if measure is Measure.SUSPEND:
            person = self.people.fresh(report.subject.person)
            if not isinstance(person, Profile):
                raise InvalidReport("This person is gone; resolve the report with `none`.")
            return replace(person, suspended_by=report.id, sequence=person.sequence + 1)
        post = self.post_of(report)
        if post is None or post.state not in {State.PUBLISHED, State.HIDDEN}:
            raise InvalidReport(f"There is no post to {measure}; take another measure.")
        changed = replace(post, report=report.id, sequence=post.sequence + 1)
        if measure is Measure.HIDE:
            return replace(changed, state=State.HIDDEN)
        return replace(changed, labels=labels)

    def _lifted(self, subject: Subject, report: Report | None) -> Change:
        """Return a subject without what was done to it: upon `report`, or at all; None if nothing was."""
        suspended = subject.kind is SubjectKind.PROFILE or (
            report and report.resolution and report.resolution.measure is Measure.SUSPEND
        )
        if suspended:
            person = self.people.fresh(subject.person)
            if not isinstance(person, Profile) or not _concerns(person.suspended_by, report):
                return None
            return replace(person, suspended_by=None, sequence=person.sequence + 1)
        post = self._post(subject)
        if post is None or not _concerns(post.report, report):
            return None
        state = State.PUBLISHED if post.state is State.HIDDEN else post.state
        return replace(post, state=state, labels=(), report=None, sequence=post.sequence + 1)

    def _measured(self, person: str, subject: Subject) -> Report:
        """Return the report upon which something was done to a person or a post of theirs."""
        nothing = NothingToAppeal("No moderator did anything about this.")
        if subject.person != person:
            raise nothing
        if subject.kind is SubjectKind.PROFILE:
            profile = self.people.fresh(person)
            report = profile.suspended_by if isinstance(profile, Profile) else None
        else:
            post = self._post(subject)
            report = post.report if post else None
        found = self.desk.find(report) if report else None
        if found is None:
            raise nothing
        return found

    def _post(self, subject: Subject) -> Post | None:
        found = self.posts.find(PostId.parse(subject.id), latest=True)
        return found if isinstance(found, Post) else None

    def _entry(
        self, moderator: str, what: str, subject: Subject, why: str, report: str | None = None
    ) -> AuditEntry:
        now = self.now()
        return AuditEntry(str(ULID.from_datetime(now)), now, moderator, str(what), subject, why, report)

    def _position(self, scope: str, cursor: str | None) -> str | None:
        return str(self.cursors.decode(scope, cursor)["after"]) if cursor is not None else None

    def _cursor(self, scope: str, position: str | None) -> str | None:
        return None if position is None else self.cursors.encode(scope, {"after": position})


def _concerns(by: str | None, report: Report | None) -> bool:
    """Tell whether there is a measure, and if a report is named, whether it was taken upon that one."""
    return by is not None and (report is None or by == report.id)
