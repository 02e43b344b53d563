"""Counting: what people do to a post adds to its counters once, whatever comes twice, late or half.

An act, such as a reaction, has a row of its own that says as what it is counted. Counter and row are two
items, and a transaction of both would cost four units an act. Instead the counter keeps, beside its sums,
the acts that it counted and whose rows may not say so yet (`open`): the sums and they change in one write,
on condition that the counter has not moved since it was read. So a process that dies between counter and
row, or is overtaken by another, finds in one of the two what was counted: the newer of both is true. An
open act is dropped, in a later write that happens anyway, when its row was seen to say as much.

That is a unit for the counter and one for the row, and the former is shared by acts that come together.
A counter that many write at once spreads over several items, of which each act has one.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol
from zlib import crc32

from chalicelib.model import PostId
from chalicelib.people import Person

SHARDS = 8
"""Items that a contended counter spreads over."""

OPEN_LIMIT = 8
"""Open acts from which on a counter looks which of them it can drop."""

SPREAD_AFTER = 2
"""Refused writes after which a counter spreads."""

ATTEMPTS = 8
"""Writes of a counter that may be refused until the acts wait for another delivery."""


class Contended(Exception):
    """Others wrote the same counter each time that we tried."""


@dataclass(frozen=True)
class Standing:
    """What an act counts as since which of its sequences; after its end it counts as nothing."""

    sequence: int
    kinds: tuple[str, ...] = ()


NEVER = Standing(0)


@dataclass(frozen=True)
class Move:
    """What an act on a post is to count as.

    Parameters
    ----------
    post
        The post that is counted for.
    act
        Which act on it, such as `E#<user>`.
    standing
        What it counts as from now on.
    by
        Who is shown to have done it, if that is shown.
    """

    post: PostId
    act: str
    standing: Standing
    by: Person | None = None


@dataclass(frozen=True)
class Shard:
    """One of a post's counters; `open` are the acts whose rows may not yet say what was counted."""

    post: PostId
    number: int
    version: int = 0
    sums: Mapping[str, int] = field(default_factory=dict)
    open: Mapping[str, Standing] = field(default_factory=dict)
    spread: bool = False


class Counters(Protocol):
    """Keeps counters."""

    def shard(self, post: PostId, number: int, *, latest: bool) -> Shard:
        """Return one of a post's counters, with every finished write if it has to be the `latest`."""

    def keep(self, shard: Shard) -> bool:
        """Store a counter whose `version` is one more than the stored one's; False if it moved meanwhile."""


class Ledger(Protocol):
    """Keeps a row for each act."""

    def counted(self, post: PostId, acts: Collection[str]) -> Mapping[str, Standing]:
        """Return as what acts are counted, those that have a row, with every finished write."""

    def mark(self, move: Move) -> None:
        """Note that an act is counted as its move says, unless something newer is noted."""


@dataclass(frozen=True)
class Counting:
    """Brings counters to what acts call for."""

    counters: Counters
    ledger: Ledger

    def count(self, moves: Iterable[Move]) -> None:
        """Count acts on one post, of which some or all may have been counted before.

        Raises
        ------
        Contended
            If others were always faster.
        """
        left = _newest(moves)
        for attempt in range(ATTEMPTS):
            if not left:
                return
            head = self.counters.shard(left[0].post, 0, latest=attempt > 0)
            if attempt == SPREAD_AFTER and not head.spread:
                self.counters.keep(replace(head, version=head.version + 1, spread=True))
                continue
            shares = _shares(head, left)
            left = [move for number, some in shares.items() for move in self._refused(head, number, some)]
        if left:
            raise Contended(f"{len(left)} acts on {left[0].post} found its counters in use")

    def _refused(self, head: Shard, number: int, moves: Sequence[Move]) -> Sequence[Move]:
        """Count acts on one counter; return them all if it moved meanwhile, else none."""
        shard = self.counters.shard(head.post, number, latest=False) if number else head
        acts = {move.act for move in moves}
        # The rows are read after the counter: an act that is open no longer has a row that says so.
        looked_at = acts | set(shard.open) if len(shard.open) >= OPEN_LIMIT else acts
        counted = self.ledger.counted(head.post, looked_at)
        sums, opened = Counter(shard.sums), dict(shard.open)
        marks = []
        for move in moves:
            places = (head.open, shard.open, counted)
            before = max((one.get(move.act, NEVER) for one in places), key=lambda one: one.sequence)
            if before.sequence < move.standing.sequence:
                sums.subtract(before.kinds)
                sums.update(move.standing.kinds)
                opened[move.act] = move.standing
            if counted.get(move.act, NEVER).sequence < move.standing.sequence >= before.sequence:
                marks.append(move)
        if opened != shard.open:
            kept = {
                act: one for act, one in opened.items() if counted.get(act, NEVER).sequence < one.sequence
            }
            plain = {kind: number for kind, number in sums.items() if number}
            moved = replace(shard, version=shard.version + 1, sums=plain, open=kept)
            if not self.counters.keep(moved):
                return moves
        for move in marks:
            self.ledger.mark(move)
        return ()


def shard_of(act: str) -> int:
    """Return which of the counters an act belongs to when they are spread."""
    return crc32(act.encode()) % SHARDS


def _newest(moves: Iterable[Move]) -> list[Move]:
    newest: dict[str, Move] = {}
    for move in sorted(moves, key=lambda move: move.standing.sequence):
        newest[move.act] = move
    return list(newest.values())


def _shares(head: Shard, moves: Iterable[Move]) -> Mapping[int, Sequence[Move]]:
    shares: dict[int, list[Move]] = defaultdict(list)
    for move in moves:
        shares[shard_of(move.act) if head.spread else 0].append(move)
    return shares
