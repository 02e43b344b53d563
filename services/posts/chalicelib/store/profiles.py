"""The table `profiles`: people under `U#<id>`, their handles under `H#<handle>`, and their follow edges.

A handle row makes a handle its holder's alone; without one it is nobody's, and with `expires_at` it is kept
for a while for who gave it up. Edges are in a module of their own (`store/edges.py`).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from contracts.transport.items import Item, outbox, to_attributes

from chalicelib.model import TOMBSTONE_LIFE
from chalicelib.people import HANDLE_KEPT, Extras, HandleTaken, Left, Person, Picture, Profile
from chalicelib.store.edges import EdgesTable
from chalicelib.store.table import REFUSED, Condition, Key, Table, unmoved

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
        return _to_profile(item) if item and "deleted" not in item else None

    def fresh(self, user: str) -> Profile | Left | None:
        """Return a profile, or what is left of it, with every finished write in it."""
        item = self.table.get(_profile(user), consistent=True)
        if item and "deleted" in item:
            return Left(user, item["sequence"])
        return _to_profile(item) if item else None

    def holder(self, handle: str) -> str | None:
        """Return who holds a folded handle."""
        item = self.table.get(_handle(handle))
        return _holder(item) if item else None

    def holders(self, handles: Sequence[str]) -> Sequence[Person]:
        """Return who holds these handles, in their order, without those that nobody holds."""
        rows = self.table.get_many(map(_handle, handles))
        found = [_holder(rows[key]) for key in map(_handle, handles) if key in rows]
        keys = [_profile(holder) for holder in found if holder]
        profiles = self.table.get_many(keys)
        there = [profiles[key] for key in keys if key in profiles]
        return [_to_profile(item).person for item in there if "deleted" not in item]

    def named(self, users: Sequence[str]) -> Mapping[str, Person]:
        """Return those of several people who are there."""
        items = self.table.get_many(map(_profile, users))
        there = {key: item for key, item in items.items() if "deleted" not in item}
        return {user: _to_profile(there[_profile(user)]).person for user in users if _profile(user) in there}

    def save(self, profile: Profile, before: Profile | None) -> bool:
        """Keep a profile and its handle, both or neither; False if it is no longer as it was `before`."""
        item = self._item(profile)
        condition = unmoved(before.sequence if before else None)
        if before and before.handle == profile.handle:
            return self.table.put(item, condition) is None
        writes = [self.table.put_in(item, condition), self._take(profile)]
        if before:
            writes.append(self._give_up(before))
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

    def leave(self, profile: Profile) -> bool:
        """Put a tombstone in a profile's place, and reserve its handle for nobody, both or neither."""
        now = self.now()
        pk, sk = _profile(profile.id)
        tombstone = {
            "pk": pk,
            "sk": sk,
            "deleted": True,
            "expires_at": int((now + TOMBSTONE_LIFE).timestamp()),
            **outbox("account.deleted.v1", sequence=profile.sequence + 1, actor=profile.id, at=now),
        }
        handle_pk, handle_sk = _handle(profile.handle)
        reserved = {"pk": handle_pk, "sk": handle_sk, "reserved": True}
        writes = [
            self.table.put_in(tombstone, unmoved(profile.sequence)),
            self.table.put_in(reserved, _mine(profile)),
        ]
        return self.table.transact(writes) is None

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
            **_extras(profile.extras),
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
        mine = _mine(profile)
        free = "attribute_not_exists(pk) OR expires_at <= :now"
        mine["ConditionExpression"] = f"{free} OR {mine['ConditionExpression']}"
        mine["ExpressionAttributeValues"] |= to_attributes({":now": int(self.now().timestamp())})
        return self.table.put_in({"pk": pk, "sk": sk, "holder": profile.id}, mine)

    def _give_up(self, profile: Profile) -> dict[str, Any]:
        """Keep a handle for who gives it up; TTL frees it, or whoever takes it when it is over."""
        pk, sk = _handle(profile.handle)
        until = int((self.now() + HANDLE_KEPT).timestamp())
        kept = {"pk": pk, "sk": sk, "holder": profile.id, "expires_at": until}
        return self.table.put_in(kept, _mine(profile))


def _holder(row: Item) -> str | None:
    """Return who goes by a handle: nobody, while it is only kept for who had it."""
    return None if "expires_at" in row else row.get("holder")


def _extras(extras: Extras) -> Item:
    return {
        "links": list(extras.links) or None,
        "pronouns": extras.pronouns or None,
        "avatar": asdict(extras.avatar) if extras.avatar else None,
        "header": asdict(extras.header) if extras.header else None,
    }


def _to_extras(item: Item) -> Extras:
    avatar, header = (Picture(**item[name]) if name in item else None for name in ("avatar", "header"))
    return Extras(tuple(item.get("links", ())), item.get("pronouns", ""), avatar, header)


def _mine(profile: Profile) -> Condition:
    return {
        "ConditionExpression": "holder = :me",
        "ExpressionAttributeValues": to_attributes({":me": profile.id}),
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
        extras=_to_extras(item),
    )
