"""Polls: what they ask, who votes, and who sees how it stands.

Everyone votes once, which one conditional write sees to. How it stands is shown to who has voted, to
whoever asked, and to all when the poll has ended; until then a look at the others would sway.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from chalicelib.live import Own, OwnActs, Summed
from chalicelib.model import InvalidPost, Poll, Post, PostId, State
from chalicelib.reactions import ReadablePosts
from chalicelib.text import checked_text

OPTIONS_AT_LEAST, OPTIONS_AT_MOST = 2, 10
OPTION_LIMIT = 50
"""Characters of an option."""

SHORTEST, LONGEST = timedelta(minutes=5), timedelta(days=30)
"""How long a poll may run."""

VOTERS = "voters"
"""What everyone who voted counts as, beside the options that they took."""


class NoPoll(Exception):
    """The post asks nothing."""


class InvalidVote(Exception):
    """A vote that the poll does not know; the text says what to change."""


class PollEnded(Exception):
    """The poll takes no more votes."""


class AlreadyVoted(Exception):
    """Whoever votes has voted otherwise."""


@dataclass(frozen=True)
class Question:
    """A poll as it is asked.

    Parameters
    ----------
    options
        What one may choose.
    multiple
        Whether one may choose more than one.
    minutes
        How long it runs, from the post on.
    """

    options: Sequence[str]
    multiple: bool
    minutes: int


@dataclass(frozen=True)
class Standings:
    """A poll as a reader sees it; `votes` and `voters` are None while they are hidden."""

    poll: Poll
    ended: bool
    votes: Sequence[int] | None
    voters: int | None
    mine: Sequence[int] | None


class Ballots(Protocol):
    """Keeps votes."""

    def vote(self, user: str, post: PostId, options: Sequence[int]) -> Sequence[int]:
        """Keep a person's first vote; return what they voted, now or before."""


@dataclass(frozen=True)
class Polls:
    """Takes votes and tells how polls stand.

    Parameters
    ----------
    ballots, acts, counts, posts
        Where votes, what readers did, counts and posts are kept.
    now
        Tells the time, in UTC.
    """

    ballots: Ballots
    acts: OwnActs
    counts: Summed
    posts: ReadablePosts
    now: Callable[[], datetime]

    def vote(self, user: str, post: str, options: Sequence[int]) -> None:
        """Take a vote; the same one again changes nothing.

        Raises
        ------
        NoSuchPost, NoPoll, InvalidVote, PollEnded, AlreadyVoted
        """
        found, poll = self._read(post, user)
        chosen = checked_vote(poll, options)
        if found.state is not State.PUBLISHED:
            raise NoPoll("This post is not published yet.")
        if self.now() >= poll.ends_at:
            raise PollEnded("This poll has ended.")
        if tuple(self.ballots.vote(user, found.id, chosen)) != tuple(chosen):
            raise AlreadyVoted("You have voted in this poll; a vote stays as it is.")

    def standings(self, user: str, post: str) -> Standings:
        """Return a poll as `user` sees it.

        Raises
        ------
        NoSuchPost, NoPoll
        """
        found, poll = self._read(post, user)
        mine = self.acts.own(user, [found.id]).get(found.id, Own()).vote
        ended = self.now() >= poll.ends_at
        if not (ended or mine is not None or user == found.author.id):
            return Standings(poll, ended, None, None, None)
        sums: Mapping[str, int] = self.counts.sums([found.id])[found.id]
        votes = [sums.get(option_kind(number), 0) for number in range(len(poll.options))]
        return Standings(poll, ended, votes, sums.get(VOTERS, 0), mine)

    def _read(self, post: str, reader: str) -> tuple[Post, Poll]:
        found = self.posts.read(post, reader)
        if found.poll is None:
            raise NoPoll("This post has no poll.")
        return found, found.poll


def option_kind(number: int) -> str:
    """Return as what a vote for an option counts."""
    return f"vote{number}"


def checked_poll(question: Question, begins: datetime) -> Poll:
    """Return a poll that begins with its post.

    Raises
    ------
    InvalidPost
        If it has too few or too many options, two that are the same, one that is no short line of text, or
        runs for too short or too long.
    """
    if not OPTIONS_AT_LEAST <= len(question.options) <= OPTIONS_AT_MOST:
        raise InvalidPost(f"A poll has {OPTIONS_AT_LEAST} to {OPTIONS_AT_MOST} options.")
    options = tuple(_checked_option(option) for option in question.options)
    if len(set(options)) != len(options):
        raise InvalidPost("The options of a poll differ from each other.")
    runs = timedelta(minutes=question.minutes)
    if not SHORTEST <= runs <= LONGEST:
        raise InvalidPost("A poll runs for 5 minutes to 30 days.")
    return Poll(options, question.multiple, begins + runs)


def checked_vote(poll: Poll, options: Sequence[int]) -> Sequence[int]:
    """Return the options that a vote takes, in their order.

    Raises
    ------
    InvalidVote
    """
    chosen = sorted(set(options))
    if not chosen or len(chosen) != len(options) or (len(chosen) > 1 and not poll.multiple):
        raise InvalidVote(
            "Choose one or more options, each once." if poll.multiple else "Choose just one option."
        )
    if chosen[0] < 0 or chosen[-1] >= len(poll.options):
        raise InvalidVote(f"The options of this poll are 0 to {len(poll.options) - 1}.")
    return chosen


def _checked_option(option: str) -> str:
    text = checked_text(option).strip()
    if len(text) > OPTION_LIMIT or set(text) & set("\n\t"):
        raise InvalidPost(f"An option has 1 to {OPTION_LIMIT} characters on one line.")
    return text
