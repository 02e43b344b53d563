"""Events of the graph, which the posts service publishes: who follows, blocks and mutes whom."""

from datetime import datetime
from typing import ClassVar

from contracts.events.envelope import EventData
from contracts.events.posts import PersonRef


class FollowData(EventData):
    """One edge of the follow graph, with the follower as others show them."""

    TYPE: ClassVar[str]

    follower: PersonRef
    """Who follows."""
    followee: str
    """Whom they follow: a user id."""


class FollowRequestedV1(FollowData):
    """A person asks to follow a private account. Subject `follow/<follower>/<followee>`.

    Nothing is told of a request that is withdrawn or refused; one that is accepted is a `follow.created`.
    """

    TYPE = "follow.requested.v1"


class FollowCreatedV1(FollowData):
    """A person follows another. Subject `follow/<follower>/<followee>`."""

    TYPE = "follow.created.v1"


class FollowRemovedV1(FollowData):
    """A person no longer follows another. Subject `follow/<follower>/<followee>`."""

    TYPE = "follow.removed.v1"


class BlockData(EventData):
    """One edge of who blocks whom; while it is there, neither sees anything of the other."""

    TYPE: ClassVar[str]

    blocker: str
    """Who blocks: a user id."""
    blocked: str
    """Whom they block: a user id."""


class BlockCreatedV1(BlockData):
    """A person blocks another. Subject `block/<blocker>/<blocked>`."""

    TYPE = "block.created.v1"


class BlockRemovedV1(BlockData):
    """A person no longer blocks another. Subject `block/<blocker>/<blocked>`."""

    TYPE = "block.removed.v1"


class MuteCreatedV1(EventData):
    """A person mutes another, or changes for how long. Subject `mute/<muter>/<muted>`."""

    TYPE = "mute.created.v1"

    muter: str
    """Who wants to hear nothing: a user id."""
    muted: str
    """Of whom: a user id, who is not told."""
    until: datetime | None = None
    """When the mute ends by itself, without an event; absent if it does not."""


class MuteRemovedV1(EventData):
    """A person no longer mutes another. Subject `mute/<muter>/<muted>`."""

    TYPE = "mute.removed.v1"

    muter: str
    """Who had muted: a user id."""
    muted: str
    """Whom they had muted: a user id."""
