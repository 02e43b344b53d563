"""A cache knows what was read for a while, and no more than it may."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from chalicelib.store.remembered import Remembered
from tests.fakes import Clock

SECOND = timedelta(seconds=1)


def read(names: Sequence[str]) -> Mapping[str, str]:
    return {name: name.upper() for name in names if name != "nobody"}


def test_what_was_read_is_read_again_only_when_it_is_old() -> None:
    asked: list[str] = []

    def noting(names: Sequence[str]) -> Mapping[str, str]:
        asked.extend(names)
        return read(names)

    clock = Clock()
    known = Remembered[str, str](2 * SECOND, clock)
    assert known.many(["a", "b", "nobody"], noting) == {"a": "A", "b": "B"}
    clock.move(SECOND)
    assert known.many(["b", "c"], noting) == {"b": "B", "c": "C"}
    clock.move(SECOND)
    known.many(["b", "c"], noting)
    assert asked == ["a", "b", "nobody", "c", "b"]


def test_what_was_read_longest_ago_goes_when_it_gets_too_much() -> None:
    known = Remembered[str, str](SECOND, Clock(), limit=2)
    known.many(["a", "b"], read)
    known.many(["c"], read)
    assert known.many(["b", "c"], lambda names: {}) == {"b": "B", "c": "C"}
    assert known.many(["a"], lambda names: {}) == {}
