"""A deleted account is worked off page by page, twice, whatever is delivered how often."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from contracts.events.envelope import Event, event
from contracts.events.posts import AccountDeletedV1
from contracts.transport.erasing import AGAIN_SECONDS, ERASE_WORK, PAGES_A_RUN, Erasing, Leaver
from hypothesis import given
from hypothesis import strategies as st

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def deletion() -> Event[AccountDeletedV1]:
    data = AccountDeletedV1(user_id="aiko")
    return event(data, source="hidoki.posts", subject="profile/aiko", sequence=3, time=NOON)


class Shelf:
    """Rows of a person, two a page; a page may fail."""

    def __init__(self, rows: int) -> None:
        self.rows, self.looks, self.failing = [*range(rows)], 0, 0

    def __call__(self, leaver: Leaver, after: str | None) -> str | None:
        assert leaver == Leaver("aiko", 3)
        self.looks += 1
        if self.failing:
            self.failing -= 1
            raise OSError("away")
        start = int(after or -1)
        page = [row for row in self.rows if row > start][:2]
        self.rows = [row for row in self.rows if row not in page]
        return str(page[-1]) if len(page) == 2 else None


class Queue:
    """The work that waits."""

    def __init__(self) -> None:
        self.waiting: list[tuple[str, Mapping[str, Any], int]] = []

    def send(self, kind: str, detail: Mapping[str, Any], *, delay_seconds: int = 0) -> None:
        self.waiting.append((kind, detail, delay_seconds))


def run_out(erasing: Erasing, queue: Queue) -> int:
    """Do all work that waits; return how many messages that took."""
    messages = 0
    while queue.waiting:
        kind, detail, _ = queue.waiting.pop(0)
        assert kind == ERASE_WORK
        erasing.work(detail)
        messages += 1
    return messages


def test_what_is_more_than_a_run_does_goes_on_from_the_queue() -> None:
    shelves, queue = [Shelf(2 * PAGES_A_RUN), Shelf(3)], Queue()
    erasing = Erasing({"first": shelves[0], "second": shelves[1]}, queue)
    erasing.deleted(deletion())
    assert shelves[0].rows == []
    assert shelves[0].looks == PAGES_A_RUN
    assert shelves[1].looks == 0
    run_out(erasing, queue)
    assert [shelf.rows for shelf in shelves] == [[], []]


def test_a_second_round_begins_when_no_request_of_before_is_left() -> None:
    shelf, queue = Shelf(1), Queue()
    erasing = Erasing({"only": shelf}, queue)
    erasing.deleted(deletion())
    assert [delay for _, _, delay in queue.waiting] == [AGAIN_SECONDS]
    shelf.rows = [7]  # written late
    run_out(erasing, queue)
    assert shelf.rows == []


def test_a_step_that_fails_keeps_its_message_and_nothing_is_skipped() -> None:
    shelf, queue = Shelf(3), Queue()
    erasing = Erasing({"only": shelf}, queue)
    shelf.failing = 1
    with pytest.raises(OSError, match="away"):
        erasing.deleted(deletion())
    erasing.deleted(deletion())
    assert shelf.rows == []


@given(rows=st.lists(st.integers(0, 25), min_size=1, max_size=4), twice=st.booleans())
def test_all_steps_reach_their_end_in_a_bounded_number_of_messages(rows: list[int], twice: bool) -> None:
    shelves, queue = [Shelf(number) for number in rows], Queue()
    erasing = Erasing({str(place): shelf for place, shelf in enumerate(shelves)}, queue)
    for _ in range(1 + twice):
        erasing.deleted(deletion())
    messages = run_out(erasing, queue)
    assert not any(shelf.rows for shelf in shelves)
    assert messages <= 2 * (2 + sum(number // 2 + 1 for number in rows))
