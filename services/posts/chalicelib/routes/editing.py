"""Routes of editing: changing a post, and what it said before."""

from datetime import datetime

from contracts.http import problems
from contracts.http.budgets import Action
from contracts.http.identity import Identity
from contracts.http.reading import example
from contracts.http.route_group import RouteGroup
from contracts.http.routes import Answer, Body
from contracts.http.versions import IfMatch
from pydantic import Field

from chalicelib import assembly
from chalicelib.editing import Edition, NotEditable, Wording
from chalicelib.text import BYTE_LIMIT, WARNING_LIMIT
from chalicelib.views import PostView

group = RouteGroup({NotEditable: problems.CONFLICT})


class EditBody(Body):
    """What a post is to say from now on; its media, audience and place in a thread stay."""

    model_config = example(text="京都の紅葉、二日目")

    text: str = Field(min_length=1, max_length=BYTE_LIMIT)
    warning: str = Field("", max_length=2 * WARNING_LIMIT)
    language: str | None = Field(None, max_length=35)


class EditionView(Answer):
    """What a post said since a time."""

    text: str
    warning: str
    language: str | None
    since: datetime

    @classmethod
    def of(cls, edition: Edition) -> "EditionView":
        """Show an edition."""
        said = edition.wording
        return cls(text=said.text, warning=said.warning, language=said.language, since=edition.since)


class History(Answer):
    """All that a post has said, oldest first; the last one is what it says now."""

    items: tuple[EditionView, ...]


@group.route(
    "PUT",
    "/v1/posts/{post}",
    raises=(problems.FORBIDDEN, problems.NOT_FOUND, problems.CONFLICT),
    limit=Action.POST,
)
def edit_post(identity: Identity, post: str, body: EditBody, seen: IfMatch) -> PostView:
    """Edit a post of yours that is still as you saw it."""
    assembly.profiles().require(identity.user_id)
    wording = Wording(body.text, body.warning, body.language)
    return PostView.of(assembly.editing().edit(post, identity.user_id, wording, seen))


@group.route("GET", "/v1/posts/{post}/history", raises=(problems.NOT_FOUND,))
def get_history(identity: Identity, post: str) -> History:
    """Read all that a post has said."""
    assembly.profiles().require(identity.user_id)
    editions = assembly.editing().history(post, identity.user_id)
    return History(items=tuple(map(EditionView.of, editions)))
