"""What a follow gives to a home timeline and its end takes away, in the tables `timelines` and `posts`."""

from collections.abc import Sequence
from dataclasses import dataclass

from contracts.transport.items import to_attributes

from chalicelib.model import Post
from chalicelib.store.forms import content
from chalicelib.store.table import Table, attributes_of, unmoved
from chalicelib.store.timelines import entry_key, filling


@dataclass(frozen=True)
class HomesTable:
    """Home timelines of people who follow, or follow no longer.

    Parameters
    ----------
    timelines, posts
        The tables.
    """

    timelines: Table
    posts: Table

    def note(self, reader: str, posts: Sequence[Post]) -> None:
        """Record that a reader is given the author's posts from the last of these to the first.

        The record stays, since each of these posts may be deleted some day.
        """
        newest, oldest = posts[0].id, posts[-1].id
        row = {"pk": filling(newest.author), "sk": f"{newest.ulid}#{reader}", "oldest": oldest.ulid}
        self.timelines.put(row, {})

    def give(self, reader: str, posts: Sequence[Post]) -> bool:
        """Put posts into a reader's timeline, over what is there; none and False if one of them moved.

        Each costs four units, two to be written in a transaction and two for the look at the post.
        """
        writes = []
        for post in posts:
            (pk, sk), key = entry_key(reader, post.id), (post.id.author, f"P#{post.id.ulid}")
            entry = {"pk": pk, "sk": sk, **content(post), "sequence": post.sequence}
            writes += [self.posts.check_in(key, unmoved(post.sequence)), self.timelines.put_in(entry, {})]
        return self.timelines.transact(writes) is None

    def clear(self, reader: str, author: str) -> None:
        """Take all posts of an author out of a reader's timeline, which is read for it from end to end."""
        keys = self.timelines.query_all(
            KeyConditionExpression="pk = :reader",
            ExpressionAttributeValues=to_attributes({":reader": reader}),
            ProjectionExpression="pk, sk",
            ConsistentRead=True,
        )
        self.timelines.write_all(
            {"DeleteRequest": {"Key": attributes_of((reader, key["sk"]))}}
            for key in keys
            if key["sk"].endswith(f"#{author}")
        )
