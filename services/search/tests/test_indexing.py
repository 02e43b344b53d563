"""Indexing: whatever the order and however often, the index ends as the last of each thing says."""

from typing import Any

import pytest
from chalicelib.indexing import entry, index
from chalicelib.model import Entry
from contracts.events.envelope import Event, event
from contracts.events.graph import FollowCreatedV1
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.fakes import AIKO, NOON, MemoryEngine, joined, published, removed

STORY: list[Event[Any]] = [
    published("a", "京都の紅葉"),
    removed("a", sequence=2),
    published("a", "京都の紅葉、もう一度", sequence=3),
    published("b", "good morning"),
    removed("b", sequence=2),
    joined("aiko-id", "aiko", "Aiko"),
    joined("aiko-id", "aiko_yamada", "山田愛子", sequence=2),
]


def test_a_published_post_is_kept_as_it_was_published() -> None:
    kept = entry(published("a", "京都の紅葉", sequence=3))
    assert (kept.kind, kept.id, kept.version, kept.deleted) == ("posts", "a", 3, False)
    assert kept.content["author"] == {"id": AIKO.id, "handle": AIKO.handle, "name": AIKO.name}
    assert (kept.content["text"], kept.content["audience"]) == ("京都の紅葉", "public")


def test_of_a_deleted_post_nothing_is_kept_but_that_it_is_gone() -> None:
    expected = {"deleted": True, "deleted_at": NOON.isoformat()}
    assert entry(removed("a", sequence=2)) == Entry("posts", "a", 2, expected)


@pytest.mark.parametrize("sequence", [1, 2])
def test_a_new_and_a_changed_profile_are_a_person(sequence: int) -> None:
    kept = entry(joined("aiko-id", "aiko", "愛子", "写真", sequence=sequence))
    assert (kept.kind, kept.version) == ("people", sequence)
    assert kept.content == {
        "id": "aiko-id",
        "handle": "aiko",
        "name": "愛子",
        "bio": "写真",
        "deleted": False,
    }


@settings(max_examples=200, deadline=None, database=None, derandomize=True)
@given(st.data())
def test_any_order_with_any_repetition_ends_the_same(data: st.DataObject) -> None:
    repeated = data.draw(st.lists(st.sampled_from(STORY), max_size=14))
    order = data.draw(st.permutations([*STORY, *repeated]))
    cuts = data.draw(st.integers(1, 10))
    engine = MemoryEngine()
    for start in range(0, len(order), cuts):
        assert index(engine, order[start : start + cuts]) == {}
    assert {key: content.get("text", content.get("name")) for key, content in engine.shown().items()} == {
        ("posts", "a"): "京都の紅葉、もう一度",
        ("people", "aiko-id"): "山田愛子",
    }


def test_a_batch_is_one_request() -> None:
    engine = MemoryEngine()
    index(engine, STORY)
    assert engine.requests == [len(STORY)]


def test_while_the_engine_is_down_each_event_fails_with_the_reason() -> None:
    failures = index(MemoryEngine(down=True), STORY)
    assert failures == {event.id: "ConnectionTimeout: it is paused" for event in STORY}


def test_what_the_engine_refuses_fails_alone_with_its_reason() -> None:
    engine = MemoryEngine(refused={"b": "400 mapper_parsing_exception: no date"})
    first, second = published("a", "x"), published("b", "y")
    assert index(engine, [first, second]) == {second.id: "400 mapper_parsing_exception: no date"}
    assert list(engine.entries) == [("posts", "a")]


def test_an_event_that_chokes_the_request_costs_only_itself() -> None:
    engine = MemoryEngine(choked=frozenset({"b"}))
    first, second, third = (published(name, "x") for name in "abc")
    assert index(engine, [first, second, third]) == {second.id: "ValueError: can't be written as JSON"}
    assert set(engine.entries) == {("posts", "a"), ("posts", "c")}


def test_an_event_that_search_has_no_place_for_is_named() -> None:
    follow = event(
        FollowCreatedV1(follower=AIKO, followee="ben"),
        source="hidoki.posts",
        subject="follow/aiko/ben",
        sequence=1,
        time=NOON,
    )
    assert index(MemoryEngine(), [follow]) == {
        follow.id: "TypeError: search has no place for FollowCreatedV1"
    }
