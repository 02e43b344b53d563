"""Counters are right after any interleaving, and cost what they are said to."""

from collections import Counter
from dataclasses import replace
from functools import partial

import pytest
from chalicelib.counting import ATTEMPTS, OPEN_LIMIT, SPREAD_AFTER, Contended, Counting, Move, Shard, Standing
from chalicelib.model import PostId
from hypothesis import given
from hypothesis import strategies as st
from tests.fakes import AIKO, Crash, Moments, person
from tests.memory_counts import MemoryCounts

POST = PostId(AIKO.id, "01M86PTPG0DNJP8TB15MR30C1H")


def move(who: int, sequence: int, *kinds: str) -> Move:
    return Move(POST, f"E#{person(who).id}", Standing(sequence, kinds), person(who))


class Counts:
    """Counting on counters in memory."""

    def __init__(self) -> None:
        self.moments = Moments()
        self.kept = MemoryCounts(moment=self.moments)
        self.counting = Counting(self.kept, self.kept)

    @property
    def sums(self) -> dict[str, int]:
        return self.kept.total(POST)


def test_an_act_is_counted_changed_and_taken_back() -> None:
    counts = Counts()
    counts.counting.count([move(1, 1, "🍁"), move(2, 1, "🍁")])
    assert counts.sums == {"🍁": 2}
    counts.counting.count([move(1, 2, "👍")])
    assert counts.sums == {"🍁": 1, "👍": 1}
    counts.counting.count([move(1, 3), move(2, 2)])
    assert counts.sums == {}


def test_what_comes_again_or_late_adds_nothing() -> None:
    counts = Counts()
    for one in (move(1, 2, "👍"), move(1, 1, "🍁"), move(1, 2, "👍"), move(1, 1, "🍁")):
        counts.counting.count([one])
    assert counts.sums == {"👍": 1}
    counts.counting.count([])
    assert counts.kept.writes == 2


def test_an_act_costs_two_writes_and_of_acts_together_each_one_and_its_share() -> None:
    counts = Counts()
    for who in range(100):
        counts.counting.count([move(who, 1, "🍁")])
    assert counts.kept.writes == 200, "nothing is paid for what is open"
    assert len(counts.kept.shards[POST, 0].open) <= OPEN_LIMIT + 1
    counts = Counts()
    counts.counting.count([move(who, 1, "🍁") for who in range(10)])
    assert counts.kept.writes == 11


def test_a_counter_that_others_write_all_the_time_spreads_and_nothing_is_counted_twice() -> None:
    counts = Counts()
    counts.counting.count([move(who, 1, "🍁") for who in range(20)])
    refused = 0
    keep = counts.kept.keep

    def busy(shard: Shard) -> bool:
        nonlocal refused
        if not shard.spread and refused < SPREAD_AFTER:
            refused += 1
            there = counts.kept.shards[POST, 0]
            keep(replace(there, version=there.version + 1))
        return keep(shard)

    counts.kept.keep = busy  # type: ignore[method-assign]
    counts.counting.count([move(who, 2, "👏") for who in range(20)])
    assert counts.kept.shards[POST, 0].spread
    assert counts.sums["👏"] == 20
    assert "🍁" not in counts.sums
    assert len(counts.kept.shards) > 2


def test_acts_on_a_counter_that_is_never_free_wait_for_another_delivery() -> None:
    counts = Counts()
    counts.kept.keep = lambda shard: shard.number < 0  # type: ignore[method-assign]
    with pytest.raises(Contended, match="1 acts"):
        counts.counting.count([move(1, 1, "🍁")])
    assert counts.moments.passed <= 3 * ATTEMPTS


ACTS = st.lists(st.tuples(st.integers(1, 4), st.sampled_from(["🍁", "👍", ""])), min_size=1, max_size=12)


@given(
    acts=ACTS,
    picks=st.lists(st.integers(0, 99), max_size=30),
    crashes=st.lists(st.integers(1, 80), max_size=4),
    meetings=st.dictionaries(st.integers(1, 80), st.integers(0, 99), max_size=8),
    spread=st.booleans(),
)
def test_after_any_interleaving_the_counters_are_what_the_acts_say(
    acts: list[tuple[int, str]],
    picks: list[int],
    crashes: list[int],
    meetings: dict[int, int],
    spread: bool,
) -> None:
    counts, sequences, moves = Counts(), Counter[int](), []
    for who, emoji in acts:
        sequences[who] += 1
        moves.append(move(who, sequences[who], *([emoji] if emoji else [])))

    def crash() -> None:
        raise Crash

    def meet(pick: int) -> None:
        some = [moves[pick % len(moves)], moves[pick // 7 % len(moves)]]
        if spread and pick % 3 == 0:
            head = counts.kept.shards.get((POST, 0), Shard(POST, 0))
            counts.kept.shards[POST, 0] = Shard(POST, 0, head.version + 1, head.sums, head.open, spread=True)
        counts.counting.count(some)

    for at, pick in meetings.items():
        counts.moments.planned[at] = partial(meet, pick)
    for at in crashes:
        counts.moments.planned[at] = crash
    for pick in picks:
        deliver(counts, moves[pick % len(moves)], moves[pick // 5 % len(moves)])
    counts.moments.planned.clear()
    for one in reversed(moves):  # what was not handled comes again, in any order
        deliver(counts, one)
    last = {one.act: one for one in sorted(moves, key=lambda one: one.standing.sequence)}
    assert counts.sums == Counter(kind for one in last.values() for kind in one.standing.kinds)
    assert {act: row for (_, act), row in counts.kept.rows.items()} == last


def deliver(counts: Counts, *moves: Move) -> None:
    try:
        counts.counting.count(moves)
    except (Crash, Contended):
        return
