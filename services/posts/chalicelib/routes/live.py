"""The route of what changes about posts: counts, the reader's own acts, names."""

from typing import Self

from contracts.http import problems
from contracts.http.identity import Identity
from contracts.http.route_group import RouteGroup
from contracts.http.routes import Answer, Query
from pydantic import Field

from chalicelib import assembly
from chalicelib.examples import POST_EXAMPLE
from chalicelib.live import LIVE_LIMIT, InvalidLive, LivePost
from chalicelib.tallies import QUOTE, REPLY, REPOST
from chalicelib.views import PersonView

group = RouteGroup({InvalidLive: problems.INVALID})

_ID_AND_COMMA = 44


class LiveQuery(Query):
    """Which posts are asked for."""

    ids: str = Field(
        min_length=1,
        max_length=LIVE_LIMIT * _ID_AND_COMMA,
        description=f"Ids of at most {LIVE_LIMIT} posts, parted by commas",
        examples=[POST_EXAMPLE],
    )


class ReactionCount(Answer):
    """How often a post was reacted to with an emoji."""

    emoji: str
    count: int


class OwnView(Answer):
    """What you did to a post."""

    reaction: str | None
    bookmarked: bool
    vote: tuple[int, ...] | None


class LiveView(Answer):
    """What is to be said of a post now; `reactions` start with the most frequent."""

    id: str
    replies: int
    quotes: int
    reposts: int
    reactions: tuple[ReactionCount, ...]
    mine: OwnView

    @classmethod
    def of(cls, post: LivePost) -> Self:
        """Show what is to be said of a post."""
        # All else that is counted has a plain name: what no emoji has.
        emoji = {kind: count for kind, count in post.sums.items() if not kind.isalnum() and count > 0}
        ordered = sorted(emoji.items(), key=lambda one: (-one[1], one[0]))
        return cls(
            id=str(post.id),
            replies=post.count(REPLY),
            quotes=post.count(QUOTE),
            reposts=post.count(REPOST),
            reactions=tuple(ReactionCount(emoji=one, count=count) for one, count in ordered),
            mine=OwnView(reaction=post.own.reaction, bookmarked=post.own.bookmarked, vote=post.own.vote),
        )


class LiveList(Answer):
    """What is to be said of posts now, and what their authors are called by now."""

    items: tuple[LiveView, ...]
    authors: tuple[PersonView, ...]


@group.route("GET", "/v1/posts/live")
def read_live(identity: Identity, query: LiveQuery) -> LiveList:
    """Read what changes about posts: counts, what you did to them, and the names of their authors.

    Counts may be 5 seconds old, names half a minute. Posts that you may not see are left out.
    """
    assembly.profiles().require(identity.user_id)
    live = assembly.live().of(query.ids.split(","), identity.user_id)
    return LiveList(
        items=tuple(map(LiveView.of, live.posts)), authors=tuple(map(PersonView.of, live.authors))
    )
