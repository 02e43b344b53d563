"""Counters and the rows of what they counted, in the table `posts`.

`post#<post>` / `C#<n>` is one of a post's counters, and `post#<post>` / `E#<user>` a person's reaction to
it, as it is counted and as it is listed. `<author>` / `L#<ulid>#<kind>` says for which post an answer
is counted: beside the answer, whose deletion tells no more than its id. None of these becomes an event.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from contracts.transport.items import Item

from chalicelib.counting import SHARDS, Move, Shard, Standing
from chalicelib.live import Sums
from chalicelib.model import TOMBSTONE_LIFE, PostId
from chalicelib.people import Person
from chalicelib.reactions import Reaction, ReactionSlice
from chalicelib.store.table import Key, Table, at_most, attributes_of, prefixed, unmoved


@dataclass(frozen=True)
class CountsTable:
    """Counters and their rows.

    Parameters
    ----------
    table
        The table `posts`.
    now
        Tells the time, in UTC.
    """

    table: Table
    now: Callable[[], datetime]

    def shard(self, post: PostId, number: int, *, latest: bool) -> Shard:
        """Return one of a post's counters, with every finished write if it has to be the `latest`."""
        return to_shard(post, number, self.table.get(counter_key(post, number), consistent=latest))

    def keep(self, shard: Shard) -> bool:
        """Store a counter whose `version` is one more than the stored one's; False if it moved meanwhile."""
        pk, sk = counter_key(shard.post, shard.number)
        item = {
            "pk": pk,
            "sk": sk,
            "sequence": shard.version,
            "sums": shard.sums,
            "open": {act: [one.sequence, *one.kinds] for act, one in shard.open.items()},
            "spread": shard.spread or None,
        }
        return self.table.put(item, unmoved(shard.version - 1 or None)) is None

    def sums(self, posts: Sequence[PostId]) -> Mapping[PostId, Sums]:
        """Return the counts of all these posts: half a unit each, and seven halves for one that spread."""
        heads = self._shards((post, 0) for post in posts)
        spread = [head.post for head in heads if head.spread]
        rest = self._shards((post, number) for post in spread for number in range(1, SHARDS))
        sums: dict[PostId, Counter[str]] = {post: Counter() for post in posts}
        for shard in (*heads, *rest):
            sums[shard.post].update(shard.sums)
        return sums

    def _shards(self, wanted: Iterable[tuple[PostId, int]]) -> list[Shard]:
        keys = {counter_key(post, number): (post, number) for post, number in wanted}
        found = self.table.get_many(keys)
        return [to_shard(*keys[key], item) for key, item in found.items()]

    def counted(self, post: PostId, acts: Collection[str]) -> Mapping[str, Standing]:
        """Return as what acts are counted, those that have a row, with every finished write."""
        keys = {_row(post, act): act for act in acts}
        found = self.table.get_many(keys, consistent=True)
        return {keys[key]: Standing(row["sequence"], tuple(row["kinds"])) for key, row in found.items()}

    def mark(self, move: Move) -> None:
        """Note that an act is counted as its move says, unless something newer is noted."""
        pk, sk = _row(move.post, move.act)
        standing = move.standing
        gone = {"expires_at": int((self.now() + TOMBSTONE_LIFE).timestamp())}
        row = {
            "pk": pk,
            "sk": sk,
            "post": str(move.post) if sk.startswith("L#") else None,
            "sequence": standing.sequence,
            "kinds": list(standing.kinds),
            **({"person": asdict(move.by) if move.by else None} if standing.kinds else gone),
        }
        self.table.put(row, at_most(standing.sequence))

    def answered(self, post: PostId) -> Mapping[str, PostId]:
        """Return for which posts this one is counted, and as what, with every finished write."""
        query = prefixed(post.author, f"L#{post.ulid}#")
        rows = self.table.query_all(**query, ConsistentRead=True)
        return {row["sk"].rsplit("#", 1)[1]: PostId.parse(row["post"]) for row in rows}

    def reactors(self, post: PostId, after: str | None, limit: int) -> ReactionSlice:
        """Return reactions that follow the position `after`, in the order of their people's ids."""
        query = prefixed(_of(post), "E#") | {"Limit": limit, "FilterExpression": "attribute_exists(person)"}
        if after:
            query["ExclusiveStartKey"] = attributes_of((_of(post), f"E#{after}"))
        rows, last = self.table.query(**query)
        reactions = [Reaction(Person(**row["person"]), row["kinds"][0]) for row in rows]
        return ReactionSlice(reactions, last["sk"]["S"].removeprefix("E#") if last else None)


def counter_key(post: PostId, number: int) -> Key:
    """Return where one of a post's counters is kept."""
    return _of(post), f"C#{number}"


def to_shard(post: PostId, number: int, item: Item | None) -> Shard:
    """Return the counter that an item holds; an absent one has counted nothing."""
    if item is None:
        return Shard(post, number)
    opened = {act: Standing(int(one[0]), tuple(one[1:])) for act, one in item["open"].items()}
    return Shard(post, number, item["sequence"], item["sums"], opened, "spread" in item)


def _of(post: PostId) -> str:
    return f"post#{post}"


def _row(post: PostId, act: str) -> Key:
    kind, who = act.split("#")
    if len(kind) == 1:
        return _of(post), act
    answer = PostId.parse(who)
    return answer.author, f"L#{answer.ulid}#{kind}"
