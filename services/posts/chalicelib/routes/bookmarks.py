"""Routes of bookmarks: what a person keeps for themselves."""

from contracts.http import problems
from contracts.http.identity import Identity
from contracts.http.route_group import RouteGroup
from contracts.http.routes import Page

from chalicelib import assembly
from chalicelib.views import PostList

group = RouteGroup({})


@group.route("PUT", "/v1/posts/{post}/bookmark", raises=(problems.NOT_FOUND,))
def bookmark(identity: Identity, post: str) -> None:
    """Keep a post for yourself; nobody is told."""
    assembly.profiles().require(identity.user_id)
    assembly.bookmarks().bookmark(identity.user_id, post)


@group.route("DELETE", "/v1/posts/{post}/bookmark", raises=(problems.NOT_FOUND,))
def forget_bookmark(identity: Identity, post: str) -> None:
    """Keep a post no longer."""
    assembly.profiles().require(identity.user_id)
    assembly.bookmarks().forget(identity.user_id, post)


@group.route("GET", "/v1/bookmarks", raises=(problems.BAD_CURSOR,))
def list_bookmarks(identity: Identity, page: Page) -> PostList:
    """List the posts that you keep, the newest bookmark first; those that are gone are left out."""
    assembly.profiles().require(identity.user_id)
    return PostList.of(assembly.bookmarks().of(identity.user_id, page.cursor, page.limit))
