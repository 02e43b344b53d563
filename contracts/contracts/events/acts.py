"""Events of acts beside posting, which the posts service publishes: reactions, votes, scheduled drafts."""

from datetime import datetime

from pydantic import Field

from contracts.events.envelope import EventData
from contracts.events.posts import PersonRef


class ReactionChangedV1(EventData):
    """A person reacts to a post, or otherwise than before. Subject `reaction/<user>/<post>`."""

    TYPE = "reaction.changed.v1"

    person: PersonRef
    """Who reacts."""
    post_id: str
    """The post that they react to."""
    author: str
    """Who wrote it: a user id."""
    emoji: str
    """One emoji, fully spelled, or a `:code:` of our own set."""


class ReactionRemovedV1(EventData):
    """A person took their reaction back. Subject `reaction/<user>/<post>`."""

    TYPE = "reaction.removed.v1"

    user_id: str
    """Who had reacted."""
    post_id: str
    """The post that they had reacted to."""
    author: str
    """Who wrote it: a user id."""


class DraftScheduledV1(EventData):
    """A draft is to become a post by itself. Subject `draft/<author>/<draft>`."""

    TYPE = "draft.scheduled.v1"

    author: str
    """Whose draft it is: a user id."""
    draft_id: str
    """The draft, among those of its author."""
    publish_at: datetime
    """When, in whole seconds."""
    replaces: int | None = Field(None, ge=1)
    """The sequence of the schedule that this one replaces; absent if there was none."""


class DraftUnscheduledV1(EventData):
    """A draft is no longer to become a post by itself, or is gone. Subject `draft/<author>/<draft>`."""

    TYPE = "draft.unscheduled.v1"

    author: str
    """Whose draft it is: a user id."""
    draft_id: str
    """The draft, among those of its author."""
    replaces: int = Field(ge=1)
    """The sequence of the schedule that is void."""


class VoteCastV1(EventData):
    """A person voted in a poll, which they do once. Subject `vote/<user>/<post>`."""

    TYPE = "vote.cast.v1"

    user_id: str
    """Who voted: for those who count, and for nobody's eyes."""
    post_id: str
    """The post that asks."""
    author: str
    """Who wrote it: a user id."""
    options: tuple[int, ...]
    """The numbers of the options taken, the first is 0."""
