"""The table `posts`: posts under their author, claimed Idempotency-Keys, and what is known of media.

`<author>` / `P#<ulid>` is a post or its tombstone, `<user>` / `R#<post>` says as what they reposted a post,
`<author>` / `K#<hash>` is an Idempotency-Key that is not the id. `M#<media>` / `MEDIA` is the last news
of an upload, `M#<media>` / `W#<post>` a post that waits for it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import islice
from typing import Any

from contracts.transport.items import Item, outbox, to_attributes

from chalicelib.model import TOMBSTONE_LIFE, Deleted, Media, MediaStatus, Post, PostId, State
from chalicelib.publishing import MediaMoved
from chalicelib.store.forms import content, read_post, standing
from chalicelib.store.table import Key, Table, at_most, attributes_of, prefixed, unmoved
from chalicelib.timeline import Slice

MEDIA = "MEDIA"
KEY_LIFE = timedelta(days=2)
"""How long a claimed Idempotency-Key is kept."""

WAIT_LIFE = timedelta(days=1)
"""How long a waiting row is kept: well over what a post waits."""

TOLD = {State.PUBLISHED: "post.published.v2", State.HIDDEN: "post.deleted.v1"}
"""What the world is told of a post in a state; of others it hears nothing."""


@dataclass(frozen=True)
class PostsTable:
    """Posts, and the media they may name.

    Parameters
    ----------
    table
        The table `posts`.
    now
        Tells the time, in UTC.
    """

    table: Table
    now: Callable[[], datetime]

    def add(self, post: Post, unknown: Sequence[str]) -> Post | Deleted | None:
        """Store a new post, on condition that the `unknown` media it waits for still are."""
        if not unknown:
            stored = self.table.put(self._item(post), unmoved(None))
            return _read(post.id, stored) if stored is not None else None
        if self.table.transact(self.adding(post, unknown)) is None:
            return None
        stored_post = self.find(post.id, latest=True)
        if stored_post is None:
            raise MediaMoved
        return stored_post

    def adding(self, post: Post, unknown: Sequence[str]) -> list[dict[str, Any]]:
        """Return the writes of a transaction that store a new post and let it wait for its media."""
        writes = [self.table.put_in(self._item(post), unmoved(None))]
        for media in unknown:
            writes += [self._still_unknown(media), self._wait(media, post.id)]
        return writes

    def read(self, post: PostId) -> Post | Deleted | None:
        """Return a post with every finished write, as all but its author know it: a hidden one is gone."""
        found = self.find(post, latest=True)
        return found.shown if isinstance(found, Post) else found

    def find(self, post: PostId, *, latest: bool) -> Post | Deleted | None:
        """Return a post, with every finished write if it has to be the `latest`."""
        item = self.table.get(_post(post), consistent=latest)
        return _read(post, item) if item else None

    def find_many(self, posts: Sequence[PostId]) -> Mapping[PostId, Post | Deleted]:
        """Return those of several posts that are or were there."""
        items = self.table.get_many(map(_post, posts))
        return {post: _read(post, items[_post(post)]) for post in posts if _post(post) in items}

    def settle(self, post: Post) -> bool:
        """Store a post whose `sequence` is one more than the stored one's; False if it moved meanwhile."""
        return self.table.put(self._item(post), unmoved(post.sequence - 1)) is None

    def moving(self, post: Post) -> dict[str, Any]:
        """Return the part of a transaction that stores a post as `settle` does."""
        return self.table.put_in(self._item(post), unmoved(post.sequence - 1))

    def delete(self, post: Post) -> bool:
        """Put a tombstone in a post's place; False if the post moved meanwhile."""
        pk, sk = _post(post.id)
        now, left = self.now(), post.deleted
        tombstone = {
            "pk": pk,
            "sk": sk,
            "deleted": True,
            "thread": str(left.thread) if left.thread else None,
            "hidden": None if left.was_public else True,
            "showed": str(left.showed) if left.showed else None,
            "expires_at": int((now + TOMBSTONE_LIFE).timestamp()),
            **outbox("post.deleted.v1", sequence=left.sequence, actor=post.author.id, at=now),
        }
        gone = unmoved(post.sequence)
        if post.repost is None:
            return self.table.put(tombstone, gone) is None
        mark = self.table.delete_in(reposted(post.author.id, post.repost.id))
        return self.table.transact([self.table.put_in(tombstone, gone), mark]) is None

    def moderated(self, post: Post, moderator: str) -> dict[str, Any]:
        """Return the write of what a moderator made of a post, as a part of a transaction."""
        item = self._item(post) | {"_actor": moderator}
        return self.table.put_in(item, unmoved(post.sequence - 1))

    def claim(self, author: str, key: str, ulid: str) -> str:
        """Return the ULID that an author's key stands for: `ulid`, if the key is new."""
        row = {
            "pk": author,
            "sk": f"K#{sha256(key.encode()).hexdigest()}",
            "ulid": ulid,
            "expires_at": int((self.now() + KEY_LIFE).timestamp()),
        }
        claimed = self.table.put(row, unmoved(None))
        return str(claimed["ulid"]) if claimed else ulid

    def page(self, author: str, after: str | None, limit: int) -> Slice:
        """Return an author's posts that follow the position `after`, newest first, without tombstones."""
        query = prefixed(author, "P#") | {
            "ScanIndexForward": False,
            "Limit": limit,
            "FilterExpression": "attribute_not_exists(deleted)",
        }
        if after:
            query["ExclusiveStartKey"] = attributes_of((author, f"P#{after}"))
        items, last = self.table.query(**query)
        posts = [read_post(PostId(author, _ulid(item["sk"])), item) for item in items]
        return Slice(posts, _ulid(last["sk"]["S"]) if last else None)

    def newest(self, author: str, count: int) -> Sequence[Post]:
        """Return the newest posts of an author, with every finished write."""
        query = prefixed(author, "P#") | {"ScanIndexForward": False, "ConsistentRead": True}
        found = self.table.query_all(**query, Limit=count, FilterExpression="attribute_not_exists(deleted)")
        posts = (read_post(PostId(author, _ulid(item["sk"])), item) for item in found)
        return list(islice(posts, count))

    def known(self, media: Sequence[str]) -> Mapping[str, MediaStatus]:
        """Return the status of those media that were heard of, with every finished write."""
        items = self.table.get_many(map(_media, media), consistent=True)
        return {status.id: status for status in map(_to_status, items.values())}

    def learn(self, status: MediaStatus) -> None:
        """Keep a status unless a newer one is kept; that there is nothing to show is forgotten in time."""
        pk, sk = _media(status.id)
        gone = None if status.media else int((self.now() + TOMBSTONE_LIFE).timestamp())
        item = {
            "pk": pk,
            "sk": sk,
            "owner": status.owner,
            "sequence": status.sequence,
            "media": asdict(status.media) if status.media else None,
            "expires_at": gone,
        }
        self.table.put(item, at_most(status.sequence))

    def waiting(self, media: str) -> Iterator[PostId]:
        """Return the posts that wait for an upload, with every finished write."""
        for row in self.table.query_all(**prefixed(_media(media)[0], "W#"), ConsistentRead=True):
            yield PostId.parse(row["sk"].removeprefix("W#"))

    def _item(self, post: Post) -> Item:
        pk, sk = _post(post.id)
        told = TOLD.get(post.state)
        said = outbox(told or "", sequence=post.sequence, actor=post.author.id, at=self.now())
        return {
            "pk": pk,
            "sk": sk,
            **content(post),
            **standing(post),
            **(said if told else {"sequence": post.sequence}),
        }

    def _wait(self, media: str, post: PostId) -> dict[str, Any]:
        row = {
            "pk": _media(media)[0],
            "sk": f"W#{post}",
            "expires_at": int((self.now() + WAIT_LIFE).timestamp()),
        }
        return {"Put": {"TableName": self.table.name, "Item": to_attributes(row)}}

    def _still_unknown(self, media: str) -> dict[str, Any]:
        return self.table.check_in(_media(media), unmoved(None))


def reposted(user: str, post: PostId) -> Key:
    """Return where it is kept that someone reposted a post."""
    return user, f"R#{post}"


def _post(post: PostId) -> Key:
    return post.author, f"P#{post.ulid}"


def _media(media: str) -> Key:
    return f"M#{media}", MEDIA


def _ulid(sk: str) -> str:
    return sk.removeprefix("P#")


def _read(post: PostId, item: Item) -> Post | Deleted:
    if "deleted" not in item:
        return read_post(post, item)
    thread = PostId.parse(item["thread"]) if "thread" in item else None
    showed = PostId.parse(item["showed"]) if "showed" in item else None
    return Deleted(post, item["sequence"], thread, "hidden" not in item, showed)


def _to_status(item: Item) -> MediaStatus:
    media = Media(**item["media"]) if "media" in item else None
    return MediaStatus(item["pk"].removeprefix("M#"), item["owner"], item["sequence"], media)
