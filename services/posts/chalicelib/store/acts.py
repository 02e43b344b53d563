"""What a person does to posts, in the table `posts`, under `<user>` / `A#<ulid>#<author>#…`.

What ends in `R` is a reaction or its tombstone; in `B` a bookmark, in the index `bookmarks` too; in `V`
a vote, which stays. The keys of one person's acts have the order of the posts' times, so that those on a
page of posts are read in one query. A reaction is written without a look at it: the write itself counts
its sequence on. A forgotten one that comes again must not seem older than it was, so a sequence starts with
the second.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from contracts.transport.items import Item, from_attributes, outbox, to_attributes
from ulid import ULID

from chalicelib.bookmarks import BookmarkedIds
from chalicelib.live import Own
from chalicelib.model import TOMBSTONE_LIFE, PostId
from chalicelib.people import Person
from chalicelib.store.table import Key, Table, attributes_of, prefixed, unmoved

REACTION, BOOKMARK, VOTE = "R", "B", "V"

OWN_LIMIT = 100
"""Acts between the oldest and the newest post asked for that are read at once."""


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

    def vote(self, user: str, post: PostId, options: Sequence[int]) -> Sequence[int]:
        """Keep a person's first vote; return what they voted, now or before."""
        pk, sk = _key(user, post, VOTE)
        said = outbox("vote.cast.v1", sequence=1, actor=user, at=self.now())
        before = self.table.put({"pk": pk, "sk": sk, "options": list(options), **said}, unmoved(None))
        return options if before is None else tuple(before["options"])

    def reacted(self, user: str, after: str | None, limit: int) -> tuple[list[PostId], str | None]:
        """Return the posts that someone reacted to, withdrawn or not, and where the next ones start."""
        query = prefixed(user, "A#") | {"Limit": limit, "ConsistentRead": True}
        if after:
            query["ExclusiveStartKey"] = attributes_of((user, after))
        rows, last = self.table.query(**query)
        posts = [acted_on(row["sk"]) for row in rows if row["sk"].endswith("#R")]
        return posts, last["sk"]["S"] if last else None

    def bookmark(self, user: str, post: PostId) -> None:
        """Keep a bookmark; one that is there stays where it is."""
        pk, sk = _key(user, post, BOOKMARK)
        made = str(ULID.from_datetime(self.now()))
        self.table.put({"pk": pk, "sk": sk, "bookmarker": user, "bookmarked": made}, unmoved(None))

    def forget(self, user: str, post: PostId) -> None:
        """Remove a bookmark, there or not."""
        self.table.delete(_key(user, post, BOOKMARK))

    def bookmarked(self, user: str, after: str | None, limit: int) -> BookmarkedIds:
        """Return what follows the position `after`, the newest bookmark first."""
        query: dict[str, Any] = {
            "IndexName": "bookmarks",
            "KeyConditionExpression": "bookmarker = :user",
            "ExpressionAttributeValues": {":user": {"S": user}},
            "ScanIndexForward": False,
            "Limit": limit,
        }
        if after:
            made, ulid, author = after.split("#")
            key = {"pk": user, "sk": f"A#{ulid}#{author}#B", "bookmarker": user, "bookmarked": made}
            query["ExclusiveStartKey"] = to_attributes(key)
        rows, last = self.table.query(**query)
        end = from_attributes(last) if last else None
        position = f"{end['bookmarked']}#{end['sk'][2:-2]}" if end else None
        return BookmarkedIds([acted_on(row["sk"]) for row in rows], position)

    def own(self, user: str, posts: Sequence[PostId]) -> Mapping[PostId, Own]:
        """Return what someone did to those of the posts to which they did something.

        One query over the time of the posts, which for a page of a timeline holds little else. If it holds
        more than a page of its own, the acts on what is left are looked up by their keys.
        """
        ulids = sorted(post.ulid for post in posts)
        rows, last = self.table.query(
            KeyConditionExpression="pk = :user AND sk BETWEEN :oldest AND :newest",
            ExpressionAttributeValues=to_attributes(
                {":user": user, ":oldest": f"A#{ulids[0]}", ":newest": f"A#{ulids[-1]}$"}
            ),
            Limit=OWN_LIMIT,
        )
        if last:
            seen = last["sk"]["S"]
            keys = (_key(user, post, kind) for post in posts for kind in (REACTION, BOOKMARK, VOTE))
            rows += self.table.get_many(key for key in keys if key[1] > seen).values()
        wanted, found = set(posts), dict[PostId, Own]()
        for row in rows:
            post = acted_on(row["sk"])
            if post in wanted:
                found[post] = replace(found.get(post, Own()), **_did(row))
        return found

    def _next(self, event: str, user: str) -> Item:
        now = self.now()
        return outbox(event, sequence=int(now.timestamp()), actor=user, at=now)


def reaction_key(user: str, post: PostId) -> Key:
    """Return where a person's reaction to a post is kept."""
    return _key(user, post, REACTION)


def acted_on(sk: str) -> PostId:
    """Return the post that an act's key names."""
    _, ulid, author, _ = sk.split("#")
    return PostId(author, ulid)


def _key(user: str, post: PostId, kind: str) -> Key:
    return user, f"A#{post.ulid}#{post.author}#{kind}"


def _did(row: Item) -> dict[str, Any]:
    match row["sk"][-1]:
        case "B":
            return {"bookmarked": True}
        case "V":
            return {"vote": tuple(row["options"])}
        case _:
            return {"reaction": row.get("emoji")}
