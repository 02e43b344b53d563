"""Tallies: takes news of many acts at once and lets those on one post be counted together."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from typing import Any

from contracts.events.acts import ReactionChangedV1, ReactionRemovedV1, VoteCastV1
from contracts.events.envelope import Event
from contracts.events.posts import PostDeletedV1, PostPublishedV2

from chalicelib.answers import Answers
from chalicelib.counting import Counting, Move, Standing
from chalicelib.model import PostId
from chalicelib.people import Person
from chalicelib.polls import VOTERS, option_kind

REPLY, QUOTE, REPOST = "reply", "quote", "repost"
"""As what a post counts for another one."""


@dataclass(frozen=True)
class Tallies:
    """Counts what events tell; a post whose acts can't be counted fails for itself."""

    counting: Counting
    answers: Answers

    def take(self, events: Sequence[Event[Any]]) -> Mapping[str, str]:
        """Count all that happened; return the reason of each event that failed."""
        failed: dict[str, str] = {}
        acts: dict[PostId, list[tuple[Move, str]]] = defaultdict(list)
        for event in events:
            move = acted(event)
            if move:
                acts[move.post].append((move, event.id))
            else:
                _try(partial(self._answered, event), [event.id], failed)
        for some in acts.values():
            moves = [move for move, _ in some]
            _try(partial(self.counting.count, moves), [identity for _, identity in some], failed)
        return failed

    def _answered(self, event: Event[Any]) -> None:
        match event.data:
            case PostPublishedV2() as data:
                post = data.post
                others = {
                    REPLY: post.in_reply_to,
                    QUOTE: post.quote and post.quote.id,
                    REPOST: post.repost_of and post.repost_of.id,
                }
                answered = {kind: PostId.parse(other) for kind, other in others.items() if other}
                if answered:
                    self.answers.appeared(PostId.parse(post.id), answered)
            case PostDeletedV1() as data:
                self.answers.went(PostId.parse(data.post_id))


def acted(event: Event[Any]) -> Move | None:
    """Return what an event of an act calls for, None if it tells of a post."""
    match event.data:
        case ReactionChangedV1() as data:
            person = Person(**data.person.model_dump())
            standing = Standing(event.sequence, (data.emoji,))
            return Move(PostId.parse(data.post_id), f"E#{person.id}", standing, person)
        case ReactionRemovedV1() as data:
            return Move(PostId.parse(data.post_id), f"E#{data.user_id}", Standing(event.sequence))
        case VoteCastV1() as data:
            kinds = (VOTERS, *map(option_kind, data.options))
            return Move(PostId.parse(data.post_id), _ballot(event.subject), Standing(event.sequence, kinds))
    return None


def _ballot(subject: str) -> str:
    """Return the act of a vote, which does not name who voted: it stays when their account is gone."""
    return f"V#{sha256(subject.encode()).hexdigest()[:32]}"


def _try(count: Callable[[], None], ids: Iterable[str], failed: dict[str, str]) -> None:
    try:
        count()
    except Exception as failure:
        failed |= dict.fromkeys(ids, f"{type(failure).__name__}: {failure}")
