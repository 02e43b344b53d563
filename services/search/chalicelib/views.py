"""What clients ask of search and are answered."""

from datetime import datetime
from typing import Annotated, Self

from contracts.events.posts import EmbeddedPost, MediaRef, PersonRef
from contracts.http.routes import Answer, Page
from pydantic import Field, StringConstraints

from chalicelib.finding import TEXT_LIMIT, Found

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=TEXT_LIMIT)]

HIGHLIGHT = "HTML: the text that matched, escaped, with what matched in `<em>`"


class SearchPage(Page):
    """What to search for, and which part of the list to answer."""

    q: Text = Field(description="Words, in Japanese, English or both", examples=["京都 紅葉"])


class PostView(Answer):
    """A public post, with its author as they were called when it was published."""

    id: str
    author: PersonRef
    text: str
    media: tuple[MediaRef, ...] = ()
    mentions: tuple[PersonRef, ...] = ()
    in_reply_to: str | None = None
    created_at: datetime
    warning: str | None = None
    language: str | None = None
    tags: tuple[str, ...] = ()
    replies: str | None = None
    edited_at: datetime | None = None
    root: str | None = None
    quotes: str | None = None
    quote: EmbeddedPost | None = None


class PersonView(Answer):
    """A person."""

    id: str
    handle: str
    name: str
    bio: str = ""


class FoundPost(Answer):
    """A post that was found."""

    post: PostView
    highlight: str = Field(description=HIGHLIGHT)


class FoundPerson(Answer):
    """A person who was found."""

    person: PersonView
    highlight: str = Field(description=f"{HIGHLIGHT}; of name, handle and bio, the first that did")


class FoundPosts(Answer):
    """One page of posts, the best first, the newest first among equals."""

    items: list[FoundPost]
    next: str | None

    @classmethod
    def of(cls, found: Found) -> Self:
        """Show a page of hits."""
        items = [{"post": hit.content, "highlight": hit.highlight} for hit in found.hits]
        return cls.model_validate({"items": items, "next": found.next})


class FoundPeople(Answer):
    """One page of people, the best first."""

    items: list[FoundPerson]
    next: str | None

    @classmethod
    def of(cls, found: Found) -> Self:
        """Show a page of hits."""
        items = [{"person": hit.content, "highlight": hit.highlight} for hit in found.hits]
        return cls.model_validate({"items": items, "next": found.next})
