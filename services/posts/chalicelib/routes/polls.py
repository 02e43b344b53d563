"""Routes of polls: to vote, and to see how it stands."""

from datetime import datetime
from typing import Self

from contracts.http import problems
from contracts.http.budgets import Action
from contracts.http.identity import Identity
from contracts.http.reading import example
from contracts.http.route_group import RouteGroup
from contracts.http.routes import Answer, Body
from pydantic import Field

from chalicelib import assembly
from chalicelib.polls import (
    OPTIONS_AT_MOST,
    AlreadyVoted,
    InvalidVote,
    NoPoll,
    PollEnded,
    Standings,
)

group = RouteGroup(
    {
        NoPoll: problems.NOT_FOUND,
        InvalidVote: problems.INVALID,
        PollEnded: problems.CONFLICT,
        AlreadyVoted: problems.CONFLICT,
    }
)


class VoteBody(Body):
    """A vote."""

    model_config = example(options=[0])

    options: tuple[int, ...] = Field(
        min_length=1, max_length=OPTIONS_AT_MOST, description="Numbers of the options, the first is 0"
    )


class OptionStanding(Answer):
    """An option; `votes` is null while how it stands is hidden from you."""

    text: str
    votes: int | None


class PollStandings(Answer):
    """A poll; how it stands is shown to who has voted or asked it, and to all when it has ended.

    `mine` are the numbers of the options that you took, null if you have not voted.
    """

    options: tuple[OptionStanding, ...]
    multiple: bool
    ends_at: datetime
    ended: bool
    voters: int | None
    mine: tuple[int, ...] | None

    @classmethod
    def of(cls, found: Standings) -> Self:
        """Show a poll."""
        votes = found.votes if found.votes is not None else [None] * len(found.poll.options)
        pairs = zip(found.poll.options, votes, strict=True)
        return cls(
            options=tuple(OptionStanding(text=text, votes=number) for text, number in pairs),
            multiple=found.poll.multiple,
            ends_at=found.poll.ends_at,
            ended=found.ended,
            voters=found.voters,
            mine=tuple(found.mine) if found.mine is not None else None,
        )


@group.route(
    "PUT", "/v1/posts/{post}/vote", raises=(problems.NOT_FOUND, problems.CONFLICT), limit=Action.REACTION
)
def vote(identity: Identity, post: str, body: VoteBody) -> None:
    """Vote in a post's poll, once; the same vote again changes nothing."""
    assembly.profiles().require(identity.user_id)
    assembly.polls().vote(identity.user_id, post, body.options)


@group.route("GET", "/v1/posts/{post}/poll", raises=(problems.NOT_FOUND,))
def get_poll(identity: Identity, post: str) -> PollStandings:
    """See how a post's poll stands, as far as you may know."""
    assembly.profiles().require(identity.user_id)
    return PollStandings.of(assembly.polls().standings(identity.user_id, post))
