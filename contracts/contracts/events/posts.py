"""Events that the posts service publishes: profiles, follows, blocks, mutes, posts and their delivery."""

from datetime import datetime
from typing import ClassVar, Literal

from pydantic import Field

from contracts.events.envelope import Contract, EventData


class PersonRef(Contract):
    """A person as others show them; how stale it may be is said where it is stored."""

    id: str
    """The person's user id."""
    handle: str
    """Their `@` name, unique."""
    name: str
    """What they are called."""


class MediaRef(Contract):
    """One rendition of one media item, ready to be shown; `url` is relative to the page's origin."""

    id: str
    """The media item."""
    url: str
    """Where it is served, on the page's origin."""
    content_type: str
    """Its media type, such as `image/webp`."""
    width: int = Field(ge=1)
    """In pixels."""
    height: int = Field(ge=1)
    """In pixels."""
    alt: str = ""
    """What it shows, in words."""


Audience = Literal["public", "followers", "mentioned", "list"]
"""Whom a post is for; whom it mentions may always see it."""


Answering = Literal["followers", "mentioned"]
"""Who may answer a post, if not everyone who sees it; those mentioned always may."""


class PollRef(Contract):
    """A poll as it was asked; how it stands is told to those who may know."""

    options: tuple[str, ...]
    """What one may choose."""
    multiple: bool
    """Whether one may choose more than one."""
    ends_at: datetime
    """From when on it takes no votes."""


Quoting = Literal["followers", "nobody"]
"""Who may quote a public post, if not everyone; its author always may."""


class EmbeddedPost(Contract):
    """Another post as it was when it was quoted or reposted."""

    id: str
    """The other post."""
    author: PersonRef | None = None
    """Who wrote it; absent once it is gone, as all but its id and time are."""
    text: str = ""
    """What it said; of a long one that is quoted, the beginning."""
    media: tuple[MediaRef, ...] | None = None
    """What was attached."""
    created_at: datetime
    """When it was written."""
    warning: str | None = None
    """What to warn of before it is shown."""


class PostSnapshot(Contract):
    """A post as a timeline shows it, without counts."""

    id: str
    """The post's public id, which leads to its author too."""
    author: PersonRef
    """Who wrote it, as they were called then."""
    text: str
    """What it says."""
    media: tuple[MediaRef, ...] = ()
    """What is attached, in the author's order."""
    mentions: tuple[PersonRef, ...] = ()
    """Whom the text addresses."""
    in_reply_to: str | None = None
    """The post that this one answers."""
    labels: tuple[str, ...] | None = None
    """What moderators say of it, such as `sensitive`."""
    created_at: datetime
    """When it was written."""
    warning: str | None = None
    """What to warn of before it is shown."""
    language: str | None = None
    """The language it is in: a BCP 47 tag."""
    tags: tuple[str, ...] | None = None
    """Its hashtags as they are compared, without their sign."""
    audience: Audience | None = None
    """Whom it is for, if that is not everyone."""
    replies: Answering | None = None
    """Who may answer it, if that is not everyone who sees it."""
    edited_at: datetime | None = None
    """When it was last edited."""
    poll: PollRef | None = None
    """What it asks, if it asks something."""
    root: str | None = None
    """The post with which its thread began, if that is not the one it answers."""
    quotes: Quoting | None = None
    """Who may quote it, if not everyone."""
    quote: EmbeddedPost | None = None
    """The post that it quotes."""
    repost_of: EmbeddedPost | None = None
    """The post that it passes on, with no text of its own."""


class ProfileData(EventData):
    """A person's public profile."""

    TYPE: ClassVar[str]

    user_id: str
    """Whose profile it is."""
    handle: str
    """Their `@` name, unique."""
    name: str
    """What they are called."""
    bio: str = ""
    """What they say of themselves."""
    locale: str = "ja"
    """The language they read."""
    private: bool = False
    """Whether only those may follow them, and see their posts, whom they let."""
    avatar: str | None = None
    """Where a picture of them is served, on the page's origin."""


class ProfileCreatedV1(ProfileData):
    """A person joined. Subject `profile/<user>`."""

    TYPE = "profile.created.v1"


class ProfileUpdatedV1(ProfileData):
    """A person changed their profile. Subject `profile/<user>`."""

    TYPE = "profile.updated.v1"


class AccountSuspendedV1(ProfileData):
    """A moderator suspended a person: they act no more, nobody finds them. Subject `profile/<user>`.

    It has its place in the sequence of the person's profile, so of both the newer one wins.
    """

    TYPE = "account.suspended.v1"


class AccountReinstatedV1(ProfileData):
    """A person is suspended no longer; their profile as it is. Subject `profile/<user>`."""

    TYPE = "account.reinstated.v1"


class AccountDeletedV1(EventData):
    """A person deleted their account, and all that is theirs must go. Subject `profile/<user>`.

    It is the last fact of that subject, so a consumer that keeps profiles by their sequence drops what was
    said before and comes late.
    """

    TYPE = "account.deleted.v1"

    user_id: str
    """Who left."""


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


class PostPublishedV2(EventData):
    """A post became visible to its audience, or looks different now. Subject `post/<id>`."""

    TYPE = "post.published.v2"

    post: PostSnapshot
    """The post as timelines show it."""
    audience: Audience
    """Who may see it; show it to nobody else."""
    in_reply_to_author: str | None = None
    """Who wrote the post that this one answers: a user id."""


class PostDeletedV1(EventData):
    """A post is gone, and every copy of it must go. Subject `post/<id>`."""

    TYPE = "post.deleted.v1"

    post_id: str
    """The post that is gone."""
    author: str
    """Who had written it: a user id."""


class TimelineDeliveredV1(EventData):
    """One chunk of followers has (or no longer has) a post. Subject `chunk/<post>/<sequence>/<n>`.

    `post` is absent when the post was removed from the recipients' timelines.
    """

    TYPE = "timeline.delivered.v1"

    post_id: str
    """The post that was delivered or removed."""
    author: str
    """Who wrote it: a user id."""
    recipients: tuple[str, ...] = Field(max_length=2500)
    """The followers of this chunk: user ids."""
    post: PostSnapshot | None = None
    """The post to show; absent when it was removed."""


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
