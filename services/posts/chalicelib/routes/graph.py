"""Routes of the graph: who follows whom."""

from contracts.http import problems
from contracts.http.budgets import Action
from contracts.http.identity import Identity
from contracts.http.route_group import RouteGroup

from chalicelib import assembly
from chalicelib.graph import SelfFollow

group = RouteGroup({SelfFollow: problems.INVALID})


@group.route(
    "PUT",
    "/v1/profiles/{person}/follow",
    raises=(problems.FORBIDDEN, problems.NOT_FOUND),
    limit=Action.FOLLOW,
)
def follow(identity: Identity, person: str) -> None:
    """Follow someone: what they post comes to your home timeline, and the newest they have posted.

    A private account is asked, and decides.
    """
    profiles = assembly.profiles()
    assembly.graph().follow(profiles.own(identity.user_id), profiles.of(person))


@group.route("DELETE", "/v1/profiles/{person}/follow", raises=(problems.NOT_FOUND,))
def unfollow(identity: Identity, person: str) -> None:
    """Follow someone no longer, or ask no longer: what they posted leaves your home timeline at once."""
    profiles = assembly.profiles()
    assembly.graph().unfollow(profiles.own(identity.user_id), profiles.of(person))
