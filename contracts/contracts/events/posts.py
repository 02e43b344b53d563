"""Events that the posts service publishes: profiles, follows, posts and their delivery to timelines."""

from datetime import datetime
from typing import ClassVar, Literal

from pydantic import Field

from contracts.events.envelope import Contract, EventData


class PersonRef(Contract):
    """A person as others show them; how stale it may be is said where it is stored."""

    id: str
    handle: str
    name: str


class MediaRef(Contract):
    """One rendition of one media item, ready to be shown; `url` is relative to the page's origin."""

    id: str
    url: str
    content_type: str
    width: int = Field(ge=1)
    height: int = Field(ge=1)
    alt: str = ""


class PostSnapshot(Contract):
    """A post as a timeline shows it, without counts."""

    id: str
    author: PersonRef
    text: str
    media: tuple[MediaRef, ...] = ()
    mentions: tuple[PersonRef, ...] = ()
    in_reply_to: str | None = None
    created_at: datetime


class ProfileData(EventData):
    """A person's public profile."""

    TYPE: ClassVar[str]

    user_id: str
    handle: str
    name: str
    bio: str = ""
    locale: str = "ja"


class ProfileCreatedV1(ProfileData):
    """A person joined. Subject `profile/<user>`."""

    TYPE = "profile.created.v1"


class ProfileUpdatedV1(ProfileData):
    """A person changed their profile. Subject `profile/<user>`."""

    TYPE = "profile.updated.v1"


class FollowData(EventData):
    """One edge of the follow graph, with the follower as others show them."""

    TYPE: ClassVar[str]

    follower: PersonRef
    followee: str


class FollowCreatedV1(FollowData):
    """A person follows another. Subject `follow/<follower>/<followee>`."""

    TYPE = "follow.created.v1"


class FollowRemovedV1(FollowData):
    """A person no longer follows another. Subject `follow/<follower>/<followee>`."""

    TYPE = "follow.removed.v1"


class PostPublishedV1(EventData):
    """A post became visible to its audience. Subject `post/<id>`."""

    TYPE = "post.published.v1"

    post: PostSnapshot
    audience: Literal["public"] = "public"
    in_reply_to_author: str | None = None


class PostDeletedV1(EventData):
    """A post is gone, and every copy of it must go. Subject `post/<id>`."""

    TYPE = "post.deleted.v1"

    post_id: str
    author: str


class TimelineDeliveredV1(EventData):
    """One chunk of followers has (or no longer has) a post. Subject `chunk/<post>/<sequence>/<n>`.

    `post` is absent when the post was removed from the recipients' timelines.
    """

    TYPE = "timeline.delivered.v1"

    post_id: str
    author: str
    recipients: tuple[str, ...] = Field(max_length=2500)
    post: PostSnapshot | None = None
