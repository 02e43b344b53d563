"""Routes of blocks: whom a person wants neither to see nor to be seen by."""

from contracts.http import problems
from contracts.http.identity import Identity
from contracts.http.route_group import RouteGroup
from contracts.http.routes import Answer, Page

from chalicelib import assembly
from chalicelib.blocking import BlockedPeople
from chalicelib.relations import Blocked, TooManyRelations, Yourself
from chalicelib.views import PersonView

group = RouteGroup(
    {
        Blocked: problems.FORBIDDEN,
        Yourself: problems.INVALID,
        TooManyRelations: problems.INVALID,
    }
)


class BlockList(Answer):
    """One page of people who are blocked, as they were called when it was done; `next` is null at the end."""

    items: tuple[PersonView, ...]
    next: str | None

    @classmethod
    def of(cls, found: BlockedPeople) -> "BlockList":
        """Show a page."""
        return cls(items=tuple(map(PersonView.of, found.people)), next=found.next)


@group.route("PUT", "/v1/profiles/{person}/block", raises=(problems.NOT_FOUND,))
def block(identity: Identity, person: str) -> None:
    """Block someone: from now on neither of you sees, follows or answers the other."""
    profiles = assembly.profiles()
    assembly.blocking().block(profiles.own(identity.user_id), profiles.of(person))


@group.route("DELETE", "/v1/profiles/{person}/block", raises=(problems.NOT_FOUND,))
def unblock(identity: Identity, person: str) -> None:
    """Block someone no longer; who followed whom does not come back by itself."""
    profiles = assembly.profiles()
    profiles.require(identity.user_id)
    assembly.blocking().unblock(identity.user_id, profiles.of(person).id)


@group.route("GET", "/v1/blocks", raises=(problems.BAD_CURSOR,))
def get_blocks(identity: Identity, page: Page) -> BlockList:
    """List whom you block."""
    assembly.profiles().require(identity.user_id)
    return BlockList.of(assembly.blocking().list(identity.user_id, page.cursor, page.limit))
