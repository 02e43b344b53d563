"""The index on a real engine: versions, languages, pages, and what it does when there is no index yet."""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from chalicelib.finding import Search
from chalicelib.indexing import entry, index
from chalicelib.model import Entry
from chalicelib.store.engine import Engine
from contracts.events.envelope import Event
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.fakes import blocked, cursors, joined, published, removed
from tests.test_indexing import STORY

pytestmark = pytest.mark.cloud


class OwnEngine(Engine):
    """The engine with indexes of this test only, and all it does shows at once."""

    def put(self, events: Sequence[Event[Any]]) -> None:
        """Index events, of which none may fail."""
        assert index(self, events) == {}
        self.refresh()

    def refresh(self) -> None:
        """Let what was written be found: an engine may take a second for it."""
        self.client.indices.refresh(index=f"{self.prefix}*")

    def ids(self, text: str) -> list[str]:
        """Return the ids of the posts that are found, best first."""
        return [hit.content["id"] for hit in self.find("posts", text, None, 50)]

    def forget(self) -> None:
        """Delete the indexes."""
        for kind in ("posts", "people", "blocks"):
            self.client.indices.delete(index=self.name(kind), params={"ignore_unavailable": "true"})


@pytest.fixture
def engine() -> Iterator[OwnEngine]:
    """Return the engine of the stage, with names of its own."""
    own = OwnEngine(os.environ["SEARCH_ENDPOINT"], prefix=f"test-{uuid4().hex}-")
    yield own
    own.forget()


@pytest.fixture(scope="module")
def library() -> Iterator[OwnEngine]:
    """Return an engine with a few posts and people to judge by."""
    own = OwnEngine(os.environ["SEARCH_ENDPOINT"], prefix=f"test-{uuid4().hex}-")
    texts = {
        "kyoto": "京都の紅葉",
        "tokyo": "東京都の大雨、紅葉狩りは中止",
        "photos": "Photos of the running children at Kyoto's old gate",
        "gundam": "ｶﾞﾝﾀﾞﾑのＰｌａｍｏを買って、ﾗｰﾒﾝを食べた",
        "airport": "関西国際空港から出発",
        "script": "<script>alert('紅葉')</script> & more",
        "both": "Autumn in Nara, 奈良の鹿 and many photos",
    }
    own.put([published(name, text, minutes=minute) for minute, (name, text) in enumerate(texts.items())])
    own.put(
        [
            joined("a", "aiko_yamada", "山田愛子", "京都の写真家です。Photos of <b>autumn</b>"),
            joined("b", "ben", "José O'Brien", "a friend of aiko"),
            joined("c", "aiko", "アイコ"),
        ]
    )
    yield own
    own.forget()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("紅葉", ["script", "kyoto", "tokyo"]),
        ("京都", ["kyoto", "tokyo"]),
        ("京都の紅葉", ["kyoto"]),
        ("京都 紅葉", ["kyoto", "tokyo"]),
        ("もみじ", []),
        ("kouyou", []),
        ("紅", []),
        ("空港", ["airport"]),
        ("国際空港", ["airport"]),
        ("食べる", ["gundam"]),
        ("買う", ["gundam"]),
        ("ラーメン", ["gundam"]),
        ("ﾗｰﾒﾝ", ["gundam"]),
        ("ガンダム", ["gundam"]),
        ("plamo", ["gundam"]),
        ("ＰＬＡＭＯ", ["gundam"]),
        ("photo", ["both", "photos"]),
        ("PHOTOS", ["both", "photos"]),
        ("run", ["photos"]),
        ("child", []),
        ("running child photos at the gate", ["photos"]),
        ("kyoto", ["photos"]),
        ("kyoto's gates", ["photos"]),
        ("鹿 photo", ["both"]),
        ("鹿 gate", []),
        ("<script>", ["script"]),
        ("!!!", []),
        ("*", []),
        ("紅葉 OR 空港", []),
    ],
)
def test_japanese_and_english_are_found_as_people_write_them(
    library: OwnEngine, text: str, found: list[str]
) -> None:
    assert library.ids(text) == found


@pytest.mark.parametrize(
    ("text", "name", "highlight"),
    [
        ("紅葉", "kyoto", "京都の<em>紅葉</em>"),
        ("紅葉", "tokyo", "東京都の大雨、<em>紅葉</em>狩りは中止"),
        ("紅葉", "script", "&lt;script&gt;alert(&#x27;<em>紅葉</em>&#x27;)&lt;/script&gt; &amp; more"),
        (
            "script",
            "script",
            "&lt;<em>script</em>&gt;alert(&#x27;紅葉&#x27;)&lt;/<em>script</em>&gt; &amp; more",
        ),
        ("ガンダム", "gundam", "<em>ｶﾞﾝﾀﾞﾑ</em>のＰｌａｍｏを買って、ﾗｰﾒﾝを食べた"),
        ("photo", "both", "Autumn in Nara, 奈良の鹿 and many <em>photos</em>"),
        ("国際空港", "airport", "関西<em>国際空港</em>から出発"),
    ],
)
def test_what_matched_is_emphasised_and_all_else_is_text(
    library: OwnEngine, text: str, name: str, highlight: str
) -> None:
    shown = {hit.content["id"]: hit.highlight for hit in library.find("posts", text, None, 50)}
    assert shown[name] == highlight


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("aiko", [("c", "<em>aiko</em>"), ("a", "<em>aiko</em>_yamada"), ("b", "a friend of <em>aiko</em>")]),
        (
            "@AIKO",
            [("c", "<em>aiko</em>"), ("a", "<em>aiko</em>_yamada"), ("b", "a friend of <em>aiko</em>")],
        ),
        ("aiko_y", [("a", "<em>aiko</em>_<em>yamada</em>")]),
        ("yam", [("a", "aiko_<em>yamada</em>")]),
        ("山田", [("a", "<em>山田</em>愛子")]),
        ("愛子", [("a", "山田<em>愛子</em>")]),
        ("jose", [("b", "<em>José</em> O&#x27;Brien")]),
        ("o'b", [("b", "José <em>O</em>&#x27;Brien")]),
        ("ｱｲｺ", [("c", "<em>アイコ</em>")]),
        ("写真", [("a", "京都の<em>写真</em>家です。Photos of &lt;b&gt;autumn&lt;/b&gt;")]),
        ("nobody", []),
    ],
)
def test_people_are_found_by_handle_name_and_bio(
    library: OwnEngine, text: str, found: list[tuple[str, str]]
) -> None:
    hits = library.find("people", text, None, 50)
    assert [(hit.content["id"], hit.highlight) for hit in hits] == found


@settings(max_examples=25, deadline=None, database=None, derandomize=True)
@given(st.data())
def test_any_order_with_any_repetition_ends_the_same(data: st.DataObject) -> None:
    order = data.draw(st.permutations([*STORY, *data.draw(st.lists(st.sampled_from(STORY), max_size=7))]))
    cuts = data.draw(st.integers(1, 10))
    own = OwnEngine(os.environ["SEARCH_ENDPOINT"], prefix=f"test-{uuid4().hex}-")
    try:
        for start in range(0, len(order), cuts):
            own.put(order[start : start + cuts])
        assert (own.ids("もう一度"), own.ids("京都"), own.ids("morning")) == (["a"], ["a"], [])
        people = own.find("people", "aiko", None, 50)
        assert [hit.content["name"] for hit in people] == ["山田愛子"]
    finally:
        own.forget()


def test_of_a_deleted_post_the_index_keeps_no_word(engine: OwnEngine) -> None:
    engine.put([published("a", "京都の紅葉"), removed("a"), published("a", "京都の紅葉")])
    kept = engine.client.get(index=engine.alias("posts"), id="a")
    assert (set(kept["_source"]), kept["_version"]) == ({"deleted", "deleted_at"}, 2)
    assert engine.ids("紅葉") == []


def test_only_public_posts_are_found(engine: OwnEngine) -> None:
    public = entry(published("a", "紅葉"))
    followers = Entry("posts", "b", 1, {**public.content, "id": "b", "audience": "followers"})
    assert engine.write([public, followers]) == [None, None]
    engine.refresh()
    assert engine.ids("紅葉") == ["a"]


def test_what_the_engine_refuses_fails_alone_with_its_reason(engine: OwnEngine) -> None:
    good = entry(published("a", "紅葉"))
    bad = Entry("posts", "b", 1, {**good.content, "id": "b", "created_at": "yesterday"})
    first, second, third = engine.write([good, bad, entry(published("c", "紅葉"))])
    assert (first, third) == (None, None)
    assert second is not None
    assert second.startswith("400 mapper_parsing_exception")
    engine.refresh()
    assert sorted(engine.ids("紅葉")) == ["a", "c"]


def test_blocks_are_told_to_both_until_they_are_lifted(engine: OwnEngine) -> None:
    assert engine.parted("ben") == frozenset()
    engine.put([blocked("ben", "aiko"), blocked("chie", "ben")])
    assert engine.parted("ben") == {"aiko", "chie"}
    assert engine.parted("aiko") == {"ben"}
    engine.put([blocked("ben", "aiko", sequence=2)])
    assert engine.parted("ben") == {"chie"}


def test_whose_account_is_private_is_known_until_it_is_open(engine: OwnEngine) -> None:
    assert engine.private(["aiko", "ben"]) == frozenset()
    engine.put([joined("aiko", "aiko", "愛子", private=True), joined("ben", "ben", "Ben")])
    assert engine.private(["aiko", "ben", "chie"]) == {"aiko"}
    engine.put([joined("aiko", "aiko", "愛子", sequence=2)])
    assert engine.private(["aiko", "ben"]) == frozenset()


def test_where_nothing_was_indexed_nothing_is_found(engine: OwnEngine) -> None:
    assert engine.ids("紅葉") == []
    assert engine.find("people", "aiko", None, 10) == []


def test_many_functions_may_be_first_to_need_the_index(engine: OwnEngine) -> None:
    with ThreadPoolExecutor(8) as pool:
        failures = list(
            pool.map(
                lambda number: index(OwnEngine(engine.endpoint, prefix=engine.prefix), [number]),
                [published(f"p{number}", "紅葉") for number in range(16)],
            )
        )
    assert failures == [{}] * 16
    engine.refresh()
    assert len(engine.ids("紅葉")) == 16
    assert list(engine.client.indices.get_alias(name=engine.alias("posts"))) == [engine.name("posts")]


def test_pages_stay_whole_while_posts_come_go_and_change_how_rare_a_word_is(engine: OwnEngine) -> None:
    before = {f"p{number}": "紅葉" if number % 2 else "山の紅葉狩り" for number in range(20)}
    engine.put(
        [published(name, text, minutes=minute % 3) for minute, (name, text) in enumerate(before.items())]
    )
    search = Search(engine, engine, cursors())
    cursor, seen, page = None, list[str](), 0
    while page == 0 or cursor:
        found = search("posts", "紅葉", reader="ben", cursor=cursor, limit=3)
        seen += [hit.content["id"] for hit in found.hits]
        cursor, page = found.next, page + 1
        engine.put([published(f"n{page}-{number}", "紅葉の紅葉", minutes=100) for number in range(5)])
        engine.put([published(f"m{page}", "海", minutes=100), removed(f"n{page}-0")])
    assert len(seen) == len(set(seen))
    assert [name for name in seen if name in before] == seen[: len(before)]
    assert set(seen) >= set(before)
