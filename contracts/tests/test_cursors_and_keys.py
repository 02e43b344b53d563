"""What clients hold and send again: cursors that can't be forged, and Idempotency-Keys."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from contracts.http import idempotency, problems
from contracts.http.cursors import Cursors, Key
from contracts.http.idempotency import FRESHNESS, KEY_LIMIT, Idempotency
from contracts.http.problems import Problem
from hypothesis import given
from hypothesis import strategies as st
from ulid import ULID

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)

KEY = Key("k1", b"0" * 32)
positions = st.dictionaries(st.text(max_size=5), st.text(max_size=9) | st.integers(), max_size=3)


def _cursors(*keys: Key) -> Cursors:
    return Cursors(lambda: {None: keys[0], **{key.kid: key for key in keys}})


@given(st.text(max_size=20), positions)
def test_a_cursor_gives_back_its_position_to_its_own_scope_only(scope: str, position: dict[str, Any]) -> None:
    cursor = _cursors(KEY).encode(scope, position)
    assert _cursors(KEY).decode(scope, cursor) == position
    with pytest.raises(Problem):
        _cursors(KEY).decode(scope + "x", cursor)


@given(positions, st.data())
def test_a_cursor_with_any_character_changed_is_refused(
    position: dict[str, Any], data: st.DataObject
) -> None:
    cursor = _cursors(KEY).encode("home", position)
    at = data.draw(st.integers(0, len(cursor) - 2))
    other = data.draw(st.sampled_from("ABab01-_").filter(lambda letter: letter != cursor[at]))
    with pytest.raises(Problem) as refused:
        _cursors(KEY).decode("home", cursor[:at] + other + cursor[at + 1 :])
    assert refused.value.kind is problems.BAD_CURSOR


@given(st.text(max_size=60))
def test_no_text_from_elsewhere_is_a_cursor(text: str) -> None:
    with pytest.raises(Problem):
        _cursors(KEY).decode("home", text)


def test_a_cursor_outlives_a_rotation_of_its_key() -> None:
    old = _cursors(KEY).encode("home", {"at": "1"})
    assert _cursors(Key("k2", b"1" * 32), KEY).decode("home", old) == {"at": "1"}


@pytest.mark.parametrize("age", [FRESHNESS - timedelta(seconds=1), -FRESHNESS + timedelta(seconds=1)])
def test_a_fresh_ulid_key_becomes_the_id(age: timedelta) -> None:
    key = ULID.from_datetime(NOW - age)
    assert Idempotency(str(key), "d").ulid(NOW) == key


@pytest.mark.parametrize("age", [FRESHNESS + timedelta(seconds=1), -FRESHNESS - timedelta(seconds=1)])
def test_a_stale_ulid_key_does_not(age: timedelta) -> None:
    assert Idempotency(str(ULID.from_datetime(NOW - age)), "d").ulid(NOW) is None


@pytest.mark.parametrize("key", [None, "my-key", "8ZZZZZZZZZZZZZZZZZZZZZZZZZ"])
def test_another_key_is_no_id(key: str | None) -> None:
    assert Idempotency(key, "d").ulid(NOW) is None


@pytest.mark.parametrize("key", ["", "k" * (KEY_LIMIT + 1), "鍵", "a\nb"])
def test_a_key_that_is_no_key_is_refused(key: str) -> None:
    with pytest.raises(Problem) as refused:
        idempotency.read(key, b"")
    assert refused.value.kind is problems.MALFORMED


def test_a_key_at_the_length_limit_is_accepted() -> None:
    assert idempotency.read("k" * KEY_LIMIT, b"").key == "k" * KEY_LIMIT
