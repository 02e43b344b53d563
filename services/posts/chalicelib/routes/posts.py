"""Routes of posts: making, reading and deleting them."""

from datetime import timedelta
from typing import Annotated

from contracts.http import problems
from contracts.http.budgets import Action
from contracts.http.idempotency import Idempotency
from contracts.http.identity import Identity
from contracts.http.reading import example
from contracts.http.route_group import RouteGroup
from contracts.http.routes import Body
from pydantic import Field, StringConstraints

from chalicelib import assembly
from chalicelib.model import MEDIA_LIMIT, InvalidPost, NoSuchPost, Post
from chalicelib.people import Person
from chalicelib.polls import LONGEST, OPTIONS_AT_LEAST, OPTIONS_AT_MOST, SHORTEST, Question
from chalicelib.publishing import AlreadyDeleted, NotYours, Publishing
from chalicelib.references import AnswerRefused, QuoteRefused
from chalicelib.repetition import KeyReused
from chalicelib.terms import Audience, Circle, Consent, Terms
from chalicelib.text import BYTE_LIMIT, WARNING_LIMIT
from chalicelib.views import PostView

group = RouteGroup(
    {
        InvalidPost: problems.INVALID,
        NoSuchPost: problems.NOT_FOUND,
        NotYours: problems.FORBIDDEN,
        AnswerRefused: problems.FORBIDDEN,
        QuoteRefused: problems.FORBIDDEN,
        KeyReused: problems.KEY_REUSED,
        AlreadyDeleted: problems.CONFLICT,
    }
)

MINUTE = timedelta(minutes=1)

MediaId = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern="^[A-Za-z0-9_-]+$")]


class PollBody(Body):
    """A poll to ask; it can't be changed."""

    model_config = example(options=["はい", "いいえ"], minutes=60)

    options: tuple[str, ...] = Field(min_length=OPTIONS_AT_LEAST, max_length=OPTIONS_AT_MOST)
    multiple: bool = Field(False, description="Whether one may choose more than one option")
    minutes: int = Field(
        ge=SHORTEST // MINUTE, le=LONGEST // MINUTE, description="How long it runs, from the post on"
    )

    @property
    def question(self) -> Question:
        """The poll as it is asked."""
        return Question(self.options, self.multiple, self.minutes)


class PostBody(Body):
    """A post to make."""

    model_config = example(text="@ben 京都の紅葉 #京都", language="ja")

    text: str = Field(
        min_length=1, max_length=BYTE_LIMIT, description="At most 500 graphemes and 4,000 bytes of UTF-8"
    )
    media: tuple[MediaId, ...] = Field((), max_length=MEDIA_LIMIT)
    in_reply_to: str | None = Field(None, max_length=64)
    warning: str = Field("", max_length=2 * WARNING_LIMIT, description="What to warn of, on one line")
    language: str | None = Field(None, max_length=35, description="A BCP 47 tag, such as ja or zh-Hant-TW")
    audience: Audience = Field(Audience.PUBLIC, description="Whom it mentions may always see it")
    poll: PollBody | None = None
    replies: Circle = Field(Circle.EVERYONE, description="Who may answer; whom it mentions always may")
    quotes: Consent = Field(Consent.EVERYONE, description="Who may quote it; its author always may")
    quote: str | None = Field(None, max_length=64, description="A public post to show in this one")

    @property
    def terms(self) -> Terms:
        """How the post is to be shown and answered."""
        return Terms(self.warning, self.language, self.audience, self.replies, self.quotes)

    def publish(self, publishing: Publishing, author: Person, key: Idempotency) -> Post:
        """Make the post; whatever makes posts of what a client sent does it here."""
        asked = self.poll.question if self.poll else None
        return publishing.publish(
            author, self.text, self.media, self.in_reply_to, key, self.terms, self.quote, asked
        )


@group.route(
    "POST",
    "/v1/posts",
    status=201,
    raises=(problems.FORBIDDEN, problems.KEY_REUSED, problems.CONFLICT),
    limit=Action.POST,
)
def create_post(identity: Identity, body: PostBody, key: Idempotency) -> PostView:
    """Make a post; one whose media are not ready yet is `pending` until they are."""
    author = assembly.profiles().signing(identity.user_id)
    return PostView.of(body.publish(assembly.publishing(), author, key))


@group.route("GET", "/v1/posts/{post}", raises=(problems.NOT_FOUND,))
def get_post(identity: Identity, post: str) -> PostView:
    """Read a post."""
    assembly.profiles().require(identity.user_id)
    return PostView.of(assembly.publishing().read(post, identity.user_id))


@group.route("DELETE", "/v1/posts/{post}", raises=(problems.FORBIDDEN, problems.NOT_FOUND))
def delete_post(identity: Identity, post: str) -> None:
    """Delete a post of yours."""
    assembly.profiles().require(identity.user_id)
    assembly.publishing().delete(post, identity.user_id)
