"""Routes of threads and tags: lists that posts are in by what they say and answer."""

from contracts.http import problems
from contracts.http.identity import Identity
from contracts.http.route_group import RouteGroup
from contracts.http.routes import Page

from chalicelib import assembly
from chalicelib.assembly import relating
from chalicelib.views import PostList, ThreadView

group = RouteGroup({})


@group.route("GET", "/v1/posts/{post}/thread", raises=(problems.NOT_FOUND, problems.BAD_CURSOR))
def get_thread(identity: Identity, post: str, page: Page) -> ThreadView:
    """List the thread that a post is in, oldest first, from where it began; what was deleted is a gap."""
    assembly.profiles().require(identity.user_id)
    found = relating.threads().thread(post, identity.user_id, page.cursor, page.limit)
    return ThreadView.of(found)


@group.route("GET", "/v1/tags/{tag}/posts", raises=(problems.BAD_CURSOR,))
def get_tag(identity: Identity, tag: str, page: Page) -> PostList:
    """List the public posts with a tag, newest first; width and case of its letters do not matter."""
    assembly.profiles().require(identity.user_id)
    return PostList.of(relating.threads().tag(tag, identity.user_id, page.cursor, page.limit))
