"""Events that the posts service publishes of people, of posts and of their delivery to timelines."""

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
