"""Reactions: one emoji of each person to a post, changed and withdrawn at will."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from contracts.http.cursors import Cursors

from chalicelib.emoji import checked_emoji
from chalicelib.model import NoSuchPost, Post, PostId, State
from chalicelib.people import Person
from chalicelib.relations import RelationsOf
from chalicelib.timeline import QUERIES_A_PAGE


@dataclass(frozen=True)
class Reaction:
    """Who reacted, as they were called then, and how."""

    person: Person
    emoji: str


@dataclass(frozen=True)
class ReactionSlice:
    """Some reactions to a post and where the next ones start, None at the end."""

    reactions: Sequence[Reaction]
    next: str | None


class Acts(Protocol):
    """Keeps each person's reactions."""

    def react(self, person: Person, post: PostId, emoji: str) -> None:
        """Keep a reaction in the place of whatever it was; the same one again changes nothing."""

    def withdraw(self, user: str, post: PostId) -> None:
        """Take a reaction back; one that is not there stays away."""


class Reactors(Protocol):
    """Knows who reacted to a post."""

    def reactors(self, post: PostId, after: str | None, limit: int) -> ReactionSlice:
        """Return reactions that follow the position `after`."""


class ReadablePosts(Protocol):
    """Reads posts for someone."""

    def read(self, post: str, reader: str) -> Post:
        """Return a post that `reader` may see, or raise NoSuchPost."""


@dataclass(frozen=True)
class Reactions:
    """Reacts to posts, and lists who did.

    Parameters
    ----------
    acts, reactors, posts
        Where reactions, their rows beside the post, and posts are kept.
    relations
        Whom a reader must not see.
    cursors
        Turns positions into what clients hold.
    """

    acts: Acts
    reactors: Reactors
    posts: ReadablePosts
    relations: RelationsOf
    cursors: Cursors

    def react(self, person: Person, post: str, emoji: str) -> None:
        """React to a post; a second reaction takes the place of the first.

        Raises
        ------
        NoEmoji, NoSuchPost
        """
        emoji = checked_emoji(emoji)
        found = self.posts.read(post, person.id)
        if found.state is not State.PUBLISHED:
            raise NoSuchPost("This post is not published yet.")
        self.acts.react(person, found.id, emoji)

    def withdraw(self, user: str, post: str) -> None:
        """Take a reaction back, also from a post that can be seen no longer.

        Raises
        ------
        NoSuchPost
            If this can't be the id of a post.
        """
        self.acts.withdraw(user, PostId.parse(post))

    def of(self, post: str, reader: str, cursor: str | None, limit: int) -> ReactionSlice:
        """Return one page of who reacted to a post, in an order that stays.

        Raises
        ------
        NoSuchPost
        """
        found = self.posts.read(post, reader)
        relations = self.relations.of(reader)
        scope = f"reactions/{found.id}/{reader}"
        position = str(self.cursors.decode(scope, cursor)["after"]) if cursor is not None else None
        shown: list[Reaction] = []
        for _ in range(QUERIES_A_PAGE):
            some = self.reactors.reactors(found.id, position, limit - len(shown))
            shown += [one for one in some.reactions if not relations.apart(one.person.id)]
            position = some.next
            if position is None or len(shown) == limit:
                break
        return ReactionSlice(shown, self.cursors.encode(scope, {"after": position}) if position else None)
