"""Events about reports, which the posts service publishes: what people tell moderators, what those do."""

from typing import ClassVar

from contracts.events.envelope import EventData


class ReportData(EventData):
    """A report of a post or a person."""

    TYPE: ClassVar[str]

    report_id: str
    """The report."""
    subject: str
    """What is reported: `post/<id>` or `profile/<user>`."""
    person: str
    """Whose post or profile it is: a user id."""


class ReportCreatedV1(ReportData):
    """Someone reported a post or a person to the moderators. Subject `report/<id>`."""

    TYPE = "report.created.v1"

    reporter: str
    """Who reported: a user id. Not for the eyes of `person`."""
    reason: str
    """Why, such as `spam`."""


class ReportResolvedV1(ReportData):
    """A moderator did something about a report. Subject `report/<id>`."""

    TYPE = "report.resolved.v1"

    reporter: str
    """Who had reported: a user id. Not for the eyes of `person`."""
    measure: str
    """What was done: `none`, `label`, `hide` or `suspend`."""
    labels: tuple[str, ...] = ()
    """What the post is labelled with."""


class ReportAppealedV1(ReportData):
    """The affected person appealed against what was done. Subject `report/<id>`."""

    TYPE = "report.appealed.v1"


class ReportDecidedV1(ReportData):
    """A moderator decided an appeal. Subject `report/<id>`."""

    TYPE = "report.decided.v1"

    outcome: str
    """What became of the measure: `upheld` or `overturned`."""
