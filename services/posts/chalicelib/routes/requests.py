"""Routes of follow requests: who asks to follow a private account."""

from contracts.http import problems
from contracts.http.identity import Identity
from contracts.http.route_group import RouteGroup
from contracts.http.routes import Answer, Page

from chalicelib import assembly
from chalicelib.asking import AskingPeople, NoSuchRequest
from chalicelib.views import PersonView

group = RouteGroup({NoSuchRequest: problems.NOT_FOUND})


class RequestList(Answer):
    """One page of people who ask to follow you, as they were called then; `next` is null at the end."""

    items: tuple[PersonView, ...]
    next: str | None

    @classmethod
    def of(cls, found: AskingPeople) -> "RequestList":
        """Show a page."""
        return cls(items=tuple(map(PersonView.of, found.people)), next=found.next)


@group.route("GET", "/v1/follow-requests", raises=(problems.BAD_CURSOR,))
def get_follow_requests(identity: Identity, page: Page) -> RequestList:
    """List who asks to follow you."""
    assembly.profiles().require(identity.user_id)
    return RequestList.of(assembly.asking().list(identity.user_id, page.cursor, page.limit))


@group.route("PUT", "/v1/follow-requests/{person}", raises=(problems.FORBIDDEN, problems.NOT_FOUND))
def accept_follow_request(identity: Identity, person: str) -> None:
    """Let someone follow you who asks to."""
    profiles = assembly.profiles()
    profiles.require(identity.user_id)
    assembly.asking().accept(identity.user_id, profiles.of(person).id)


@group.route("DELETE", "/v1/follow-requests/{person}", raises=(problems.NOT_FOUND,))
def refuse_follow_request(identity: Identity, person: str) -> None:
    """Refuse a request; who asked is not told, and may ask again."""
    profiles = assembly.profiles()
    profiles.require(identity.user_id)
    assembly.asking().refuse(identity.user_id, profiles.of(person).id)
