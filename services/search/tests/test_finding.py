"""Finding: pages that neither repeat nor miss, and cursors good for one list only."""

import pytest
from chalicelib.finding import Search
from chalicelib.indexing import index
from chalicelib.model import Kind
from contracts.http.problems import BAD_CURSOR, Problem
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.fakes import MemoryEngine, cursors, published


def search_of(count: int) -> tuple[MemoryEngine, Search]:
    """Return an engine that holds so many posts, and the search on it."""
    engine = MemoryEngine()
    index(engine, [published(f"p{number}", "紅葉", minutes=number) for number in range(count)])
    return engine, Search(engine, cursors())


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
