"""Rate limits: exact in one process, bounded over many, free far from the limit."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from contracts.http.budgets import BUDGETS, LOG_LIMIT, NEW_FOR, TRUSTED, Action, Budget
from contracts.http.identity import Identity
from contracts.http.ledger import TableLedger
from contracts.http.limits import ATTEMPTS, REMEMBERED, Ledger, Limiter, Log
from contracts.http.problems import Problem
from contracts.transport.items import to_attributes
from hypothesis import given, settings
from hypothesis import strategies as st
from memory_dynamodb import MemoryDynamo
from memory_ledger import MemoryLedger
from moments import Moments

AIKO = Identity("aiko")
ALLOWED = BUDGETS[Action.POST]
MOST_BYTES_OF_A_UNIT = 1024


@dataclass
class Clock:
    time: datetime = datetime(2026, 11, 25, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def move(self, by: timedelta) -> None:
        self.time += by


def acts(limiter: Limiter, times: int, action: Action = Action.POST, who: Identity = AIKO) -> int:
    """Act so many times; return how often it was allowed."""
    return sum(waits(limiter, action, who) is None for _ in range(times))


def waits(limiter: Limiter, action: Action = Action.POST, who: Identity = AIKO) -> int | None:
    """Act; return None if it was allowed, else the seconds to wait."""
    try:
        limiter.spend(who, action)
    except Problem as refused:
        return int(refused.headers["Retry-After"])
    return None


def test_one_process_allows_exactly_the_limit() -> None:
    assert acts(Limiter(MemoryLedger(), Clock()), ALLOWED.limit + 5) == ALLOWED.limit


@pytest.mark.parametrize("action", list(Action))
@pytest.mark.parametrize("new", [False, True])
def test_every_budget_holds_at_its_edge(action: Action, new: bool) -> None:
    clock = Clock()
    limiter = Limiter(MemoryLedger(), clock, lambda _: None if new else clock.time - NEW_FOR)
    limit = (new and BUDGETS[action].new) or BUDGETS[action].limit
    assert acts(limiter, limit + 1, action) == limit


def test_after_the_time_it_named_it_is_allowed_again_and_not_before() -> None:
    clock, ledger = Clock(), MemoryLedger()
    limiter = Limiter(ledger, clock)
    acts(limiter, 1)
    clock.move(timedelta(seconds=10))
    acts(limiter, ALLOWED.limit)
    wait = waits(limiter)
    assert wait == ALLOWED.per.total_seconds() - 10
    clock.move(timedelta(seconds=wait) - timedelta(milliseconds=1))
    assert waits(limiter) == 1
    clock.move(timedelta(milliseconds=1))
    assert acts(limiter, 2) == 1


def test_far_from_the_limit_an_act_costs_nothing_and_then_a_write_for_several() -> None:
    ledger = MemoryLedger()
    limiter = Limiter(ledger, Clock())
    acts(limiter, ALLOWED.unseen)
    assert ledger.writes == 0
    acts(limiter, ALLOWED.limit - ALLOWED.unseen)
    assert ledger.writes == ALLOWED.limit // (ALLOWED.unseen + 1)


def test_a_refusal_costs_nothing() -> None:
    ledger = MemoryLedger()
    limiter = Limiter(ledger, Clock())
    acts(limiter, ALLOWED.limit)
    before = ledger.writes
    acts(limiter, 100)
    assert ledger.writes == before


def test_another_process_hears_of_what_was_written_down() -> None:
    ledger, clock = MemoryLedger(), Clock()
    first, second = Limiter(ledger, clock), Limiter(ledger, clock)
    acts(first, ALLOWED.limit)
    assert acts(second, ALLOWED.limit) == ALLOWED.unseen


def test_a_budget_without_unseen_acts_is_exact_over_all_processes() -> None:
    ledger, clock = MemoryLedger(), Clock()
    limiters = [Limiter(ledger, clock) for _ in range(7)]
    allowed = sum(acts(limiter, 1, Action.REPORT) for _ in range(9) for limiter in limiters)
    assert allowed == BUDGETS[Action.REPORT].limit


def test_people_and_actions_have_budgets_of_their_own() -> None:
    limiter = Limiter(MemoryLedger(), Clock())
    acts(limiter, ALLOWED.limit)
    assert waits(limiter, Action.FOLLOW) is None
    assert waits(limiter, who=Identity("ben")) is None


def test_an_account_is_new_for_a_day_or_until_it_has_joined() -> None:
    clock = Clock()
    joined: dict[str, datetime] = {
        "new": clock.time - NEW_FOR + timedelta(seconds=1),
        "old": clock.time - NEW_FOR,
    }
    limiter = Limiter(MemoryLedger(), clock, joined.get)
    assert acts(limiter, ALLOWED.limit, who=Identity("new")) == ALLOWED.new
    assert acts(limiter, ALLOWED.limit, who=Identity("nobody")) == ALLOWED.new
    assert acts(limiter, ALLOWED.limit, who=Identity("old")) == ALLOWED.limit


def test_the_trusted_have_no_budget() -> None:
    trusted = Identity("bot", frozenset({TRUSTED}))
    assert acts(Limiter(MemoryLedger(), Clock()), 1_000, who=trusted) == 1_000


def test_a_log_that_others_write_all_the_time_makes_an_act_wait() -> None:
    ledger = MemoryLedger()

    def overtake() -> None:
        there = ledger.logs.get(("aiko", Action.REPORT), Log())
        ledger.logs["aiko", Action.REPORT] = Log(there.times, there.version + 1)

    ledger.before = overtake
    assert waits(Limiter(ledger, Clock()), Action.REPORT) == 1
    assert ledger.writes == ATTEMPTS


def test_a_process_forgets_the_person_it_has_known_longest() -> None:
    limiter = Limiter(MemoryLedger(), Clock())
    for number in range(REMEMBERED + 1):
        limiter.spend(Identity(str(number)), Action.POST)
    assert len(limiter._tallies) == REMEMBERED
    assert ("0", Action.POST) not in limiter._tallies


def test_far_from_the_limit_nobody_asks_whether_an_account_is_new() -> None:
    asked: list[str] = []

    def joined(user: str) -> None:
        asked.append(user)

    limiter = Limiter(MemoryLedger(), Clock(), joined)
    acts(limiter, ALLOWED.new)
    assert not asked
    acts(limiter, 1)
    assert asked == ["aiko"]


@pytest.mark.parametrize("allowed", BUDGETS.values())
def test_a_log_is_small_enough_for_one_write_unit(allowed: Budget) -> None:
    assert max(allowed.unseen, allowed.new) < allowed.limit <= LOG_LIMIT
    times = [1_795_000_000_000 + number for number in range(LOG_LIMIT)]
    numbers = sum(len(str(time)) // 2 + 2 + 1 for time in times)
    assert numbers + 150 < MOST_BYTES_OF_A_UNIT


steps = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 40_000)), min_size=1, max_size=200)


def _ran(ledger: Ledger, clock: Clock, schedule: list[tuple[int, int]]) -> list[datetime]:
    limiters = [Limiter(ledger, clock) for _ in range(5)]
    done = []
    for process, pause in schedule:
        clock.move(timedelta(milliseconds=pause))
        if waits(limiters[process]) is None:
            done.append(clock.time)
    return done


@given(steps)
def test_no_span_ever_holds_more_than_the_limit_and_the_unseen(schedule: list[tuple[int, int]]) -> None:
    done = _ran(MemoryLedger(), Clock(), schedule)
    most = ALLOWED.limit + ALLOWED.unseen * len({process for process, _ in schedule})
    for start in done:
        assert sum(start <= time < start + ALLOWED.per for time in done) <= most


@given(steps)
def test_whoever_stays_within_the_limit_is_never_refused(schedule: list[tuple[int, int]]) -> None:
    clock, ledger = Clock(), MemoryLedger()
    limiters = [Limiter(ledger, clock) for _ in range(5)]
    done: list[datetime] = []
    for process, pause in schedule:
        clock.move(timedelta(milliseconds=pause))
        if sum(time > clock.time - ALLOWED.per for time in done) < ALLOWED.limit:
            assert waits(limiters[process]) is None
            done.append(clock.time)


@given(st.lists(st.integers(0, 3), max_size=30), st.integers(1, 4))
def test_whatever_overtakes_a_write_the_log_never_holds_more_than_the_limit(
    overtakers: list[int], others: int
) -> None:
    """Reports are written down at once; here others write between any look and write of one process."""
    ledger, clock = MemoryLedger(), Clock()
    rivals = [Limiter(ledger, clock) for _ in range(others)]
    limiter, plan = Limiter(ledger, clock), list(overtakers)
    allowed: list[int] = []

    def overtake() -> None:
        ledger.before = lambda: None
        for _ in range(plan.pop() if plan else 0):
            allowed.append(acts(rivals[len(allowed) % others], 1, Action.REPORT))
        ledger.before = overtake

    ledger.before = overtake
    for _ in range(40):
        allowed.append(acts(limiter, 1, Action.REPORT))
    assert sum(allowed) == len(ledger.logs["aiko", Action.REPORT].times) <= BUDGETS[Action.REPORT].limit


@given(steps)
@settings(deadline=None)  # the first one imports boto3's serializer
def test_rows_of_a_table_do_what_a_ledger_in_memory_does(schedule: list[tuple[int, int]]) -> None:
    table = TableLedger(MemoryDynamo(Moments(), lambda *_: None), "posts", prefix="L#")
    assert _ran(table, Clock(), schedule) == _ran(MemoryLedger(), Clock(), schedule)


def test_a_row_that_expired_meanwhile_is_written_anew() -> None:
    dynamodb, clock = MemoryDynamo(Moments(), lambda *_: None), Clock()
    limiter = Limiter(TableLedger(dynamodb, "posts"), clock)
    acts(limiter, 3, Action.REPORT)
    key = to_attributes({"pk": "aiko", "sk": "L#report"})
    row = dynamodb.get_item(TableName="posts", Key=key)["Item"]
    assert int(row["expires_at"]["N"]) > clock.time.timestamp() + timedelta(days=1).total_seconds()
    dynamodb.delete_item(TableName="posts", Key=key)
    clock.move(timedelta(days=1))
    assert acts(limiter, 1, Action.REPORT) == 1
