"""What posts said before, in the table `posts`: `post#<post>` / `O#<sequence>` is one edition."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from contracts.transport.items import Item

from chalicelib.editing import Edition, Wording, edition
from chalicelib.model import Deleted, Post, PostId
from chalicelib.store.posts import PostsTable
from chalicelib.store.table import Key, Table, prefixed, unmoved

_ABSENT = unmoved(None)


@dataclass(frozen=True)
class EditionsTable:
    """Posts that change, and what they said before.

    Parameters
    ----------
    table
        The table `posts`.
    posts
        The posts in it.
    """

    table: Table
    posts: PostsTable

    def read(self, post: PostId) -> Post | Deleted | None:
        """Return a post with every finished write."""
        return self.posts.read(post)

    def edit(self, post: Post, before: Post) -> bool:
        """Put a post in the place of the one `before` and keep what that said, both or neither."""
        kept = self.table.put_in(_item(before), _ABSENT)
        return self.table.transact([self.posts.moving(post), kept]) is None

    def editions(self, post: PostId) -> Sequence[Edition]:
        """Return what a post said before, oldest first."""
        return [_read(item) for item in self.table.query_all(**prefixed(_edition(post, 0)[0], "O#"))]


def _edition(post: PostId, sequence: int) -> Key:
    return f"post#{post}", f"O#{sequence:010}"


def _item(post: Post) -> Item:
    pk, sk = _edition(post.id, post.sequence)
    said = edition(post)
    return {
        "pk": pk,
        "sk": sk,
        "text": said.wording.text,
        "warning": said.wording.warning or None,
        "language": said.wording.language,
        "since": said.since.isoformat(),
    }


def _read(item: Item) -> Edition:
    wording = Wording(item["text"], item.get("warning", ""), item.get("language"))
    return Edition(wording, datetime.fromisoformat(item["since"]))
