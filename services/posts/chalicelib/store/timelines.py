"""The table `timelines`: entries under their reader, and the record of who got which post.

`<reader>` / `<ulid>#<author>` is an entry: the post as it is shown, so that a page is one query.
`chunk#<post>` / `<sequence>#<name>` is the record of one served chunk; its recipients are their UUIDs'
bytes end to end, 16 for each instead of 37. Only these records become events.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from uuid import UUID

from contracts.transport.items import Attributes, Item, outbox, to_attributes

from chalicelib.fanout import Chunk
from chalicelib.model import TOMBSTONE_LIFE, Deleted, Post, PostId
from chalicelib.store.forms import content, read_post
from chalicelib.store.table import Key, Table, attributes_of
from chalicelib.timeline import Slice

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

        The record stays as long as the post, since a deletion reads it.
        """
        shared = to_attributes(content(post) | {"sequence": post.sequence})
        record = self._record(chunk, post.sequence, content(post))
        entries = (attributes_of(_entry(reader, post.id)) | shared for reader in chunk.recipients)
        self.table.write_all({"PutRequest": {"Item": item}} for item in chain((record,), entries))

    def remove(self, chunk: Chunk, post: Deleted) -> None:
        """Take a post out of timelines, if it is there, and record once that the chunk has it no longer.

        The record goes when the post's tombstone does.
        """
        expires_at = int((self.now() + TOMBSTONE_LIFE).timestamp())
        record = self._record(chunk, post.sequence, {"deleted": True, "expires_at": expires_at})
        entries = (attributes_of(_entry(reader, post.id)) for reader in chunk.recipients)
        requests = ({"DeleteRequest": {"Key": key}} for key in entries)
        self.table.write_all(chain(({"PutRequest": {"Item": record}},), requests))

    def _record(self, chunk: Chunk, sequence: int, told: Item) -> Attributes:
        """Return the record of a chunk; written again it has the same sequence, so it is no second event."""
        recipients = b"".join(UUID(recipient).bytes for recipient in chunk.recipients)
        published = outbox("timeline.delivered.v1", sequence=sequence, actor=chunk.post.author, at=self.now())
        key = {"pk": f"chunk#{chunk.post}", "sk": f"{sequence}#{chunk.name}"}
        return to_attributes({**key, "recipients": recipients, **told, **published})

    def recorded(self, post: PostId) -> Iterator[Chunk]:
        """Return the chunks that got a post, with every finished write."""
        for record in self.table.query_all(
            KeyConditionExpression="pk = :chunk",
            ExpressionAttributeValues={":chunk": {"S": f"chunk#{post}"}},
            ConsistentRead=True,
        ):
            yield Chunk(post, recipients(record))


def recipients(record: Item) -> tuple[str, ...]:
    """Return whom a record of a chunk names."""
    packed = bytes(record["recipients"])
    return tuple(
        str(UUID(bytes=packed[start : start + _UUID_BYTES])) for start in range(0, len(packed), _UUID_BYTES)
    )


def _entry(reader: str, post: PostId) -> Key:
    return reader, f"{post.ulid}#{post.author}"


def _to_post(entry: Item) -> Post:
    ulid, author = entry["sk"].split("#", 1)
    return read_post(PostId(author, ulid), entry)
