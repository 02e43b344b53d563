"""Follow edges in the table `profiles`: `U#<follower>` / `F#<followee>`, beside the follower's profile.

While an edge is there, its attribute `followee` puts it into the index `followers`; while it is only asked
for, `followee` says `ask#<followee>`, which puts it among who asks. Its tombstone has no such attribute, and
the row `R#U#<followee>` comes with it, which hides what was delivered (`store/relations.py`).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from contracts.transport.items import Item, outbox, to_attributes

from chalicelib.asking import AskingPeople
from chalicelib.model import TOMBSTONE_LIFE
from chalicelib.people import Person
from chalicelib.store.relations import LEFT
from chalicelib.store.table import Key, Table, attributes_of, unmoved
from chalicelib.ties import Edge, Standing

ASK = "ask#"


@dataclass(frozen=True)
class EdgesTable:
    """Follow edges, and requests to follow.

    Parameters
    ----------
    table
        The table `profiles`.
    now
        Tells the time, in UTC.
    """

    table: Table
    now: Callable[[], datetime]

    def follow(self, follower: Person, followee: str) -> None:
        """Make an edge, asked for or not; one that is there stays as it is."""
        self._turn(follower, followee, Standing.THERE)

    def ask(self, follower: Person, followee: str) -> None:
        """Ask for an edge; one that is there stays as it is."""
        self._turn(follower, followee, Standing.ASKED)

    def unfollow(self, follower: Person, followee: str) -> None:
        """Remove an edge or a request; one that is not there stays away."""
        self._turn(follower, followee, Standing.GONE)

    def follows(self, follower: str, followee: str) -> bool:
        """Tell whether an edge is there."""
        return self.standing(follower, followee) is Standing.THERE

    def standing(self, follower: str, followee: str) -> Standing:
        """Return how an edge stands."""
        return _standing(self.table.get(_edge(follower, followee)))

    def edge(self, follower: str, followee: str) -> Edge | None:
        """Return an edge, a request or a tombstone, with every finished write."""
        edge = self.table.get(_edge(follower, followee), consistent=True)
        return Edge(edge["sequence"], _standing(edge)) if edge else None

    def cut(self, follower: str, followee: str, seen: int) -> bool:
        """Remove an edge whose sequence is the one seen, in nobody's name; False if it moved meanwhile."""
        edge = self.table.get(_edge(follower, followee), consistent=True)
        return bool(edge and edge["sequence"] == seen and self._change(edge, Standing.GONE, None))

    def accept(self, followee: str, follower: str) -> bool:
        """Make a request a follow, in its owner's name; False if it is neither."""
        while True:
            edge = self.table.get(_edge(follower, followee), consistent=True)
            if edge is None or _standing(edge) is Standing.GONE:
                return False
            if _standing(edge) is Standing.THERE or self._change(edge, Standing.THERE, followee):
                return True

    def refuse(self, followee: str, follower: str) -> None:
        """Remove a request; what is not asked for stays as it is."""
        while True:
            edge = self.table.get(_edge(follower, followee), consistent=True)
            if edge is None or _standing(edge) is not Standing.ASKED:
                return
            if self._change(edge, Standing.GONE, followee):
                return

    def asking(self, followee: str, after: str | None, limit: int) -> AskingPeople:
        """Return who asks to follow someone, by id, from the position `after` on: 0.5 units each."""
        query = self._listed(f"{ASK}{followee}") | {"Limit": limit}
        if after:
            listed = to_attributes({"followee": f"{ASK}{followee}", "follower": after})
            query["ExclusiveStartKey"] = attributes_of(_edge(after, followee)) | listed
        keys, last = self.table.query(**query)
        edges = self.table.get_many([_edge(key["follower"], followee) for key in keys])
        asking = [edge for edge in edges.values() if _standing(edge) is Standing.ASKED]
        people = sorted(map(_follower, asking), key=lambda person: person.id)
        return AskingPeople(people, last["follower"]["S"] if last else None)

    def followers(self, followee: str) -> Iterator[str]:
        """Return everyone who follows `followee`, each once."""
        for key in self.table.query_all(**self._listed(followee)):
            yield key["follower"]

    def _listed(self, name: str) -> dict[str, Any]:
        return {
            "IndexName": "followers",
            "KeyConditionExpression": "followee = :followee",
            "ExpressionAttributeValues": to_attributes({":followee": name}),
        }

    def _turn(self, follower: Person, followee: str, wanted: Standing) -> None:
        while True:
            edge = self.table.get(_edge(follower.id, followee), consistent=True)
            stands = _standing(edge)
            if stands is wanted or (stands is Standing.THERE and wanted is Standing.ASKED):
                return
            pk, sk = _edge(follower.id, followee)
            named = {"pk": pk, "sk": sk, "handle": follower.handle, "name": follower.name}
            if self._change((edge or {}) | named, wanted, follower.id):
                return

    def _change(self, edge: Item, wanted: Standing, actor: str | None) -> bool:
        """Bring an edge to how it shall stand; False if it moved meanwhile.

        Where there is none of it yet, no row hides anything: it is one write. Nobody is told when a request
        ends that was not accepted.
        """
        seen, stood = edge.get("sequence"), _standing(edge)
        item = _item(edge, wanted, self.now(), actor)
        if wanted is Standing.GONE and stood is Standing.ASKED:
            item["_event"] = None
        writes = [self.table.put_in(item, unmoved(seen))]
        key = edge["pk"], f"{LEFT}{_followee(edge)}"
        if wanted is Standing.THERE and seen is not None:
            writes.append(self.table.delete_in(key))
        if wanted is Standing.GONE and stood is Standing.THERE:
            row = {"pk": key[0], "sk": key[1], "expires_at": item["expires_at"]}
            writes.append(self.table.put_in(row, {}))
        if len(writes) == 1:
            return self.table.put(item, unmoved(seen)) is None
        return self.table.transact(writes) is None


def _item(edge: Item, wanted: Standing, at: datetime, actor: str | None) -> Item:
    followee = _followee(edge)
    gone = {"deleted": True, "expires_at": int((at + TOMBSTONE_LIFE).timestamp())}
    changes: dict[Standing, tuple[str, Item]] = {
        Standing.THERE: ("follow.created.v1", {"followee": followee}),
        Standing.ASKED: ("follow.requested.v1", {"followee": f"{ASK}{followee}"}),
        Standing.GONE: ("follow.removed.v1", gone),
    }
    told, kept = changes[wanted]
    return {
        "pk": edge["pk"],
        "sk": edge["sk"],
        "follower": edge["pk"].removeprefix("U#"),
        "handle": edge["handle"],
        "name": edge["name"],
        **kept,
        **outbox(told, sequence=edge.get("sequence", 0) + 1, actor=actor, at=at),
    }


def _standing(edge: Item | None) -> Standing:
    listed = edge.get("followee") if edge else None
    if listed is None:
        return Standing.GONE
    return Standing.ASKED if listed.startswith(ASK) else Standing.THERE


def _followee(edge: Item) -> str:
    return str(edge["sk"].removeprefix("F#"))


def _follower(edge: Item) -> Person:
    return Person(edge["follower"], edge["handle"], edge["name"])


def _edge(follower: str, followee: str) -> Key:
    return f"U#{follower}", f"F#{followee}"
