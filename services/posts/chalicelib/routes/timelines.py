"""Routes of timelines: lists of posts, newest first."""

from typing import Literal

from contracts.http import problems
from contracts.http.identity import Identity
from contracts.http.route_group import RouteGroup
from contracts.http.routes import Page
from pydantic import Field

from chalicelib import assembly
from chalicelib.assembly import relating
from chalicelib.views import PostList

group = RouteGroup({})


class ProfilePage(Page):
    """Which part of someone's posts to answer."""

    only: Literal["media", "replies"] | None = Field(None, description="Those with media, or the answers")


@group.route("GET", "/v1/profiles/{person}/posts", raises=(problems.NOT_FOUND, problems.BAD_CURSOR))
def get_profile_timeline(identity: Identity, person: str, page: ProfilePage) -> PostList:
    """List what someone posted, newest first."""
    assembly.profiles().require(identity.user_id)
    author = assembly.profiles().of(person)
    if page.only:
        threads = relating.threads()
        tab = threads.media if page.only == "media" else threads.replies
        return PostList.of(tab(author.id, identity.user_id, page.cursor, page.limit))
    return PostList.of(assembly.timelines().profile(author.id, identity.user_id, page.cursor, page.limit))


@group.route("GET", "/v1/timelines/home", raises=(problems.BAD_CURSOR,))
def get_home_timeline(identity: Identity, page: Page) -> PostList:
    """List what you and those you follow posted, newest first."""
    assembly.profiles().require(identity.user_id)
    return PostList.of(assembly.timelines().home(identity.user_id, page.cursor, page.limit))
