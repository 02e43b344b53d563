"""The table `profiles`: people under `U#<id>`, their handles under `H#<handle>`, their follow edges.

A handle row makes a handle its holder's alone. A follow edge is `F#<followee>` beside its follower's
profile; while it is there it has the attribute `followee`, which puts it into the index `followers`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from contracts.transport.items import Item, outbox, to_attributes

from chalicelib.model import TOMBSTONE_LIFE
from chalicelib.people import HandleTaken, Person, Profile
from chalicelib.store.relations import LEFT
from chalicelib.store.table import REFUSED, Key, Table, attributes_of, unmoved
from chalicelib.ties import Edge

PROFILE = "PROFILE"
HANDLE = "HANDLE"


@dataclass(frozen=True)
class ProfilesTable:
    """Profiles, handles and follow edges.

    Parameters
    ----------
    table
        The table `profiles`.
    now
        Tells the time, in UTC.
    """

    table: Table
    now: Callable[[], datetime]

    def find(self, user: str) -> Profile | None:
        """Return a profile: half a read unit when it is there, and a whole one to be sure that it is not."""
        item = self.table.get(_profile(user)) or self.table.get(_profile(user), consistent=True)
        return _to_profile(item) if item else None

    def fresh(self, user: str) -> Profile | None:
        """Return a profile with every finished write in it."""
        item = self.table.get(_profile(user), consistent=True)
        return _to_profile(item) if item else None

    def holder(self, handle: str) -> str | None:
        """Return who holds a folded handle."""
        item = self.table.get(_handle(handle))
        return item["holder"] if item else None

    def holders(self, handles: Sequence[str]) -> Sequence[Person]:
        """Return who holds these handles, in their order, without those that nobody holds."""
        rows = self.table.get_many(map(_handle, handles))
        keys = [_profile(rows[key]["holder"]) for key in map(_handle, handles) if key in rows]
        profiles = self.table.get_many(keys)
        return [_to_profile(profiles[key]).person for key in keys if key in profiles]

    def named(self, users: Sequence[str]) -> Mapping[str, Person]:
        """Return those of several people who are there."""
        items = self.table.get_many(map(_profile, users))
        return {user: _to_profile(items[_profile(user)]).person for user in users if _profile(user) in items}

    def save(self, profile: Profile, before: Profile | None) -> bool:
        """Keep a profile and its handle, both or neither; False if it is no longer as it was `before`."""
        item = self._item(profile)
        condition = unmoved(before.sequence if before else None)
        if before and before.handle == profile.handle:
            return self.table.put(item, condition) is None
        writes = [self.table.put_in(item, condition), self._take(profile)]
        if before:
            writes.append(self._free(before))
        codes = self.table.transact(writes)
        if codes is None:
            return True
        if codes[0] != REFUSED and codes[1] == REFUSED:
            raise HandleTaken(f"@{profile.handle} is taken.")
        return False

    def follow(self, follower: Person, followee: str) -> None:
        """Make an edge; one that is there stays as it is."""
        self._turn(follower, followee, there=True)

    def unfollow(self, follower: Person, followee: str) -> None:
        """Remove an edge; one that is not there stays away."""
        self._turn(follower, followee, there=False)

    def follows(self, follower: str, followee: str) -> bool:
        """Tell whether an edge is there."""
        edge = self.table.get(_edge(follower, followee))
        return bool(edge and "followee" in edge)

    def edge(self, follower: str, followee: str) -> Edge | None:
        """Return an edge or its tombstone, with every finished write."""
        edge = self.table.get(_edge(follower, followee), consistent=True)
        return Edge(edge["sequence"], "followee" in edge) if edge else None

    def cut(self, follower: str, followee: str, seen: int) -> bool:
        """Remove an edge whose sequence is the one seen, in nobody's name; False if it moved meanwhile."""
        edge = self.table.get(_edge(follower, followee), consistent=True)
        if edge is None or edge["sequence"] != seen:
            return False
        person = Person(follower, edge["handle"], edge["name"])
        gone = self._edge_item(person, followee, seen, there=False) | {"_actor": None}
        return self._write_edge(gone, seen)

    def followers(self, followee: str) -> Iterator[str]:
        """Return everyone who follows `followee`, each once."""
        for key in self.table.query_all(
            IndexName="followers",
            KeyConditionExpression="followee = :followee",
            ExpressionAttributeValues=to_attributes({":followee": followee}),
        ):
            yield key["follower"]

    def _item(self, profile: Profile) -> Item:
        created = profile.sequence == 1
        pk, sk = _profile(profile.id)
        return {
            "pk": pk,
            "sk": sk,
            "handle": profile.handle,
            "name": profile.name,
            "bio": profile.bio,
            "locale": profile.locale,
            "created_at": profile.created_at,
            **outbox(
                "profile.created.v1" if created else "profile.updated.v1",
                sequence=profile.sequence,
                actor=profile.id,
                at=self.now(),
            ),
        }

    def _take(self, profile: Profile) -> dict[str, Any]:
        """Take a free handle, or one's own: its row may outlive a profile that another write renamed."""
        pk, sk = _handle(profile.handle)
        mine = {
            "ConditionExpression": "attribute_not_exists(pk) OR holder = :me",
            "ExpressionAttributeValues": to_attributes({":me": profile.id}),
        }
        return self.table.put_in({"pk": pk, "sk": sk, "holder": profile.id}, mine)

    def _free(self, profile: Profile) -> dict[str, Any]:
        return {
            "Delete": {
                "TableName": self.table.name,
                "Key": attributes_of(_handle(profile.handle)),
                "ConditionExpression": "holder = :me",
                "ExpressionAttributeValues": to_attributes({":me": profile.id}),
            }
        }

    def _turn(self, follower: Person, followee: str, *, there: bool) -> None:
        while True:
            edge = self.table.get(_edge(follower.id, followee), consistent=True)
            if there == bool(edge and "followee" in edge):
                return
            seen = edge["sequence"] if edge else None
            if self._write_edge(self._edge_item(follower, followee, seen or 0, there=there), seen):
                return

    def _write_edge(self, edge: Item, seen: int | None) -> bool:
        """Write an edge, and with its tombstone the row that hides what was delivered; False if it moved.

        An edge that was never there has no such row to remove: it is one write.
        """
        if seen is None:
            return self.table.put(edge, unmoved(None)) is None
        followee = edge["sk"].removeprefix("F#")
        row: Item = {"pk": edge["pk"], "sk": f"{LEFT}{followee}"}
        if "followee" in edge:
            with_row = self.table.delete_in((row["pk"], row["sk"]))
        else:
            with_row = self.table.put_in(row | {"expires_at": edge["expires_at"]}, {})
        return self.table.transact([self.table.put_in(edge, unmoved(seen)), with_row]) is None

    def _edge_item(self, follower: Person, followee: str, seen: int, *, there: bool) -> Item:
        pk, sk = _edge(follower.id, followee)
        now = self.now()
        gone = {"deleted": True, "expires_at": int((now + TOMBSTONE_LIFE).timestamp())}
        return {
            "pk": pk,
            "sk": sk,
            "follower": follower.id,
            "handle": follower.handle,
            "name": follower.name,
            **({"followee": followee} if there else gone),
            **outbox(
                "follow.created.v1" if there else "follow.removed.v1",
                sequence=seen + 1,
                actor=follower.id,
                at=now,
            ),
        }


def _profile(user: str) -> Key:
    return f"U#{user}", PROFILE


def _handle(handle: str) -> Key:
    return f"H#{handle}", HANDLE


def _edge(follower: str, followee: str) -> Key:
    return f"U#{follower}", f"F#{followee}"


def _to_profile(item: Item) -> Profile:
    return Profile(
        id=item["pk"].removeprefix("U#"),
        handle=item["handle"],
        name=item["name"],
        created_at=datetime.fromisoformat(item["created_at"]),
        bio=item["bio"],
        locale=item["locale"],
        sequence=item["sequence"],
    )
