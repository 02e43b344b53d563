"""Lists of posts in the table `posts`: `<list>` / `T#<ulid>#<author>` is a post as it is shown in that list.

A list's name is its partition: `post#<root>` of a thread, `tag#<tag>`, `media#<author>`, `replies#<author>`.
Beside a thread's rows, `post#<post>` / `TAGS` holds under which tags a post has ever been.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from contracts.transport.items import Item, to_attributes

from chalicelib.listings import thread
from chalicelib.model import TOMBSTONE_LIFE, Deleted, Post, PostId
from chalicelib.store.embeddings import shown
from chalicelib.store.forms import content, read_post
from chalicelib.store.table import Key, Table, attributes_of, prefixed, unmoved
from chalicelib.threads import Rows

TAGS = "TAGS"


@dataclass(frozen=True)
class ListsTable:
    """Lists of posts.

    Parameters
    ----------
    table
        The table `posts`.
    now
        Tells the time, in UTC.
    """

    table: Table
    now: Callable[[], datetime]

    def put(self, post: Post, names: Collection[str]) -> None:
        """Put a post into lists, over what is there."""
        shared = content(post) | {"sequence": post.sequence}
        self.table.write_all(_put({**_row(name, post.id), **shared}) for name in names)

    def drop(self, post: PostId, names: Collection[str]) -> None:
        """Take a post out of lists, there or not."""
        self._remove((name, _sk(post)) for name in names)

    def gap(self, post: PostId, name: str) -> None:
        """Leave in a list, for as long as the tombstone of a post, that it was there."""
        expires_at = int((self.now() + TOMBSTONE_LIFE).timestamp())
        self.table.write_all([_put({**_row(name, post), "deleted": True, "expires_at": expires_at})])

    def tags(self, post: PostId) -> Collection[str]:
        """Return the tags under which a post has ever been, with every finished write."""
        item = self.table.get(_tags(post), consistent=True)
        return item["tags"] if item else ()

    def note_tags(self, post: PostId, names: Collection[str]) -> None:
        """Note under which more tags a post is about to be."""
        pk, sk = _tags(post)
        kept: Item | None = None
        while True:
            sequence = kept["sequence"] if kept else None
            tags = sorted({*names, *(kept["tags"] if kept else ())})
            item = {"pk": pk, "sk": sk, "tags": tags, "sequence": (sequence or 0) + 1}
            kept = self.table.put(item, unmoved(sequence))
            if kept is None:
                return
            kept = kept or None

    def forget(self, post: Deleted) -> None:
        """Remove what a post that is gone said before, its tags, and the note that it showed another one."""
        old = self.table.query_all(**prefixed(thread(post.id), "O#"))
        note = [shown(post.showed, post.id)] if post.showed else []
        self._remove([_tags(post.id), *note, *((row["pk"], row["sk"]) for row in old)])

    def page(self, name: str, after: str | None, limit: int, *, newest_first: bool) -> Rows:
        """Return the rows of a list that follow the position `after`."""
        query = prefixed(name, "T#") | {"ScanIndexForward": not newest_first, "Limit": limit}
        if after:
            query["ExclusiveStartKey"] = attributes_of((name, f"T#{after}"))
        items, last = self.table.query(**query)
        return Rows(list(map(_read, items)), last["sk"]["S"].removeprefix("T#") if last else None)

    def _remove(self, keys: Iterable[Key]) -> None:
        self.table.write_all({"DeleteRequest": {"Key": attributes_of(key)}} for key in keys)


def _put(item: Item) -> dict[str, Any]:
    return {"PutRequest": {"Item": to_attributes(item)}}


def _row(name: str, post: PostId) -> Item:
    return {"pk": name, "sk": _sk(post)}


def _sk(post: PostId) -> str:
    return f"T#{post.ulid}#{post.author}"


def _tags(post: PostId) -> Key:
    return thread(post), TAGS


def _read(item: Item) -> Post | Deleted:
    ulid, author = item["sk"].removeprefix("T#").split("#")
    post = PostId(author, ulid)
    return Deleted(post, 0) if "deleted" in item else read_post(post, item)
