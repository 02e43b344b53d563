"""What is found by the id of who leaves, and what becomes of it, on tables in memory."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from chalicelib.erasure import Ends
from chalicelib.fanout import Chunk
from chalicelib.model import TOMBSTONE_LIFE, Deleted, Embedded, Media, MediaStatus, Post, PostId
from chalicelib.muting import Mute
from chalicelib.store.edges import EdgesTable
from chalicelib.store.embeddings import shown
from chalicelib.store.leavings import EdgeEnds, Fills
from chalicelib.store.listings import ListsTable
from chalicelib.store.posts import PostsTable
from chalicelib.store.relations import RelationsTable
from chalicelib.store.table import Table
from chalicelib.store.timelines import TimelinesTable
from contracts.transport.items import from_attributes
from memory_dynamodb import MemoryDynamo
from moments import Moments
from tests.fakes import AIKO, BEN, CHIE, Clock

BENS, HERS = PostId(BEN.id, "01M86PTPG0DNJP8TB15MR30C1H"), PostId(AIKO.id, "01M86PTPG0DNJP8TB15MR30C1J")


class Kept:
    """The tables `profiles` and `timelines` in memory."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.dynamodb = MemoryDynamo(Moments(), lambda _table, _record: None)
        self.profiles, self.timelines = self.table("profiles"), self.table("timelines")
        self.edges = EdgesTable(self.profiles, self.clock)
        self.relations = RelationsTable(self.profiles, self.clock)
        self.ends = EdgeEnds(self.profiles, self.clock)

    def table(self, name: str) -> Table:
        return Table(name, self.dynamodb, pause=lambda _: None)

    def items(self, table: str, pk: str) -> list[dict[str, Any]]:
        return [from_attributes(item) for item in self.dynamodb.items(table, pk)]

    @property
    def forgotten_at(self) -> int:
        return int((self.clock() + TOMBSTONE_LIFE).timestamp())


@pytest.fixture
def kept() -> Kept:
    return Kept()


@pytest.mark.parametrize("end", ["cut", "let_go"])
def test_a_request_ends_without_a_word_and_a_follow_with_one(kept: Kept, end: str) -> None:
    kept.edges.ask(BEN, AIKO.id)
    kept.edges.follow(BEN, CHIE.id)
    for followee in (AIKO.id, CHIE.id):
        getattr(kept.ends, end)(BEN.id, followee)
    asked, followed = kept.items("profiles", f"U#{BEN.id}")
    assert "_event" not in asked
    assert followed["_event"] == "follow.removed.v1"
    assert {one["expires_at"] for one in (asked, followed)} == {kept.forgotten_at}


@pytest.mark.parametrize(
    ("begin", "find"),
    [
        (lambda kept, one: kept.relations.block(one, AIKO), EdgeEnds.blockers),
        (lambda kept, one: kept.relations.mute(one, Mute(AIKO)), EdgeEnds.muters),
    ],
)
def test_who_has_something_against_a_person_is_found_page_by_page(
    kept: Kept, begin: Callable[[Kept, str], None], find: Callable[..., Ends]
) -> None:
    for one in (BEN, CHIE):
        begin(kept, one.id)
    first = find(kept.ends, AIKO.id, None, 1)
    second = find(kept.ends, AIKO.id, first.next, 1)
    assert [*first.people, *second.people] == [BEN.id, CHIE.id]
    assert find(kept.ends, BEN.id, None, 9) == Ends([], None)


def test_a_mute_of_who_left_leaves_a_tombstone_without_their_name(kept: Kept) -> None:
    kept.relations.mute(BEN.id, Mute(AIKO))
    kept.relations.unmute(BEN.id, AIKO.id)
    (left,) = kept.items("profiles", f"U#{BEN.id}")
    assert (left["sk"], left["deleted"], left["expires_at"]) == (f"M#{AIKO.id}", True, kept.forgotten_at)
    assert not {"handle", "name"} & set(left)
    assert kept.items("profiles", f"U#{AIKO.id}") == []


def test_records_of_who_was_given_posts_go_with_their_tombstones(kept: Kept) -> None:
    for number, author in enumerate((AIKO, AIKO, AIKO, BEN)):
        row = {"pk": f"fill#{author.id}", "sk": f"{number}#{CHIE.id}", "oldest": "0"}
        kept.timelines.put(row, {})
    fills = Fills(kept.timelines, kept.clock)
    after = fills.clear(AIKO.id, None, 2)
    assert after == f"1#{CHIE.id}"
    fills.clear(AIKO.id, after, 2)
    ends = [row["expires_at"] for row in kept.items("timelines", f"fill#{AIKO.id}")]
    kept.clock.move(TOMBSTONE_LIFE)
    fills.clear(AIKO.id, None, 9)
    assert ends == [row["expires_at"] for row in kept.items("timelines", f"fill#{AIKO.id}")]
    assert "expires_at" not in kept.items("timelines", f"fill#{BEN.id}")[0]


def test_the_gap_that_an_answer_leaves_goes_in_time(kept: Kept) -> None:
    ListsTable(kept.table("posts"), kept.clock).gap(HERS, f"post#{BENS}")
    (gap,) = kept.items("posts", f"post#{BENS}")
    assert gap["expires_at"] == kept.forgotten_at


def test_a_quote_that_is_gone_is_noted_at_no_post(kept: Kept) -> None:
    posts = kept.table("posts")
    pk, sk = shown(BENS, HERS)
    posts.put({"pk": pk, "sk": sk}, {})
    ListsTable(posts, kept.clock).forget(Deleted(HERS, 2, showed=BENS))
    assert kept.items("posts", pk) == []


def records(kept: Kept, post: PostId) -> list[dict[str, Any]]:
    return sorted(kept.items("timelines", f"chunk#{post}"), key=lambda record: record["sequence"])


@pytest.mark.parametrize("readers", [(BEN.id, AIKO.id), (BEN.id,)])
def test_what_a_quote_showed_is_in_no_record_once_it_goes_on_without_it(
    kept: Kept, readers: tuple[str, ...]
) -> None:
    entries = TimelinesTable(kept.timelines, kept.clock)
    quote = Post(BENS, BEN, "これ", quote=Embedded(HERS, AIKO, "秘密"))
    entries.put(Chunk(BENS, readers), quote)
    entries.put(Chunk(BENS, (CHIE.id,)), quote)
    entries.put(Chunk(BENS, (BEN.id,)), replace(quote, quote=Embedded(HERS), sequence=2))
    assert "秘密" not in json.dumps(records(kept, BENS), default=str, ensure_ascii=False)
    assert {reader for chunk in entries.recorded(BENS) for reader in chunk.recipients} == {*readers, CHIE.id}
    told = [(write.new["sequence"], write.new.get("deleted")) for write in kept.dynamodb.writes if write.new]
    assert all(deleted is None for _, deleted in told)
    for chunk in list(entries.recorded(BENS)):
        entries.remove(chunk, Deleted(BENS, 3))
    assert {record["expires_at"] for record in records(kept, BENS)} == {kept.forgotten_at}


def test_a_chunk_without_the_author_clears_what_it_said_itself(kept: Kept) -> None:
    entries = TimelinesTable(kept.timelines, kept.clock)
    for sequence, text in ((1, "秘密"), (2, "別の")):
        entries.put(Chunk(BENS, (CHIE.id,)), Post(BENS, BEN, text, sequence=sequence))
    assert [record.get("text") for record in records(kept, BENS)] == [None, "別の"]


def test_the_news_of_an_upload_that_is_gone_goes_in_time(kept: Kept) -> None:
    posts = PostsTable(kept.table("posts"), kept.clock)
    posts.learn(MediaStatus("m", AIKO.id, 1, Media("m", "/m", "", 1, 1)))
    assert "expires_at" not in kept.items("posts", "M#m")[0]
    posts.learn(MediaStatus("m", AIKO.id, 2))
    assert kept.items("posts", "M#m")[0]["expires_at"] == kept.forgotten_at
