"""The table `timelines`: entries under their reader, and the record of who got which post.

`<reader>` / `<ulid>#<author>` is an entry: the post as it is shown, so that a page is one query.
`chunk#<post>` / `<sequence>#<name>` is the record of one served chunk; its recipients are their UUIDs'
bytes end to end, 16 for each instead of 37. Only these records become events. `fill#<author>` /
`<newest>#<reader>` records that a new follower was given the author's posts from `oldest` to `newest`.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import batched, chain
from typing import Any
from uuid import UUID

from contracts.transport.items import Attributes, Item, outbox, to_attributes

from chalicelib.fanout import CHUNK_LIMIT, Chunk
from chalicelib.model import TOMBSTONE_LIFE, Deleted, Post, PostId
from chalicelib.store.forms import content, read_post
from chalicelib.store.table import Key, Table, attributes_of
from chalicelib.timeline import Slice

BARE = ("pk", "sk", "recipients", "sequence", "_event", "_actor", "_trace", "_at")
"""What a record of a chunk keeps of a post that is deleted, or that says something else by now."""

_UUID_BYTES = 16


@dataclass(frozen=True)
class TimelinesTable:
    """Home timelines and deliveries.

    Parameters
    ----------
    table
        The table `timelines`.
    now
        Tells the time, in UTC.
    """

    table: Table
    now: Callable[[], datetime]

    def page(self, reader: str, after: str | None, limit: int) -> Slice:
        """Return a reader's entries that follow the position `after`, newest first."""
        query = {
            "KeyConditionExpression": "pk = :reader",
            "ExpressionAttributeValues": {":reader": {"S": reader}},
            "ScanIndexForward": False,
            "Limit": limit,
        }
        if after:
            query["ExclusiveStartKey"] = attributes_of((reader, after))
        items, last = self.table.query(**query)
        return Slice([_to_post(item) for item in items], last["sk"]["S"] if last else None)

    def put(self, chunk: Chunk, post: Post) -> None:
        """Put a post into timelines, over what is there, and record once that the chunk has it.

        The record stays as long as the post, since a deletion reads it; what an earlier one says, which may
        be the words of others that the post quoted, goes now.
        """
        shared = to_attributes(content(post) | {"sequence": post.sequence})
        record = self._record(chunk, post.sequence, content(post))
        entries = (attributes_of(entry_key(reader, post.id)) | shared for reader in chunk.recipients)
        self.table.write_all({"PutRequest": {"Item": item}} for item in chain((record,), entries))
        if post.sequence > 1:
            self._blank(self._earlier(chunk, post), {"past": True})

    def remove(self, chunk: Chunk, post: Deleted) -> None:
        """Take a post out of timelines, if it is there, and record once that the chunk has it no longer.

        The record goes when the tombstone of the post does. Earlier ones go with it, and lose what it said
        at once; they stay until then, lest the same news, written once more, be news again.
        """
        expires_at = int((self.now() + TOMBSTONE_LIFE).timestamp())
        record = self._record(chunk, post.sequence, {"deleted": True, "expires_at": expires_at})
        entries = (attributes_of(entry_key(reader, post.id)) for reader in chunk.recipients)
        requests = ({"DeleteRequest": {"Key": key}} for key in entries)
        self.table.write_all(chain(({"PutRequest": {"Item": record}},), requests))
        self._blank(self._same(chunk, post.sequence), {"deleted": True, "expires_at": expires_at})

    def _blank(self, earlier: Iterable[Item], mark: Item) -> None:
        told = [record for record in earlier if not mark.keys() & record.keys() and "deleted" not in record]
        blank = [{name: record[name] for name in BARE if name in record} for record in told]
        self.table.write_all({"PutRequest": {"Item": to_attributes(one | mark)}} for one in blank)

    def _same(self, chunk: Chunk, sequence: int) -> Iterable[Item]:
        """Return the earlier records of a chunk of this name."""
        keys = (_record_key(chunk, one) for one in range(1, sequence))
        return self.table.get_many(keys, consistent=True).values()

    def _earlier(self, chunk: Chunk, post: Post) -> Iterable[Item]:
        """Return the earlier records that a chunk is to clear: the one with the author sees to all chunks.

        Others see to their own, which a run that was late may have written after that look.
        """
        if post.author.id not in chunk.recipients:
            return self._same(chunk, post.sequence)
        records = self.table.query_all(**self._records(post.id))
        return [record for record in records if record["sequence"] < post.sequence]

    def _records(self, post: PostId) -> dict[str, Any]:
        return {
            "KeyConditionExpression": "pk = :chunk",
            "ExpressionAttributeValues": {":chunk": {"S": f"chunk#{post}"}},
            "ConsistentRead": True,
        }

    def _record(self, chunk: Chunk, sequence: int, told: Item) -> Attributes:
        """Return the record of a chunk; written again it has the same sequence, so it is no second event."""
        recipients = b"".join(UUID(recipient).bytes for recipient in chunk.recipients)
        published = outbox("timeline.delivered.v1", sequence=sequence, actor=chunk.post.author, at=self.now())
        pk, sk = _record_key(chunk, sequence)
        return to_attributes({"pk": pk, "sk": sk, "recipients": recipients, **told, **published})

    def recorded(self, post: PostId) -> Iterator[Chunk]:
        """Return the chunks that got a post, and those whom it was given later, with every finished write."""
        for record in self.table.query_all(**self._records(post)):
            yield Chunk(post, recipients(record))
        for readers in batched(self._given(post), CHUNK_LIMIT, strict=False):
            yield Chunk(post, readers)

    def _given(self, post: PostId) -> Iterator[str]:
        """Return who was given a post with a stretch: all stretches that end no earlier are looked at."""
        for row in self.table.query_all(
            KeyConditionExpression="pk = :fill AND sk >= :ulid",
            FilterExpression="oldest <= :post",
            ExpressionAttributeValues=to_attributes(
                {":fill": filling(post.author), ":ulid": post.ulid, ":post": post.ulid}
            ),
            ConsistentRead=True,
        ):
            yield row["sk"].split("#", 1)[1]


def recipients(record: Item) -> tuple[str, ...]:
    """Return whom a record of a chunk names."""
    packed = bytes(record["recipients"])
    return tuple(
        str(UUID(bytes=packed[start : start + _UUID_BYTES])) for start in range(0, len(packed), _UUID_BYTES)
    )


def filling(author: str) -> str:
    """Return the partition that records whom posts of an author were given to after they had appeared."""
    return f"fill#{author}"


def entry_key(reader: str, post: PostId) -> Key:
    """Return where a post stands in a reader's timeline."""
    return reader, f"{post.ulid}#{post.author}"


def _record_key(chunk: Chunk, sequence: int) -> Key:
    return f"chunk#{chunk.post}", f"{sequence}#{chunk.name}"


def _to_post(entry: Item) -> Post:
    ulid, author = entry["sk"].split("#", 1)
    return read_post(PostId(author, ulid), entry)
