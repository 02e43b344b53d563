"""Relations in the table `profiles`: all that changes what a person sees, under one prefix.

`R#B#<other>` says that a person blocks someone, `R#X#<other>` that someone blocks them, `R#M#<other>` that
they mute someone, `R#W#<id>` holds a word they mute, `R#U#<other>` says whom they follow no longer, which the
tombstone of the edge brings with it (`store/profiles.py`). These rows are as small as can be, since each list
reads them all; what the world is told is in `B#<other>`, a block or its tombstone, and `M#<other>`, a mute or
its tombstone. A block writes its own item and both rows in one transaction; a mute its item, its row, and
`Y#<muter>` under the muted person, by which it is found when they leave. So both take effect at the next read
of either person. What ends has `expires_at`, which hides it from that second on and lets DynamoDB remove it
some time later.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from contracts.transport.items import Item, outbox

from chalicelib.blocking import BlockedPeople
from chalicelib.model import TOMBSTONE_LIFE
from chalicelib.muting import Mute, MutedPeople, MutedWord
from chalicelib.people import Person
from chalicelib.relations import Relations
from chalicelib.store.table import Key, Table, attributes_of, prefixed, unmoved

RELATION = "R#"
BLOCKS, BLOCKED_BY, MUTES, WORDS, LEFT = "R#B#", "R#X#", "R#M#", "R#W#", "R#U#"
MUTED_BY = "Y#"
"""Beside the relations, since no list has to know it: only who leaves is looked for under it."""


@dataclass(frozen=True)
class RelationsTable:
    """Blocks, mutes and muted words.

    Parameters
    ----------
    table
        The table `profiles`.
    now
        Tells the time, in UTC.
    """

    table: Table
    now: Callable[[], datetime]

    def of(self, reader: str) -> Relations:
        """Return a reader's relations: half a read unit for each 50 of them."""
        rows: dict[str, dict[str, Item]] = {}
        for row in self.table.query_all(**prefixed(_user(reader), RELATION)):
            if not self._over(row):
                kind, name = row["sk"][:4], row["sk"][4:]
                rows.setdefault(kind, {})[name] = row
        return Relations(
            reader,
            blocked=frozenset(rows.get(BLOCKS, ())),
            blocked_by=frozenset(rows.get(BLOCKED_BY, ())),
            muted={name: _until(row) for name, row in rows.get(MUTES, {}).items()},
            words={row["word"]: _until(row) for row in rows.get(WORDS, {}).values()},
            left=frozenset(rows.get(LEFT, ())),
        )

    def parted(self, one: str, other: str) -> bool:
        """Tell whether either of two people blocks the other, with every finished write."""
        user = _user(one)
        keys = [(user, f"{BLOCKS}{other}"), (user, f"{BLOCKED_BY}{other}")]
        return bool(self.table.get_many(keys, consistent=True))

    def block(self, blocker: str, blocked: Person) -> None:
        """Make a block and the rows that both read; one that is there stays as it is."""
        rows = [self.table.put_in({"pk": pk, "sk": sk}, {}) for pk, sk in _felt(blocker, blocked.id)]
        said = {"handle": blocked.handle, "name": blocked.name}
        self._turn(_block(blocker, blocked.id), "block.created.v1", said, rows)

    def unblock(self, blocker: str, blocked: str) -> None:
        """Remove a block and its rows; one that is not there stays away."""
        rows = [self.table.delete_in(key) for key in _felt(blocker, blocked)]
        self._turn(_block(blocker, blocked), "block.removed.v1", None, rows)

    def blocks(self, blocker: str, after: str | None, limit: int) -> BlockedPeople:
        """Return whom someone blocks, by id, from the position `after` on."""
        items, following = self._page(blocker, "B#", after, limit)
        return BlockedPeople([_person(item) for item in items], following)

    def mute(self, muter: str, mute: Mute) -> None:
        """Make a mute, or let it end at another time; the same again changes nothing."""
        muted = mute.person
        felt, by = _unheard(muter, muted.id)
        row = {"pk": felt[0], "sk": felt[1], "expires_at": _seconds(mute.until)}
        rows = [self.table.put_in(one, {}) for one in (row, {"pk": by[0], "sk": by[1]})]
        said = {"handle": muted.handle, "name": muted.name, "until": _seconds(mute.until)}
        self._turn(_mute(muter, muted.id), "mute.created.v1", said, rows)

    def unmute(self, muter: str, muted: str) -> None:
        """Remove a mute; one that is not there stays away."""
        rows = [self.table.delete_in(key) for key in _unheard(muter, muted)]
        self._turn(_mute(muter, muted), "mute.removed.v1", None, rows)

    def mutes(self, muter: str, after: str | None, limit: int) -> MutedPeople:
        """Return whom someone mutes, by id, from the position `after` on, without what has ended."""
        items, following = self._page(muter, "M#", after, limit)
        mutes = (Mute(_person(item), until_of(item)) for item in items)
        now = self.now()
        return MutedPeople([mute for mute in mutes if mute.until is None or mute.until > now], following)

    def mute_word(self, muter: str, word: MutedWord) -> None:
        """Keep a muted word, over the same word with another end."""
        row = {"pk": _user(muter), "sk": f"{WORDS}{word.id}", "word": word.word}
        self.table.put(row | {"expires_at": _seconds(word.until)}, {})

    def unmute_word(self, muter: str, word_id: str) -> None:
        """Forget a muted word; one that is not there stays away."""
        self.table.delete((_user(muter), f"{WORDS}{word_id}"))

    def _page(self, user: str, prefix: str, after: str | None, limit: int) -> tuple[list[Item], str | None]:
        query = prefixed(_user(user), prefix) | {
            "Limit": limit,
            "FilterExpression": "attribute_not_exists(deleted)",
        }
        if after:
            query["ExclusiveStartKey"] = attributes_of((_user(user), f"{prefix}{after}"))
        items, last = self.table.query(**query)
        return items, last["sk"]["S"].removeprefix(prefix) if last else None

    def _turn(self, key: Key, event: str, said: Item | None, rows: list[dict[str, Any]]) -> None:
        """Bring an item to what is said, None for its tombstone, together with the rows that are read."""
        while True:
            item = self.table.get(key, consistent=True)
            there = item if item and "deleted" not in item else None
            if (there is None and said is None) or (there and said and _same(there, said)):
                return
            seen = item["sequence"] if item else None
            changed = self._item(key, event, said, (seen or 0) + 1)
            if self.table.transact([self.table.put_in(changed, unmoved(seen)), *rows]) is None:
                return

    def _item(self, key: Key, event: str, said: Item | None, sequence: int) -> Item:
        (pk, sk), now = key, self.now()
        gone = {"deleted": True, "expires_at": int((now + TOMBSTONE_LIFE).timestamp())}
        told = outbox(event, sequence=sequence, actor=pk.removeprefix("U#"), at=now)
        return {"pk": pk, "sk": sk, **(gone if said is None else said), **told}

    def _over(self, row: Mapping[str, Any]) -> bool:
        return "expires_at" in row and row["expires_at"] <= self.now().timestamp()


def until_of(mute: Item) -> datetime | None:
    """Return when a mute's item says that it ends."""
    return _time(mute.get("until"))


def _user(user: str) -> str:
    return f"U#{user}"


def _block(blocker: str, blocked: str) -> Key:
    return _user(blocker), f"B#{blocked}"


def _mute(muter: str, muted: str) -> Key:
    return _user(muter), f"M#{muted}"


def _felt(blocker: str, blocked: str) -> tuple[Key, Key]:
    """Return where each of the two reads that they are apart."""
    return (_user(blocker), f"{BLOCKS}{blocked}"), (_user(blocked), f"{BLOCKED_BY}{blocker}")


def _unheard(muter: str, muted: str) -> tuple[Key, Key]:
    """Return where a mute is read, and where it is found when the muted person leaves."""
    return (_user(muter), f"{MUTES}{muted}"), (_user(muted), f"{MUTED_BY}{muter}")


def _same(there: Item, said: Item) -> bool:
    """Tell whether what is said changes nothing; a new name of the other is no change."""
    return there.get("until") == said.get("until")


def _person(item: Item) -> Person:
    return Person(item["sk"][2:], item["handle"], item["name"])


def _seconds(until: datetime | None) -> int | None:
    return int(until.timestamp()) if until else None


def _time(seconds: int | None) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if seconds is not None else None


def _until(row: Item) -> datetime | None:
    return _time(row.get("expires_at"))
