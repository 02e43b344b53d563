"""Routes of reposts: passing a post on, and taking that back."""

from contracts.http import problems
from contracts.http.budgets import Action
from contracts.http.identity import Identity
from contracts.http.route_group import RouteGroup

from chalicelib import assembly
from chalicelib.assembly import relating
from chalicelib.reposting import NotRepostable
from chalicelib.views import PostView

group = RouteGroup({NotRepostable: problems.CONFLICT})


@group.route(
    "PUT", "/v1/posts/{post}/repost", raises=(problems.NOT_FOUND, problems.CONFLICT), limit=Action.POST
)
def repost(identity: Identity, post: str) -> PostView:
    """Pass a public post on to your followers; once a post, however often you ask."""
    person = assembly.profiles().signing(identity.user_id)
    return PostView.of(relating.reposting().repost(person, post))


@group.route("DELETE", "/v1/posts/{post}/repost", raises=(problems.NOT_FOUND,))
def undo_repost(identity: Identity, post: str) -> None:
    """Pass a post on no longer."""
    assembly.profiles().require(identity.user_id)
    relating.reposting().undo(identity.user_id, post)
