"""Routes of posts: making, reading and deleting them."""

from typing import Annotated

from contracts.http import problems
from contracts.http.budgets import Action
from contracts.http.idempotency import Idempotency
from contracts.http.identity import Identity
from contracts.http.route_group import RouteGroup
from contracts.http.routes import Body
from pydantic import Field, StringConstraints

from chalicelib import assembly
from chalicelib.model import BYTE_LIMIT, MEDIA_LIMIT, InvalidPost, NoSuchPost
from chalicelib.publishing import AlreadyDeleted, KeyReused, NotYours
from chalicelib.views import PostView

group = RouteGroup(
    {
        InvalidPost: problems.INVALID,
        NoSuchPost: problems.NOT_FOUND,
        NotYours: problems.FORBIDDEN,
        KeyReused: problems.KEY_REUSED,
        AlreadyDeleted: problems.CONFLICT,
    }
)

MediaId = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern="^[A-Za-z0-9_-]+$")]


class PostBody(Body):
    """A post to make."""

    text: str = Field(
        min_length=1, max_length=BYTE_LIMIT, description="At most 500 graphemes and 4,000 bytes of UTF-8"
    )
    media: tuple[MediaId, ...] = Field((), max_length=MEDIA_LIMIT)
    in_reply_to: str | None = Field(None, max_length=64)


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
    post = assembly.publishing().publish(author, body.text, body.media, body.in_reply_to, key)
    return PostView.of(post)


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
