"""What clients send and see."""

from datetime import datetime
from typing import Annotated

from contracts.http.routes import Answer, Body
from pydantic import Field, StringConstraints

from chalicelib.model import BYTE_LIMIT, MEDIA_LIMIT, Hindrance, Post, State
from chalicelib.people import BIO_LIMIT, NAME_LIMIT, Locale, Person, Profile
from chalicelib.timeline import Slice

MediaId = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern="^[A-Za-z0-9_-]+$")]


class ProfileBody(Body):
    """What a person says of themselves."""

    handle: str = Field(min_length=2, max_length=30, description="a-z, 0-9 and _; case does not matter")
    name: str = Field(min_length=1, max_length=2 * NAME_LIMIT)
    bio: str = Field("", max_length=2 * BIO_LIMIT)
    locale: Locale = "ja"


class PostBody(Body):
    """A post to make."""

    text: str = Field(
        min_length=1, max_length=BYTE_LIMIT, description="At most 500 graphemes and 4,000 bytes of UTF-8"
    )
    media: tuple[MediaId, ...] = Field((), max_length=MEDIA_LIMIT)
    in_reply_to: str | None = Field(None, max_length=64)


class PersonView(Answer):
    """A person as a post shows them: as they were when it was written."""

    id: str
    handle: str
    name: str

    @classmethod
    def of(cls, person: Person) -> "PersonView":
        """Show a person."""
        return cls(id=person.id, handle=person.handle, name=person.name)


class MentionView(Answer):
    """A person whom a text addresses."""

    id: str
    handle: str


class MediaView(Answer):
    """A picture in a post; `url` starts at the page's origin."""

    id: str
    url: str
    content_type: str
    width: int
    height: int
    alt: str


class ProfileView(Answer):
    """A profile; `followed` tells whether the reader follows this person, null for oneself."""

    id: str
    handle: str
    name: str
    bio: str
    locale: Locale
    created_at: datetime
    followed: bool | None = None

    @classmethod
    def of(cls, profile: Profile, *, followed: bool | None = None) -> "ProfileView":
        """Show a profile."""
        return cls(
            id=profile.id,
            handle=profile.handle,
            name=profile.name,
            bio=profile.bio,
            locale=profile.locale,
            created_at=profile.created_at,
            followed=followed,
        )


class PostView(Answer):
    """A post; one that is `pending` or a `draft` is seen by its author only, `problem` says why."""

    id: str
    author: PersonView
    text: str
    media: tuple[MediaView, ...]
    mentions: tuple[MentionView, ...]
    in_reply_to: str | None
    state: State
    problem: Hindrance | None
    created_at: datetime

    @classmethod
    def of(cls, post: Post) -> "PostView":
        """Show a post."""
        return cls(
            id=str(post.id),
            author=PersonView.of(post.author),
            text=post.text,
            media=tuple(
                MediaView(
                    id=media.id,
                    url=media.url,
                    content_type=media.content_type,
                    width=media.width,
                    height=media.height,
                    alt=media.alt,
                )
                for media in post.media
            ),
            mentions=tuple(MentionView(id=person.id, handle=person.handle) for person in post.mentions),
            in_reply_to=str(post.in_reply_to) if post.in_reply_to else None,
            state=post.state,
            problem=post.hindrance,
            created_at=post.id.created_at,
        )


class PostList(Answer):
    """One page of posts, newest first; `next` leads to the next one, null at the end."""

    items: tuple[PostView, ...]
    next: str | None

    @classmethod
    def of(cls, found: Slice) -> "PostList":
        """Show a page."""
        return cls(items=tuple(PostView.of(post) for post in found.posts), next=found.next)
