"""Routes of reactions: to react to a post, to take it back, and to see who did."""

from contracts.http import problems
from contracts.http.budgets import Action
from contracts.http.identity import Identity
from contracts.http.reading import example
from contracts.http.route_group import RouteGroup
from contracts.http.routes import Answer, Body, Page
from pydantic import Field

from chalicelib import assembly
from chalicelib.emoji import EMOJI_BYTES, NoEmoji
from chalicelib.views import PersonView

group = RouteGroup({NoEmoji: problems.INVALID})


class ReactionBody(Body):
    """A reaction."""

    model_config = example(emoji="🍁")

    emoji: str = Field(
        min_length=1, max_length=EMOJI_BYTES, description="One emoji, or a code of ours such as `:otsukare:`"
    )


class ReactionView(Answer):
    """Who reacted, as they were called then, and how."""

    person: PersonView
    emoji: str


class ReactionList(Answer):
    """One page of reactions, in an order that stays; `next` leads to the next one, null at the end."""

    items: tuple[ReactionView, ...]
    next: str | None


@group.route("PUT", "/v1/posts/{post}/reaction", raises=(problems.NOT_FOUND,), limit=Action.REACTION)
def react(identity: Identity, post: str, body: ReactionBody) -> None:
    """React to a post; your second reaction takes the place of the first."""
    person = assembly.profiles().signing(identity.user_id)
    assembly.reactions().react(person, post, body.emoji)


@group.route("DELETE", "/v1/posts/{post}/reaction", raises=(problems.NOT_FOUND,))
def withdraw_reaction(identity: Identity, post: str) -> None:
    """Take your reaction to a post back."""
    assembly.profiles().require(identity.user_id)
    assembly.reactions().withdraw(identity.user_id, post)


@group.route("GET", "/v1/posts/{post}/reactions", raises=(problems.NOT_FOUND, problems.BAD_CURSOR))
def list_reactions(identity: Identity, post: str, page: Page) -> ReactionList:
    """List who reacted to a post, and how."""
    assembly.profiles().require(identity.user_id)
    found = assembly.reactions().of(post, identity.user_id, page.cursor, page.limit)
    items = tuple(ReactionView(person=PersonView.of(one.person), emoji=one.emoji) for one in found.reactions)
    return ReactionList(items=items, next=found.next)
