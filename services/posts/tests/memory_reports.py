"""Reports and the audit in memory, over the posts and people of a world."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from chalicelib.audit import AuditEntry, AuditPage
from chalicelib.model import Post
from chalicelib.moderation import Change, ReportPage
from chalicelib.people import Profile
from chalicelib.reports import Report, ReportState


@dataclass
class MemoryReports:
    """What `ReportsTable` keeps; `posts` and `people` are the fakes that it writes into."""

    posts: Any
    people: Any
    reports: dict[str, Report] = field(default_factory=dict)
    entries: list[AuditEntry] = field(default_factory=list)
    moment: Callable[[], None] = lambda: None

    def add(self, report: Report) -> Report | None:
        self.moment()
        there = self.reports.get(report.id)
        if (there.sequence if there else 0) != report.sequence - 1:
            return there
        self.reports[report.id] = report
        return None

    def find(self, report: str) -> Report | None:
        self.moment()
        return self.reports.get(report)

    def queue(self, state: ReportState, after: str | None, limit: int) -> ReportPage:
        waiting = sorted(_place(report) for report in self.reports.values() if report.state is state)
        found = [place for place in waiting if after is None or place > after]
        reports = [self.reports[place.split("#")[1]] for place in found[:limit]]
        return ReportPage(reports, found[limit - 1] if len(found) > limit else None)

    def hold(self, report: Report) -> bool:
        self.moment()
        if self.reports[report.id].sequence != report.sequence - 1:
            return False
        self.reports[report.id] = report
        return True

    def settle(self, report: Report | None, change: Change, entry: AuditEntry | None, actor: str) -> bool:
        self.moment()
        if report and self.reports[report.id].sequence != report.sequence - 1:
            return False
        if isinstance(change, Post):
            if self.posts.posts[change.id].sequence != change.sequence - 1:
                return False
            self.posts.posts[change.id] = change
        if isinstance(change, Profile):
            if self.people.profiles[change.id].sequence != change.sequence - 1:
                return False
            self.people.profiles[change.id] = change
        if report:
            self.reports[report.id] = report
        if entry:
            self.entries.append(entry)
        return True

    def audit(self, after: str | None, limit: int) -> AuditPage:
        newest = [entry for entry in reversed(self.entries) if after is None or entry.id < after]
        page = newest[:limit]
        return AuditPage(page, page[-1].id if len(page) == limit else None)


def _place(report: Report) -> str:
    return f"{report.waiting_since.isoformat(timespec='milliseconds')}#{report.id}"
