"""What people did during the run, and what they were answered."""

from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from enum import StrEnum
from time import monotonic
from uuid import UUID

from ulid import ULID


class Outcome(StrEnum):
    """What someone may believe after an answer."""

    DONE = "done"  # 2xx
    REFUSED = "refused"  # 4xx
    UNKNOWN = "unknown"  # 5xx or cut: it may have happened or not


@dataclass
class Post:
    """A post that someone tried to make.

    Parameters
    ----------
    mentions, answers
        Whom it addresses: people it mentions, and the author of the post that it answers.
    deletion
        What became of the author's wish to delete it.
    started
        When it was first sent, by the run's own clock.
    """

    id: str
    author: str
    text: str
    outcome: Outcome
    started: float
    mentions: tuple[str, ...] = ()
    answers: str | None = None
    deletion: Outcome | None = None

    @property
    def addressed(self) -> dict[str, str]:
        """Who hears of it, and as what; nobody hears of what they did themselves."""
        told = dict.fromkeys(self.mentions, "mention")
        if self.answers:
            told[self.answers] = "reply"
        return {person: kind for person, kind in told.items() if person != self.author}


@dataclass(frozen=True)
class Turn:
    """One attempt to follow (`there`) or unfollow someone."""

    there: bool
    outcome: Outcome
    started: float
    ended: float


@dataclass
class Edge:
    """All that one person did to follow another."""

    turns: list[Turn] = field(default_factory=list)

    def states(self, since: float = float("-inf")) -> set[bool]:
        """Return what the edge may have been at any time since then: there, not there, or either."""
        now, seen = {False}, set[bool]()
        for turn in self.turns:
            if turn.ended > since:
                seen |= now
            now = _after(now, turn)
            if turn.ended > since:
                seen |= now
        return seen | now

    def last(self) -> set[bool]:
        """Return what the edge may be in the end."""
        now = {False}
        for turn in self.turns:
            now = _after(now, turn)
        return now


def _after(now: set[bool], turn: Turn) -> set[bool]:
    match turn.outcome:
        case Outcome.DONE:
            return {turn.there}
        case Outcome.UNKNOWN:
            return now | {turn.there}
        case Outcome.REFUSED:
            return now


@dataclass
class Message:
    """A message that someone tried to send."""

    id: str
    channel: str
    author: str
    reader: str
    text: str
    outcome: Outcome


@dataclass
class Member:
    """Someone who takes part.

    Parameters
    ----------
    names
        What they may be called: all they tried since the last that was surely done.
    device
        Token of their phone, if they have one.
    """

    id: str
    handle: str
    names: list[str]
    device: str | None = None

    def renamed(self, name: str, outcome: Outcome) -> None:
        """Note an attempt to take another name."""
        match outcome:
            case Outcome.DONE:
                self.names[:] = [name]
            case Outcome.UNKNOWN:
                self.names.append(name)


@dataclass
class History:
    """Everything that was tried; each person's own part is written by one thread only."""

    members: dict[str, Member] = field(default_factory=dict)
    posts: dict[str, Post] = field(default_factory=dict)
    edges: dict[tuple[str, str], Edge] = field(default_factory=dict)
    channels: dict[frozenset[str], str] = field(default_factory=dict)
    messages: dict[str, Message] = field(default_factory=dict)
    requests: list[Outcome] = field(default_factory=list)

    def turned(self, follower: str, followee: str, there: bool, outcome: Outcome, started: float) -> None:
        """Note an attempt to follow or unfollow."""
        edge = self.edges.setdefault((follower, followee), Edge())
        edge.turns.append(Turn(there, outcome, started, monotonic()))


def post_id(author: str, ulid: str) -> str:
    """Return the id that a post made under a ULID key has: its public form encodes author and key."""
    return urlsafe_b64encode(UUID(author).bytes + ULID.from_str(ulid).bytes).decode().rstrip("=")
