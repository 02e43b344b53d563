"""The audit: what moderators did, one entry for each act, never changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib.reports import Subject


@dataclass(frozen=True)
class AuditEntry:
    """Who did what to whom, when and why."""

    id: str
    at: datetime
    moderator: str
    what: str
    subject: Subject
    why: str
    report: str | None = None


@dataclass(frozen=True)
class AuditPage:
    """Some entries of the audit and where the next ones start, None at its end."""

    entries: Sequence[AuditEntry]
    next: str | None
