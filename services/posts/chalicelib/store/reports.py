"""Reports and the audit in the table `posts`.

`report#<id>` / `REPORT` is a report; it is in the index `queue`, under its state and one of `SHARDS` shards,
oldest first. `AUDIT` / `<ulid>` is an entry of the audit, which no code changes: moderators are few, so one
partition takes them all. What moderators do is one transaction: report, post or profile, audit.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from heapq import merge
from itertools import islice
from typing import Any

from contracts.transport.items import Item, outbox, to_attributes
from ulid import ULID

from chalicelib.audit import AuditEntry, AuditPage
from chalicelib.model import Post
from chalicelib.moderation import Change, ReportPage
from chalicelib.people import Profile
from chalicelib.reports import (
    REPORT_KEPT,
    Appeal,
    Claim,
    Decision,
    Label,
    Measure,
    Outcome,
    Reason,
    Report,
    ReportState,
    Resolution,
    Subject,
)
from chalicelib.store.posts import PostsTable
from chalicelib.store.profiles import ProfilesTable
from chalicelib.store.table import Key, attributes_of, unmoved

REPORT = "REPORT"
AUDIT = "AUDIT"
SHARDS = 4
"""Partitions of a state in the queue; each takes 1,000 changes a second."""

EVENTS = {
    ReportState.OPEN: "report.created.v1",
    ReportState.RESOLVED: "report.resolved.v1",
    ReportState.APPEALED: "report.appealed.v1",
    ReportState.DECIDED: "report.decided.v1",
}


@dataclass(frozen=True)
class ReportsTable:
    """Reports, what is done about them, and the audit.

    Parameters
    ----------
    posts, profiles
        Where posts and profiles are kept, with which a report is written in one piece.
    now
        Tells the time, in UTC.
    """

    posts: PostsTable
    profiles: ProfilesTable
    now: Callable[[], datetime]

    def add(self, report: Report) -> Report | None:
        """Keep a report whose `sequence` is one more than the kept one's; else return what is there."""
        item = self._item(report, report.reporter)
        there = self.posts.table.put(item, unmoved(report.sequence - 1 or None))
        if there is None:
            return None
        return to_report(there) if there else self.add(replace(report, sequence=1))

    def find(self, report: str) -> Report | None:
        """Return a report with every finished write."""
        item = self.posts.table.get(_report(report), consistent=True)
        return to_report(item) if item else None

    def queue(self, state: ReportState, after: str | None, limit: int) -> ReportPage:
        """Return the reports of a state that follow the position `after`, oldest first.

        The index lags a little: a report that has moved on meanwhile is left out.
        """
        shards = [self._shard(f"{state}#{shard}", after, limit + 1) for shard in range(SHARDS)]
        keys = list(islice(merge(*shards), limit + 1))
        found = self.posts.table.get_many(_report(key.split("#")[1]) for key in keys[:limit])
        reports = [
            to_report(found[key])
            for key in (_report(one.split("#")[1]) for one in keys[:limit])
            if key in found
        ]
        return ReportPage(
            [report for report in reports if report.state is state],
            keys[limit - 1] if len(keys) > limit else None,
        )

    def hold(self, report: Report) -> bool:
        """Keep a claim, which is no event; False if the report moved meanwhile."""
        item = self._item(report, report.reporter)
        silent = {name: value for name, value in item.items() if name != "_event"}
        return self.posts.table.put(silent, unmoved(report.sequence - 1)) is None

    def settle(self, report: Report | None, change: Change, entry: AuditEntry | None, actor: str) -> bool:
        """Keep a report, what it changes and the audit, all or nothing; False if any moved meanwhile."""
        table, writes = self.posts.table, []
        if report:
            writes.append(table.put_in(self._item(report, actor), unmoved(report.sequence - 1)))
        if isinstance(change, Post):
            writes.append(self.posts.moderated(change, actor))
        if isinstance(change, Profile):
            writes.append(self.profiles.moderated(change, actor))
        if entry:
            writes.append(table.put_in(_entry_item(entry), unmoved(None)))
        return table.transact(writes) is None

    def audit(self, after: str | None, limit: int) -> AuditPage:
        """Return what was done, newest first, from the position `after` on."""
        start = {"ExclusiveStartKey": attributes_of((AUDIT, after))} if after else {}
        items, last = self.posts.table.query(
            KeyConditionExpression="pk = :audit",
            ExpressionAttributeValues=to_attributes({":audit": AUDIT}),
            ScanIndexForward=False,
            Limit=limit,
            **start,
        )
        return AuditPage([_to_entry(item) for item in items], last["sk"]["S"] if last else None)

    def _shard(self, partition: str, after: str | None, limit: int) -> list[str]:
        items, _ = self.posts.table.query(
            IndexName="queue",
            KeyConditionExpression="#queue = :queue AND queued_at > :after",
            ExpressionAttributeNames={"#queue": "queue"},
            ExpressionAttributeValues=to_attributes({":queue": partition, ":after": after or " "}),
            Limit=limit,
        )
        return [item["queued_at"] for item in items]

    def _item(self, report: Report, actor: str) -> Item:
        pk, sk = _report(report.id)
        return {
            "pk": pk,
            "sk": sk,
            "reporter": report.reporter,
            "subject": str(report.subject),
            "reason": report.reason,
            "comment": report.comment,
            "created_at": report.created_at,
            "state": report.state,
            "claim": _fields(report.claim),
            "resolution": _fields(report.resolution),
            "appeal": _fields(report.appeal),
            "decision": _fields(report.decision),
            "queue": f"{report.state}#{ord(report.id[0]) % SHARDS}",
            "queued_at": f"{report.waiting_since.isoformat(timespec='milliseconds')}#{report.id}",
            "expires_at": int((self.now() + REPORT_KEPT).timestamp()),
            **outbox(EVENTS[report.state], sequence=report.sequence, actor=actor, at=self.now()),
        }


def to_report(item: Item) -> Report:
    """Return the report that an item keeps."""
    return Report(
        reporter=item["reporter"],
        subject=Subject.parse(item["subject"]),
        reason=Reason(item["reason"]),
        comment=item["comment"],
        created_at=datetime.fromisoformat(item["created_at"]),
        state=ReportState(item["state"]),
        claim=Claim(item["claim"]["by"], _time(item["claim"]["until"])) if "claim" in item else None,
        resolution=_to_resolution(item["resolution"]) if "resolution" in item else None,
        appeal=Appeal(item["appeal"]["text"], _time(item["appeal"]["at"])) if "appeal" in item else None,
        decision=_to_decision(item["decision"]) if "decision" in item else None,
        sequence=item["sequence"],
    )


def _to_resolution(fields: Item) -> Resolution:
    labels = tuple(map(Label, fields["labels"]))
    return Resolution(Measure(fields["measure"]), labels, fields["note"], fields["by"], _time(fields["at"]))


def _to_decision(fields: Item) -> Decision:
    return Decision(Outcome(fields["outcome"]), fields["note"], fields["by"], _time(fields["at"]))


def _entry_item(entry: AuditEntry) -> Item:
    return {
        "pk": AUDIT,
        "sk": entry.id,
        "moderator": entry.moderator,
        "what": entry.what,
        "subject": str(entry.subject),
        "why": entry.why,
        "report": entry.report,
    }


def _to_entry(item: Item) -> AuditEntry:
    return AuditEntry(
        id=item["sk"],
        at=ULID.from_str(item["sk"]).datetime,
        moderator=item["moderator"],
        what=item["what"],
        subject=Subject.parse(item["subject"]),
        why=item["why"],
        report=item.get("report"),
    )


def _fields(part: Any) -> Item | None:
    return vars(part) if part else None


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _report(report: str) -> Key:
    return f"report#{report}", REPORT
