"""Finding: pages that neither repeat nor miss, and cursors good for one list only."""

from typing import Any

import pytest
from chalicelib.finding import LOOKS, Search
from chalicelib.indexing import index
from chalicelib.model import Kind
from chalicelib.views import FoundPosts
from contracts.events.envelope import Event
from contracts.events.posts import EmbeddedPost, PersonRef
from contracts.http.problems import BAD_CURSOR, Problem
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.fakes import AIKO, NOON, MemoryEngine, blocked, cursors, joined, published


def search_of(count: int) -> tuple[MemoryEngine, Search]:
    """Return an engine that holds so many posts, and the search on it."""
    engine = MemoryEngine()
    index(engine, [published(f"p{number}", "紅葉", minutes=number) for number in range(count)])
    return engine, Search(engine, engine, cursors())


@pytest.mark.parametrize(("count", "pages"), [(0, 1), (1, 1), (2, 1), (3, 2), (4, 2), (5, 3)])
def test_the_last_page_names_no_next(count: int, pages: int) -> None:
    _, search = search_of(count)
    cursor, seen = None, []
    for number in range(1, pages + 1):
        found = search("posts", "紅葉", reader="ben", cursor=cursor, limit=2)
        seen += [hit.content["id"] for hit in found.hits]
        cursor = found.next
        assert (cursor is None) == (number == pages)
    assert seen == [f"p{number}" for number in reversed(range(count))]


@settings(max_examples=50, deadline=None, database=None, derandomize=True)
@given(st.integers(1, 4), st.lists(st.integers(100, 200), max_size=6))
def test_posts_that_come_between_pages_neither_repeat_nor_hide_others(limit: int, later: list[int]) -> None:
    engine, search = search_of(7)
    cursor, seen = None, list[str]()
    while True:
        found = search("posts", "紅葉", reader="ben", cursor=cursor, limit=limit)
        seen += [hit.content["id"] for hit in found.hits]
        cursor = found.next
        if cursor is None:
            break
        if later:
            minutes = later.pop()
            index(engine, [published(f"later{minutes}", "紅葉", minutes=minutes)])
    assert [name for name in seen if name.startswith("p")] == [f"p{n}" for n in reversed(range(7))]
    assert len(seen) == len(set(seen))


@pytest.mark.parametrize(
    ("kind", "text", "reader"),
    [("posts", "京都", "ben"), ("posts", "紅葉", "chie"), ("people", "紅葉", "ben")],
)
def test_a_cursor_is_good_for_its_text_list_and_reader_only(kind: Kind, text: str, reader: str) -> None:
    _, search = search_of(3)
    cursor = search("posts", "紅葉", reader="ben", cursor=None, limit=1).next
    with pytest.raises(Problem) as refused:
        search(kind, text, reader=reader, cursor=cursor, limit=1)
    assert refused.value.kind is BAD_CURSOR


@settings(max_examples=100, deadline=None, database=None, derandomize=True)
@given(hidden=st.sets(st.integers(0, 11)), limit=st.integers(1, 4), blocker=st.sampled_from(["ben", "them"]))
def test_across_a_block_neither_finds_the_other_and_pages_stay_whole(
    hidden: set[int], limit: int, blocker: str
) -> None:
    engine = MemoryEngine()
    people = [joined(f"p{number:02}", f"handle{number}", "紅葉") for number in range(12)]
    index(engine, people)
    for number in hidden:
        other = f"p{number:02}"
        pair = ("ben", other) if blocker == "ben" else (other, "ben")
        index(engine, [blocked(*pair)])
    search = Search(engine, engine, cursors())
    cursor, seen = None, list[str]()
    while True:
        found = search("people", "紅葉", reader="ben", cursor=cursor, limit=limit)
        assert len(found.hits) <= limit
        seen += [hit.content["id"] for hit in found.hits]
        if not (cursor := found.next):
            break
    assert seen == [f"p{number:02}" for number in reversed(range(12)) if number not in hidden]


def test_a_lifted_block_and_one_among_others_hide_nothing() -> None:
    engine, search = search_of(1)
    for told in (
        blocked("ben", AIKO.id),
        blocked("ben", AIKO.id, sequence=2),
        blocked("chie", AIKO.id),
        blocked("ben", "chie"),
    ):
        index(engine, [told])
    assert search("posts", "紅葉", reader="ben", cursor=None, limit=5).hits
    assert not search("posts", "紅葉", reader="chie", cursor=None, limit=5).hits


def test_a_page_that_finds_only_the_hidden_is_short_and_leads_on() -> None:
    engine = MemoryEngine()
    crowd = [f"p{number:02}" for number in range(1, 2 * LOOKS + 2)]
    index(engine, [joined(name, name, "紅葉") for name in ("p00", *crowd)])
    for name in crowd:
        index(engine, [blocked(name, "ben")])
    search = Search(engine, engine, cursors())
    first = search("people", "紅葉", reader="ben", cursor=None, limit=1)
    assert not first.hits
    second = search("people", "紅葉", reader="ben", cursor=first.next, limit=1)
    assert [hit.content["id"] for hit in second.hits] == ["p00"]


def test_what_a_private_account_said_before_is_found_by_nobody_else_until_it_is_open_again() -> None:
    engine, search = search_of(5)
    for sequence, private in ((1, True), (2, False)):
        index(engine, [joined(AIKO.id, "aiko", "愛子", sequence=sequence, private=private)])
        found = {
            reader: search("posts", "紅葉", reader=reader, cursor=None, limit=9)
            for reader in ("ben", AIKO.id)
        }
        assert len(found["ben"].hits) == (0 if private else 5)
        assert len(found[AIKO.id].hits) == 5


@pytest.mark.parametrize("parted", [joined("chie", "chie", "千絵", private=True), blocked("chie", "ben")])
def test_what_a_post_quotes_of_someone_who_does_not_let_the_reader_see_it_is_left_out(
    parted: Event[Any],
) -> None:
    engine, chie = MemoryEngine(), PersonRef(id="chie", handle="chie", name="千絵")
    quote = EmbeddedPost(id="q", author=chie, text="秘密", created_at=NOON)
    said = published("p", "紅葉")
    shows = said.data.post.model_copy(update={"quote": quote})
    index(engine, [said.model_copy(update={"data": said.data.model_copy(update={"post": shows})})])
    search = Search(engine, engine, cursors())
    [before] = search("posts", "紅葉", reader="ben", cursor=None, limit=9).hits
    assert before.content["quote"]["text"] == "秘密"
    index(engine, [parted])
    found = search("posts", "紅葉", reader="ben", cursor=None, limit=9)
    assert "秘密" not in FoundPosts.of(found).model_dump_json()
    assert [hit.content["id"] for hit in found.hits] == ["p"]
