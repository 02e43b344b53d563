"""How often a person may do what: the one table of actions and their budgets, over all services."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

NEW_FOR = timedelta(days=1)
"""How long an account is new, and has the smaller budgets."""

TRUSTED = "trusted"
"""The Cognito group without budgets: known bots and load tests. The gateway still throttles it."""

LOG_LIMIT = 80
"""Acts that a budget may allow, since each one's time is kept: the row stays under 1 KB, a write unit."""


class Action(StrEnum):
    """What people have a budget for."""

    POST = "post"
    FOLLOW = "follow"
    PROFILE = "profile"
    REPORT = "report"
    APPEAL = "appeal"
    REACTION = "reaction"
    MESSAGE = "message"
    CHANNEL = "channel"
    UPLOAD = "upload"


@dataclass(frozen=True)
class Budget:
    """So many acts in any span of time.

    Parameters
    ----------
    limit
        Acts in any span of length `per`.
    per
        The span.
    unseen
        Acts of a span that a process may keep to itself; the next one writes them down, one write for all.
        So an act costs nothing for who does little, and 1/(unseen + 1) write for who does much; who is served
        by N processes at once may do at most `unseen` × N more than `limit`.
    new
        What takes the place of `limit` while an account is new; 0 if nothing does.
    """

    limit: int
    per: timedelta
    unseen: int = 0
    new: int = 0


MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

BUDGETS: Mapping[Action, Budget] = {
    Action.POST: Budget(30, 5 * MINUTE, unseen=4, new=15),
    Action.FOLLOW: Budget(60, HOUR, unseen=5, new=20),
    Action.PROFILE: Budget(20, HOUR, unseen=3),
    Action.REPORT: Budget(20, DAY, new=5),
    Action.APPEAL: Budget(5, DAY),
    Action.REACTION: Budget(60, MINUTE, unseen=9),
    Action.MESSAGE: Budget(60, MINUTE, unseen=9),
    Action.CHANNEL: Budget(60, HOUR, unseen=5),
    Action.UPLOAD: Budget(60, HOUR, unseen=9),
}
"""Each action's budget."""
