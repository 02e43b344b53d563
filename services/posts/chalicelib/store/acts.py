"""What a person does to posts, in the table `posts`: `<user>` / `A#<ulid>#<author>#R` is a reaction.

The keys of one person's acts have the order of the posts' times, so that those on a page of posts are
read in one query. An act is written without a look at it: the write itself counts its sequence on. A
forgotten act that comes again must not seem older than it was, so a sequence starts with the second.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from contracts.transport.items import Item, outbox

from chalicelib.model import TOMBSTONE_LIFE, PostId
from chalicelib.people import Person
from chalicelib.store.table import Key, Table


@dataclass(frozen=True)
class ActsTable:
    """People's acts.

    Parameters
    ----------
    table
        The table `posts`.
    now
        Tells the time, in UTC.
    """

    table: Table
    now: Callable[[], datetime]

    def react(self, person: Person, post: PostId, emoji: str) -> None:
        """Keep a reaction in the place of whatever it was; the same one again changes nothing."""
        said = {"emoji": emoji, "handle": person.handle, "name": person.name, "expires_at": None}
        self.table.update(
            reaction_key(person.id, post),
            self._next("reaction.changed.v1", person.id) | said,
            "attribute_not_exists(emoji) OR emoji <> :emoji",
        )

    def withdraw(self, user: str, post: PostId) -> None:
        """Take a reaction back; one that is not there stays away."""
        forgotten = int((self.now() + TOMBSTONE_LIFE).timestamp())
        gone = {"emoji": None, "handle": None, "name": None, "expires_at": forgotten}
        self.table.update(
            reaction_key(user, post),
            self._next("reaction.removed.v1", user) | gone,
            "attribute_exists(emoji)",
        )

    def _next(self, event: str, user: str) -> Item:
        now = self.now()
        return outbox(event, sequence=int(now.timestamp()), actor=user, at=now)


def reaction_key(user: str, post: PostId) -> Key:
    """Return where a person's reaction to a post is kept."""
    return user, f"A#{post.ulid}#{post.author}#R"


def acted_on(sk: str) -> PostId:
    """Return the post that an act's key names."""
    _, ulid, author, _ = sk.split("#")
    return PostId(author, ulid)
