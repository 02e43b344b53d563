"""Batches finish, or say that they did not."""

from typing import Any

import pytest
from chalicelib.store.table import Table, Throttled


class Stubborn:
    """A DynamoDB client that leaves all of a batch undone, so many times."""

    def __init__(self, times: int) -> None:
        self.times = times

    def batch_write_item(self, *, RequestItems: dict[str, Any]) -> dict[str, Any]:
        self.times -= 1
        return {"UnprocessedItems": RequestItems if self.times >= 0 else {}}


@pytest.mark.parametrize(("times", "pauses"), [(0, 0), (3, 3)])
def test_what_a_batch_left_undone_is_sent_again_after_a_pause(times: int, pauses: int) -> None:
    paused: list[float] = []
    Table("t", Stubborn(times), paused.append).write_all([{"PutRequest": {}}])
    assert len(paused) == pauses
    assert paused == sorted(paused)


def test_a_batch_that_is_never_done_is_an_error() -> None:
    with pytest.raises(Throttled):
        Table("t", Stubborn(1_000), lambda _: None).write_all([{"PutRequest": {}}])
