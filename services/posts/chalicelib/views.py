"""What clients see of posts, in every list of them."""

from dataclasses import asdict
from datetime import datetime

from contracts.http.routes import Answer, Versioned

from chalicelib.model import Deleted, Embedded, Hindrance, Poll, Post, State
from chalicelib.people import Person
from chalicelib.terms import Audience, Circle, Consent
from chalicelib.text import linked, tagged
from chalicelib.threads import Rows
from chalicelib.timeline import Slice


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


class PollView(Answer):
    """What a post asks; how it stands is a question of its own."""

    options: tuple[str, ...]
    multiple: bool
    ends_at: datetime

    @classmethod
    def of(cls, poll: Poll) -> "PollView":
        """Show a poll."""
        return cls(options=poll.options, multiple=poll.multiple, ends_at=poll.ends_at)


class EmbeddedView(Answer):
    """Another post as it was when it was quoted or reposted; once it is gone, only its id is left."""

    id: str
    author: PersonView | None
    text: str
    media: tuple[MediaView, ...]
    warning: str
    created_at: datetime

    @classmethod
    def of(cls, other: Embedded | None) -> "EmbeddedView | None":
        """Show another post."""
        if other is None:
            return None
        return cls(
            id=str(other.id),
            author=PersonView.of(other.author) if other.author else None,
            text=other.text,
            media=tuple(MediaView(**asdict(media)) for media in other.media),
            warning=other.warning,
            created_at=other.id.created_at,
        )


class PostView(Versioned):
    """A post; one that is not `published` is seen by its author only.

    `problem` says why it is a `draft`, `labels` what moderators say of it. `tags` are as they are compared,
    `links` as they stand in the text; `replies` says who may answer.
    """

    id: str
    author: PersonView
    text: str
    media: tuple[MediaView, ...]
    mentions: tuple[MentionView, ...]
    in_reply_to: str | None
    state: State
    problem: Hindrance | None
    labels: tuple[str, ...]
    created_at: datetime
    warning: str
    language: str | None
    audience: Audience
    replies: Circle
    tags: tuple[str, ...]
    links: tuple[str, ...]
    poll: PollView | None
    edited_at: datetime | None
    quotes: Consent
    quote: EmbeddedView | None
    repost_of: EmbeddedView | None

    @classmethod
    def of(cls, post: Post) -> "PostView":
        """Show a post."""
        return cls(
            id=str(post.id),
            author=PersonView.of(post.author),
            text=post.text,
            media=tuple(MediaView(**asdict(media)) for media in post.media),
            mentions=tuple(MentionView(id=person.id, handle=person.handle) for person in post.mentions),
            in_reply_to=str(post.in_reply_to) if post.in_reply_to else None,
            state=post.state,
            problem=post.hindrance,
            labels=post.labels,
            created_at=post.id.created_at,
            warning=post.terms.warning,
            language=post.terms.language,
            audience=post.terms.audience,
            replies=post.terms.replies,
            tags=tuple(tagged(post.text)),
            links=tuple(linked(post.text)),
            poll=PollView.of(post.poll) if post.poll else None,
            edited_at=post.edited_at,
            quotes=post.terms.quotes,
            quote=EmbeddedView.of(post.quote),
            repost_of=EmbeddedView.of(post.repost),
            version=post.sequence,
        )


class PostList(Answer):
    """One page of posts, newest first; `next` leads to the next one, null at the end."""

    items: tuple[PostView, ...]
    next: str | None

    @classmethod
    def of(cls, found: Slice) -> "PostList":
        """Show a page."""
        return cls(items=tuple(PostView.of(post) for post in found.posts), next=found.next)


class ThreadItem(Answer):
    """One place of a thread; where a post was deleted or is not for the reader, `post` is null."""

    id: str
    post: PostView | None

    @classmethod
    def of(cls, post: Post | Deleted) -> "ThreadItem":
        """Show a place."""
        return cls(id=str(post.id), post=PostView.of(post) if isinstance(post, Post) else None)


class ThreadView(Answer):
    """One page of a thread, oldest first; `next` leads to the next one, null at the end."""

    items: tuple[ThreadItem, ...]
    next: str | None

    @classmethod
    def of(cls, found: Rows) -> "ThreadView":
        """Show a page."""
        return cls(items=tuple(map(ThreadItem.of, found.posts)), next=found.next)
