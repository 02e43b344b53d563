"""Reposts, and which posts show which other ones, in the table `posts`.

`<user>` / `R#<post>` says as what they reposted a post; it comes and goes with the repost, in one
transaction. `post#<other>` / `S#<ulid>#<author>` says that a post quotes or reposts another one.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.listings import thread
from chalicelib.model import Post, PostId
from chalicelib.reposting import Noted
from chalicelib.store.posts import PostsTable, reposted
from chalicelib.store.table import Key, Table, attributes_of, prefixed, unmoved


@dataclass(frozen=True)
class EmbeddingsTable:
    """Reposts, and which posts show which.

    Parameters
    ----------
    table
        The table `posts`.
    posts
        The posts in it.
    """

    table: Table
    posts: PostsTable

    def repost(self, post: Post) -> Post | None:
        """Store a repost and that it is one, both or neither; return the one there is, if any."""
        assert post.repost
        pk, sk = reposted(post.author.id, post.repost.id)
        mark = self.table.put_in({"pk": pk, "sk": sk, "ulid": post.id.ulid}, unmoved(None))
        while True:
            if self.table.transact([mark, *self.posts.adding(post, ())]) is None:
                return None
            if there := self.reposted(post.author.id, post.repost.id):
                return there

    def reposted(self, user: str, post: PostId) -> Post | None:
        """Return someone's repost of a post, with every finished write."""
        mark = self.table.get(reposted(user, post), consistent=True)
        found = self.posts.read(PostId(user, mark["ulid"])) if mark else None
        return found if isinstance(found, Post) else None

    def delete(self, post: Post) -> bool:
        """Put a tombstone in a post's place; False if the post moved meanwhile."""
        return self.posts.delete(post)

    def note(self, other: PostId, post: PostId) -> None:
        """Note that a post shows another one."""
        pk, sk = shown(other, post)
        self.table.write_all([{"PutRequest": {"Item": attributes_of((pk, sk))}}])

    def forget(self, other: PostId, posts: Sequence[PostId]) -> None:
        """Remove the notes that posts show another one."""
        keys = [attributes_of(shown(other, post)) for post in posts]
        self.table.write_all({"DeleteRequest": {"Key": key}} for key in keys)

    def noted(self, other: PostId, after: str | None, limit: int) -> Noted:
        """Return posts that show another one, with every finished write."""
        query = prefixed(thread(other), "S#") | {"Limit": limit, "ConsistentRead": True}
        if after:
            query["ExclusiveStartKey"] = attributes_of((thread(other), after))
        items, last = self.table.query(**query)
        return Noted([_post(item["sk"]) for item in items], last["sk"]["S"] if last else None)


def shown(other: PostId, post: PostId) -> Key:
    """Return where it is kept that a post shows another one."""
    return thread(other), f"S#{post.ulid}#{post.author}"


def _post(sk: str) -> PostId:
    ulid, author = sk.removeprefix("S#").split("#")
    return PostId(author, ulid)
