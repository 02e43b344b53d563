"""Routes of pins: the posts that a profile shows first."""

from contracts.http import problems
from contracts.http.identity import Identity
from contracts.http.route_group import RouteGroup

from chalicelib import assembly
from chalicelib.assembly import relating
from chalicelib.pinning import NotPinnable
from chalicelib.timeline import Slice
from chalicelib.views import PostList

group = RouteGroup({NotPinnable: problems.CONFLICT})

_RAISES = (problems.FORBIDDEN, problems.NOT_FOUND, problems.CONFLICT)


@group.route("PUT", "/v1/posts/{post}/pin", raises=_RAISES)
def pin_post(identity: Identity, post: str) -> None:
    """Pin a post of yours: your profile shows it first. You can pin five."""
    assembly.profiles().require(identity.user_id)
    relating.pinning().pin(post, identity.user_id)


@group.route("DELETE", "/v1/posts/{post}/pin", raises=_RAISES)
def unpin_post(identity: Identity, post: str) -> None:
    """Pin a post no longer."""
    assembly.profiles().require(identity.user_id)
    relating.pinning().unpin(post, identity.user_id)


@group.route("GET", "/v1/profiles/{person}/pinned", raises=(problems.NOT_FOUND,))
def get_pinned(identity: Identity, person: str) -> PostList:
    """List what someone pinned, the last one first: five at most, on one page."""
    assembly.profiles().require(identity.user_id)
    author = assembly.profiles().of(person)
    pinned = relating.pinning().pinned(author.id, identity.user_id)
    return PostList.of(Slice(pinned, None))
