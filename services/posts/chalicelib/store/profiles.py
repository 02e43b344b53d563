"""The table `profiles`: people under `U#<id>`, their handles under `H#<handle>`, and their follow edges.

A handle row makes a handle its holder's alone. Edges are in a module of their own (`store/edges.py`).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from contracts.transport.items import Item, outbox, to_attributes

from chalicelib.people import HandleTaken, Person, Profile
from chalicelib.store.edges import EdgesTable
from chalicelib.store.table import REFUSED, Key, Table, attributes_of, unmoved

PROFILE = "PROFILE"
HANDLE = "HANDLE"


@dataclass(frozen=True)
class ProfilesTable(EdgesTable):
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

    def moderated(self, profile: Profile, moderator: str) -> dict[str, Any]:
        """Return the write of what a moderator made of a person, as a part of a transaction."""
        told = "account.suspended.v1" if profile.suspended_by else "account.reinstated.v1"
        item = self._item(profile) | {"_event": told, "_actor": moderator}
        return self.table.put_in(item, unmoved(profile.sequence - 1))

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
            "private": profile.private or None,
            "created_at": profile.created_at,
            "suspended_by": profile.suspended_by,
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


def _profile(user: str) -> Key:
    return f"U#{user}", PROFILE


def _handle(handle: str) -> Key:
    return f"H#{handle}", HANDLE


def _to_profile(item: Item) -> Profile:
    return Profile(
        id=item["pk"].removeprefix("U#"),
        handle=item["handle"],
        name=item["name"],
        created_at=datetime.fromisoformat(item["created_at"]),
        bio=item["bio"],
        locale=item["locale"],
        suspended_by=item.get("suspended_by"),
        private=item.get("private", False),
        sequence=item["sequence"],
    )
