"""Reporting: a person tells the moderators of a post or a profile."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from chalicelib.model import Deleted, NoSuchPost, Post, PostId, State
from chalicelib.people import NoSuchProfile, Profile
from chalicelib.reports import (
    AlreadyReported,
    InvalidReport,
    Reason,
    Report,
    Subject,
    SubjectKind,
    checked_words,
)


class Reports(Protocol):
    """Keeps reports."""

    def add(self, report: Report) -> Report | None:
        """Keep a report whose `sequence` is one more than the kept one's.

        Returns
        -------
        Report | None
            What is there already, in which case nothing is kept.
        """


class ReportedPosts(Protocol):
    """Finds posts."""

    def find(self, post: PostId, *, latest: bool) -> Post | Deleted | None:
        """Return a post, with every finished write if it has to be the `latest`."""


class ReportedPeople(Protocol):
    """Finds people."""

    def find(self, user: str) -> Profile | None:
        """Return a profile."""


@dataclass(frozen=True)
class Reporting:
    """Takes reports: one at a time of each subject from each person.

    Parameters
    ----------
    reports, posts, people
        Where reports and what they are about are kept.
    now
        Tells the time, in UTC.
    """

    reports: Reports
    posts: ReportedPosts
    people: ReportedPeople
    now: Callable[[], datetime]

    def report(self, reporter: str, subject: Subject, reason: Reason, comment: str) -> Report:
        """Report something; the same report, sent again, is the one that is there.

        Whom a person blocks can still be reported.

        Raises
        ------
        InvalidReport, NoSuchPost, NoSuchProfile, AlreadyReported
        """
        wanted = Report(reporter, subject, reason, checked_words(comment), self.now())
        self._require_there(reporter, subject)
        while there := self.reports.add(wanted):
            if there.over(self.now()):
                wanted = replace(wanted, sequence=there.sequence + 1)
            elif there.says_the_same(wanted):
                return there
            else:
                raise AlreadyReported("You reported this already; moderators will look at it.")
        return wanted

    def _require_there(self, reporter: str, subject: Subject) -> None:
        if subject.kind is SubjectKind.POST:
            post = self.posts.find(PostId.parse(subject.id), latest=False)
            if not isinstance(post, Post) or post.state is not State.PUBLISHED:
                raise NoSuchPost("There is no such post, or it is not public.")
        elif self.people.find(subject.id) is None:
            raise NoSuchProfile("Nobody here has this id.")
        if subject.person == reporter:
            raise InvalidReport("You can't report yourself or a post of yours.")
