"""What the deleted accounts leave in the tables: edges to cut, and rows that are nobody's any more."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from contracts.transport.items import Item, outbox, to_attributes

from chalicelib.erasure import Ends
from chalicelib.model import TOMBSTONE_LIFE
from chalicelib.store.acts import REACTION
from chalicelib.store.edges import ASK
from chalicelib.store.profiles import PROFILE
from chalicelib.store.relations import BLOCKED_BY, MUTED_BY
from chalicelib.store.table import Table, attributes_of, prefixed, unmoved
from chalicelib.store.timelines import filling

NAMES = ("handle", "name")
"""What an edge keeps of its follower."""


@dataclass(frozen=True)
class EdgeEnds:
    """Follow edges, blocks and mutes in the table `profiles`, from either end.

    Parameters
    ----------
    table
        The table `profiles`.
    now
        Tells the time, in UTC.
    """

    table: Table
    now: Callable[[], datetime]

    def following(self, follower: str, after: str | None, limit: int) -> Ends:
        """Return whom a person follows or followed."""
        return self._named(follower, "F#", after, limit)

    def followed_by(self, followee: str, after: str | None, limit: int) -> Ends:
        """Return who follows a person."""
        return self._indexed(followee, followee, after, limit)

    def asked_by(self, followee: str, after: str | None, limit: int) -> Ends:
        """Return who asks to follow a person."""
        return self._indexed(ASK + followee, followee, after, limit)

    def let_go(self, follower: str, followee: str) -> None:
        """Remove an edge, and the follower's name from what is left of it: a tombstone too holds it."""
        self._end(follower, followee, named=False)

    def cut(self, follower: str, followee: str) -> None:
        """Remove an edge, if it is there."""
        self._end(follower, followee, named=True)

    def _indexed(self, partition: str, followee: str, after: str | None, limit: int) -> Ends:
        query: dict[str, Any] = {
            "IndexName": "followers",
            "KeyConditionExpression": "followee = :followee",
            "ExpressionAttributeValues": to_attributes({":followee": partition}),
            "Limit": limit,
        }
        if after:
            edge = attributes_of((f"U#{after}", f"F#{followee}"))
            query["ExclusiveStartKey"] = edge | to_attributes({"followee": partition, "follower": after})
        edges, last = self.table.query(**query)
        return Ends([edge["follower"] for edge in edges], _end(last, "follower", ""))

    def blockers(self, blocked: str, after: str | None, limit: int) -> Ends:
        """Return who blocks a person: a row of the person's own says so."""
        return self._named(blocked, BLOCKED_BY, after, limit)

    def muters(self, muted: str, after: str | None, limit: int) -> Ends:
        """Return who mutes a person: a row of the person's own says so."""
        return self._named(muted, MUTED_BY, after, limit)

    def _named(self, user: str, prefix: str, after: str | None, limit: int) -> Ends:
        """Return the people whom rows of a person's own name, with every finished write."""
        query = prefixed(f"U#{user}", prefix) | {"Limit": limit, "ConsistentRead": True}
        if after:
            query["ExclusiveStartKey"] = attributes_of((f"U#{user}", prefix + after))
        rows, last = self.table.query(**query)
        return Ends([row["sk"].removeprefix(prefix) for row in rows], _end(last, "sk", prefix))

    def _end(self, follower: str, followee: str, *, named: bool) -> None:
        key = (f"U#{follower}", f"F#{followee}")
        while edge := self.table.get(key, consistent=True):
            there = "followee" in edge
            if not there and (named or not edge["name"]):
                return
            kept = {name: value for name, value in edge.items() if name != "followee"}
            blank: Item = {} if named else dict.fromkeys(NAMES, "")
            said = self._said(edge) if there else {}
            if self.table.put({**kept, **blank, **said}, unmoved(edge["sequence"])) is None:
                return

    def _said(self, edge: Item) -> Item:
        """Return what the tombstone of an edge says: nobody is told of the end of a request."""
        now = self.now()
        gone = {"deleted": True, "expires_at": int((now + TOMBSTONE_LIFE).timestamp())}
        told = outbox("follow.removed.v1", sequence=edge["sequence"] + 1, actor=None, at=now)
        return gone | told | ({"_event": None} if edge["followee"].startswith(ASK) else {})


@dataclass(frozen=True)
class OwnRows:
    """All rows of a person in one table, but for those that go in other ways.

    Parameters
    ----------
    table
        The table.
    partition
        What a person's partition is called there: a prefix of their id.
    prefix
        How the sort keys of the rows begin.
    stays
        Tells of a sort key whether its row is not touched.
    """

    table: Table
    partition: str = ""
    prefix: str = ""
    stays: Callable[[str], bool] = lambda _: False

    def clear(self, user: str, after: str | None, limit: int) -> str | None:
        """Look at some of a person's rows and remove what may go; return where the next ones start."""
        pk = f"{self.partition}{user}"
        query: dict[str, Any] = {
            "KeyConditionExpression": "pk = :pk",
            "ExpressionAttributeValues": to_attributes({":pk": pk}),
        }
        if self.prefix:
            query = prefixed(pk, self.prefix)
        query |= {"Limit": limit, "ConsistentRead": True}
        if after:
            query["ExclusiveStartKey"] = attributes_of((pk, after))
        rows, last = self.table.query(**query)
        keys = [row["sk"] for row in rows if not self.stays(row["sk"])]
        self.table.write_all({"DeleteRequest": {"Key": attributes_of((pk, key))}} for key in keys)
        return _end(last, "sk", "")


@dataclass(frozen=True)
class Fills:
    """The records in `timelines` of who was given posts of the past: deletions of these look for them there.

    Parameters
    ----------
    table
        The table `timelines`.
    now
        Tells the time, in UTC.
    """

    table: Table
    now: Callable[[], datetime]

    def clear(self, user: str, after: str | None, limit: int) -> str | None:
        """Let some of the records of an author go when the tombstones of their posts do."""
        expires_at = int((self.now() + TOMBSTONE_LIFE).timestamp())
        query: dict[str, Any] = {
            "KeyConditionExpression": "pk = :pk",
            "ExpressionAttributeValues": to_attributes({":pk": filling(user)}),
            "Limit": limit,
            "ConsistentRead": True,
        }
        if after:
            query["ExclusiveStartKey"] = attributes_of((filling(user), after))
        rows, last = self.table.query(**query)
        ending = (to_attributes(row | {"expires_at": expires_at}) for row in rows if "expires_at" not in row)
        self.table.write_all({"PutRequest": {"Item": item}} for item in ending)
        return _end(last, "sk", "")


def is_told(sk: str) -> bool:
    """Tell whether a row of a person in `posts` ends by being told: posts, drafts, reactions, answers."""
    return sk.startswith(("P#", "D#", "L#")) or (sk.startswith("A#") and sk.endswith(f"#{REACTION}"))


def is_tied(sk: str) -> bool:
    """Tell whether a person's row in `profiles` is their profile or a follow, or a tombstone of one."""
    return sk == PROFILE or sk.startswith("F#")


def _end(last: Any, name: str, prefix: str) -> str | None:
    return str(last[name]["S"]).removeprefix(prefix) if last else None
