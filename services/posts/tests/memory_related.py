"""Lists of posts, reposts, and which posts show which, in memory."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from chalicelib.model import Deleted, Post, PostId
from chalicelib.pinning import Pins
from chalicelib.reposting import Noted
from chalicelib.threads import Rows
from tests.fakes import MemoryPosts


@dataclass
class MemoryLists:
    """Lists by name, and the tags of each post."""

    posts: MemoryPosts
    rows: dict[str, dict[PostId, Post | Deleted]] = field(default_factory=dict)
    noted: dict[PostId, set[str]] = field(default_factory=dict)
    shows: dict[PostId, list[PostId]] = field(default_factory=dict)
    moment: Callable[[], None] = lambda: None

    def put(self, post: Post, names: Collection[str]) -> None:
        for name in names:
            self.moment()
            self.rows.setdefault(name, {})[post.id] = post

    def drop(self, post: PostId, names: Collection[str]) -> None:
        for name in names:
            self.moment()
            self.rows.get(name, {}).pop(post, None)

    def gap(self, post: PostId, name: str) -> None:
        self.moment()
        self.rows.setdefault(name, {})[post] = Deleted(post, 0)

    def tags(self, post: PostId) -> Collection[str]:
        self.moment()
        return set(self.noted.get(post, ()))

    def note_tags(self, post: PostId, names: Collection[str]) -> None:
        self.moment()
        self.noted.setdefault(post, set()).update(names)

    def forget(self, post: Deleted) -> None:
        self.moment()
        self.noted.pop(post.id, None)
        self.posts.old.pop(post.id, None)
        if post.showed and post.id in self.shows.get(post.showed, ()):
            self.shows[post.showed].remove(post.id)

    def page(self, name: str, after: str | None, limit: int, *, newest_first: bool) -> Rows:
        rows = sorted(self.rows.get(name, {}).items(), key=lambda row: _position(row[0]))
        if newest_first:
            rows.reverse()
        places = [_position(post) for post, _ in rows]
        start = places.index(after) + 1 if after in places else 0
        left = rows[start:]
        found = left[:limit]
        return Rows([post for _, post in found], _position(found[-1][0]) if len(found) == limit else None)


@dataclass
class MemoryEmbeddings:
    """Reposts, and which posts show which."""

    posts: MemoryPosts
    marks: dict[tuple[str, PostId], PostId] = field(default_factory=dict)
    shows: dict[PostId, list[PostId]] = field(default_factory=dict)
    queue: list[tuple[PostId, str]] = field(default_factory=list)
    moment: Callable[[], None] = lambda: None

    def repost(self, post: Post) -> Post | None:
        assert post.repost
        if there := self.reposted(post.author.id, post.repost.id):
            return there
        self.marks[post.author.id, post.repost.id] = post.id
        self.posts.add(post, ())
        return None

    def reposted(self, user: str, post: PostId) -> Post | None:
        self.moment()
        found = self.posts.posts.get(self.marks.get((user, post), post))
        return found if isinstance(found, Post) and found.repost else None

    def delete(self, post: Post) -> bool:
        return self.posts.delete(post)

    def note(self, other: PostId, post: PostId) -> None:
        self.moment()
        known = self.shows.setdefault(other, [])
        if post not in known:
            known.append(post)

    def noted(self, other: PostId, after: str | None, limit: int) -> Noted:
        self.moment()
        known = sorted(self.shows.get(other, ()), key=str)
        left = [post for post in known if after is None or str(post) > after]
        more = len(left) > limit
        return Noted(left[:limit], str(left[limit - 1]) if more else None)

    def forget(self, other: PostId, posts: Sequence[PostId]) -> None:
        self.moment()
        self.shows[other] = [post for post in self.shows.get(other, ()) if post not in posts]

    def send(self, other: PostId, after: str) -> None:
        self.queue.append((other, after))


@dataclass
class MemoryPins:
    """What people pinned."""

    posts: MemoryPosts
    kept: dict[str, Pins] = field(default_factory=dict)

    def pins(self, author: str, *, latest: bool) -> Pins:
        return self.kept.get(author, Pins())

    def keep(self, author: str, posts: Sequence[PostId], seen: int | None) -> bool:
        if self.pins(author, latest=True).version != seen:
            return False
        self.kept[author] = Pins(tuple(posts), (seen or 0) + 1)
        return True

    def there(self, posts: Sequence[PostId]) -> Mapping[PostId, Post]:
        found = {post: self.posts.posts.get(post) for post in posts}
        return {post: one for post, one in found.items() if isinstance(one, Post)}


def _position(post: PostId) -> str:
    return f"{post.ulid}#{post.author}"
