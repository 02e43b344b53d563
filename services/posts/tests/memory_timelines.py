"""Home timelines in memory."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from chalicelib.fanout import Chunk
from chalicelib.model import Deleted, Post, PostId
from chalicelib.timeline import Slice


@dataclass
class MemoryTimelines:
    """Entries, the record of chunks, and whom posts were given to later; it looks at `posts` to give them."""

    posts: Mapping[PostId, Post | Deleted]
    entries: dict[tuple[str, PostId], Post] = field(default_factory=dict)
    records: dict[tuple[PostId, int, str], tuple[Chunk, Post | Deleted]] = field(default_factory=dict)
    given: set[tuple[str, str, str, str]] = field(default_factory=set)
    moment: Callable[[], None] = lambda: None

    def page(self, reader: str, after: str | None, limit: int) -> Slice:
        posts = sorted(
            (post for (owner, _), post in self.entries.items() if owner == reader),
            key=_position,
            reverse=True,
        )
        found = [post for post in posts if after is None or _position(post) < after][:limit]
        return Slice(found, _position(found[-1]) if len(found) == limit else None)

    def put(self, chunk: Chunk, post: Post) -> None:
        self._record(chunk, post)
        for reader in chunk.recipients:
            self.moment()
            self.entries[reader, post.id] = post

    def remove(self, chunk: Chunk, post: Deleted) -> None:
        self._record(chunk, post)
        for reader in chunk.recipients:
            self.moment()
            self.entries.pop((reader, post.id), None)

    def _record(self, chunk: Chunk, state: Post | Deleted) -> None:
        self.moment()
        self.records.setdefault((chunk.post, state.sequence, chunk.name), (chunk, state))

    def recorded(self, post: PostId) -> Iterator[Chunk]:
        self.moment()
        yield from [chunk for (of, _, _), (chunk, _) in self.records.items() if of == post]
        for author, oldest, newest, reader in sorted(self.given):
            if author == post.author and oldest <= post.ulid <= newest:
                yield Chunk(post, (reader,))

    def note(self, reader: str, posts: Sequence[Post]) -> None:
        self.moment()
        newest, oldest = posts[0].id, posts[-1].id
        self.given.add((newest.author, oldest.ulid, newest.ulid, reader))

    def give(self, reader: str, posts: Sequence[Post]) -> bool:
        self.moment()
        if any(self.posts[post.id].sequence != post.sequence for post in posts):
            return False
        self.entries |= {(reader, post.id): post for post in posts}
        return True

    def clear(self, reader: str, author: str) -> None:
        self.moment()
        for owner, post in list(self.entries):
            if owner == reader and post.author == author:
                del self.entries[owner, post]


def _position(post: Post) -> str:
    return f"{post.id.ulid}#{post.id.author}"
