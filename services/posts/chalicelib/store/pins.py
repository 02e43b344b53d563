"""What people pinned, in the table `posts`: `<author>` / `PINS` holds the ULIDs, the newest pin first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chalicelib.model import Post, PostId
from chalicelib.pinning import Pins
from chalicelib.store.forms import read_post
from chalicelib.store.table import Table, unmoved

PINS = "PINS"


@dataclass(frozen=True)
class PinsTable:
    """Pinned posts.

    Parameters
    ----------
    table
        The table `posts`.
    """

    table: Table

    def pins(self, author: str, *, latest: bool) -> Pins:
        """Return what an author has pinned."""
        item = self.table.get((author, PINS), consistent=latest)
        if item is None:
            return Pins()
        return Pins(tuple(PostId(author, ulid) for ulid in item["ulids"]), item["sequence"])

    def keep(self, author: str, posts: Sequence[PostId], seen: int | None) -> bool:
        """Keep what an author has pinned; False if the list is not the one seen."""
        ulids = [post.ulid for post in posts]
        item = {"pk": author, "sk": PINS, "ulids": ulids, "sequence": (seen or 0) + 1}
        return self.table.put(item, unmoved(seen)) is None

    def there(self, posts: Sequence[PostId]) -> Mapping[PostId, Post]:
        """Return those of several posts that are there."""
        keys = {(post.author, f"P#{post.ulid}"): post for post in posts}
        items = self.table.get_many(keys)
        return {keys[key]: read_post(keys[key], item) for key, item in items.items() if "deleted" not in item}
