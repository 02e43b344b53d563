"""Acts on posts, their counters and rows, in memory."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from chalicelib.bookmarks import BookmarkedIds
from chalicelib.counting import Move, Shard, Standing
from chalicelib.live import Own
from chalicelib.model import PostId
from chalicelib.people import Person
from chalicelib.reactions import Reaction, ReactionSlice


@dataclass
class MemoryActs:
    """Reactions; `told` is what their events call for."""

    reactions: dict[tuple[str, PostId], str] = field(default_factory=dict)
    bookmarks: dict[tuple[str, PostId], int] = field(default_factory=dict)
    votes: dict[tuple[str, PostId], tuple[int, ...]] = field(default_factory=dict)
    sequences: dict[tuple[str, PostId], int] = field(default_factory=dict)
    told: list[Move] = field(default_factory=list)
    moment: Callable[[], None] = lambda: None

    def react(self, person: Person, post: PostId, emoji: str) -> None:
        self.moment()
        if self.reactions.get((person.id, post)) != emoji:
            self.reactions[person.id, post] = emoji
            self._tell(person, post, (emoji,))

    def withdraw(self, user: str, post: PostId) -> None:
        self.moment()
        if self.reactions.pop((user, post), None):
            self._tell(Person(user, "", ""), post, ())

    def _own(self, user: str, post: PostId) -> Own:
        key = user, post
        return Own(self.reactions.get(key), key in self.bookmarks, self.votes.get(key))

    def vote(self, user: str, post: PostId, options: Sequence[int]) -> Sequence[int]:
        self.moment()
        if (user, post) not in self.votes:
            self.votes[user, post] = tuple(options)
            kinds = ("voters", *(f"vote{number}" for number in options))
            self.told.append(Move(post, f"V#{user}", Standing(1, kinds)))
        return self.votes[user, post]

    def bookmark(self, user: str, post: PostId) -> None:
        self.moment()
        if (user, post) not in self.bookmarks:
            self.bookmarks[user, post] = len(self.bookmarks)

    def forget(self, user: str, post: PostId) -> None:
        self.moment()
        self.bookmarks.pop((user, post), None)

    def bookmarked(self, user: str, after: str | None, limit: int) -> BookmarkedIds:
        mine = sorted(((number, post) for (who, post), number in self.bookmarks.items() if who == user))
        rest = [one for one in reversed(mine) if after is None or one[0] < int(after)][:limit]
        return BookmarkedIds([post for _, post in rest], str(rest[-1][0]) if len(rest) == limit else None)

    def own(self, user: str, posts: Sequence[PostId]) -> Mapping[PostId, Own]:
        return {post: self._own(user, post) for post in posts}

    def _tell(self, person: Person, post: PostId, kinds: tuple[str, ...]) -> None:
        sequence = self.sequences.get((person.id, post), 0) + 1
        self.sequences[person.id, post] = sequence
        by = person if kinds else None
        self.told.append(Move(post, f"E#{person.id}", Standing(sequence, kinds), by))


@dataclass
class MemoryCounts:
    """Counters and rows, with a moment before and after each write."""

    shards: dict[tuple[PostId, int], Shard] = field(default_factory=dict)
    rows: dict[tuple[PostId, str], Move] = field(default_factory=dict)
    writes: int = 0
    moment: Callable[[], None] = lambda: None

    def shard(self, post: PostId, number: int, *, latest: bool) -> Shard:
        self.moment()
        return self.shards.get((post, number), Shard(post, number))

    def keep(self, shard: Shard) -> bool:
        self.moment()
        self.writes += 1
        there = self.shards.get((shard.post, shard.number), Shard(shard.post, shard.number))
        if there.version != shard.version - 1:
            return False
        self.shards[shard.post, shard.number] = shard
        self.moment()
        return True

    def counted(self, post: PostId, acts: Collection[str]) -> Mapping[str, Standing]:
        self.moment()
        return {act: self.rows[post, act].standing for act in acts if (post, act) in self.rows}

    def mark(self, move: Move) -> None:
        self.moment()
        self.writes += 1
        there = self.rows.get((move.post, move.act))
        if there is None or there.standing.sequence <= move.standing.sequence:
            self.rows[move.post, move.act] = move
        self.moment()

    def answered(self, post: PostId) -> Mapping[str, PostId]:
        self.moment()
        acts = {act: of for of, act in self.rows if act.endswith(f"#{post}")}
        return {act.split("#")[0]: of for act, of in acts.items()}

    def reactors(self, post: PostId, after: str | None, limit: int) -> ReactionSlice:
        """As a query with a filter does: the limit counts what was looked at, not what was found."""
        acts = sorted(act for of, act in self.rows if of == post and act.startswith("E#"))
        looked_at = [act for act in acts if after is None or act > f"E#{after}"][:limit]
        moves = [self.rows[post, act] for act in looked_at]
        found = [Reaction(one.by, one.standing.kinds[0]) for one in moves if one.by]
        return ReactionSlice(found, looked_at[-1].removeprefix("E#") if len(looked_at) == limit else None)

    def sums(self, posts: Sequence[PostId]) -> Mapping[PostId, Mapping[str, int]]:
        return {post: self.total(post) for post in posts}

    def total(self, post: PostId) -> dict[str, int]:
        """Return a post's counts."""
        total: dict[str, int] = {}
        for (of, _), shard in self.shards.items():
            for kind, number in shard.sums.items() if of == post else ():
                total[kind] = total.get(kind, 0) + number
        return {kind: number for kind, number in total.items() if number}
