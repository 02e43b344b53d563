"""What the tables' items become as events, by way of the relay."""

import inspect
from base64 import b64decode
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from chalicelib import assembly, news, outbox
from chalicelib.fanout import Chunk
from chalicelib.model import Deleted, Media, Post, PostId
from chalicelib.people import Profile
from chalicelib.store.posts import PostsTable
from chalicelib.store.profiles import ProfilesTable
from chalicelib.store.table import Table
from chalicelib.store.timelines import TimelinesTable
from contracts.events.envelope import envelope_of
from contracts.events.posts import PostPublishedV2
from contracts.transport.items import Item
from contracts.transport.relay import Outbox
from tests.fakes import AIKO, BEN
from written_streams import WrittenTables, relayed

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
PARENT = PostId(BEN.id, "01KAV6QB000000000000000000")
POST = Post(
    id=PostId(AIKO.id, "01KAV6QB000000000000000001"),
    author=AIKO,
    text="@ben 京都の紅葉",
    media_ids=("m1",),
    media=(Media("m1", "/media/x/display.webp", "image/webp", 800, 600, "紅葉"),),
    mentions=(BEN,),
    in_reply_to=PARENT,
)


def told_of(written: WrittenTables, table: str) -> list[dict[str, Any]]:
    """Return what the table's relay puts on the bus for all that was written."""
    return relayed(inspect.unwrap(assembly.relay)(table), written.records[table])


def images(written: WrittenTables, table: str) -> list[dict[str, Any]]:
    """Return the items as they were written."""
    return [record["dynamodb"]["NewImage"] for record in written.records[table]]


@pytest.fixture
def written() -> WrittenTables:
    return WrittenTables()


def test_a_published_post_is_told_with_all_that_readers_see(written: WrittenTables) -> None:
    PostsTable(Table("posts", written), lambda: NOW).add(POST, ())
    (told,) = told_of(written, "posts")
    assert (told["type"], told["subject"], told["sequence"]) == ("post.published.v2", f"post/{POST.id}", 1)
    assert told["actor"] == AIKO.id
    assert told["data"]["in_reply_to_author"] == BEN.id
    post = told["data"]["post"]
    assert (post["id"], post["text"], post["in_reply_to"]) == (str(POST.id), POST.text, str(PARENT))
    assert post["author"] == {"id": AIKO.id, "handle": "aiko", "name": "Aiko"}
    assert post["media"][0]["url"] == "/media/x/display.webp"
    assert post["mentions"][0]["id"] == BEN.id


def test_news_of_a_post_tell_it_as_it_was_written_until_they_are_old(written: WrittenTables) -> None:
    PostsTable(Table("posts", written), lambda: NOW).add(POST, ())
    (told,) = told_of(written, "posts")
    event = envelope_of(PostPublishedV2).model_validate(told)
    assert news.published(event, NOW + news.RECENT) == POST
    assert news.published(event, NOW + news.RECENT + timedelta(seconds=1)) is None


def test_a_pending_post_media_news_and_a_claimed_key_are_told_to_nobody(written: WrittenTables) -> None:
    from chalicelib.model import MediaStatus, State

    posts = PostsTable(Table("posts", written), lambda: NOW)
    posts.add(Post(POST.id, AIKO, "photo", ("m1",), state=State.PENDING), ("m1",))
    posts.learn(MediaStatus("m1", AIKO.id, 2))
    posts.claim(AIKO.id, "a-key", POST.id.ulid)
    assert len(written.records["posts"]) == 4
    assert not told_of(written, "posts")


def test_a_deletion_leaves_no_content_and_tells_whose_post_is_gone(written: WrittenTables) -> None:
    posts = PostsTable(Table("posts", written), lambda: NOW)
    posts.add(POST, ())
    assert posts.delete(POST)
    _, told = told_of(written, "posts")
    assert (told["type"], told["sequence"]) == ("post.deleted.v1", 2)
    assert told["data"] == {"post_id": str(POST.id), "author": AIKO.id}
    _, tombstone = images(written, "posts")
    kept = {name for name in tombstone if not name.startswith("_")}
    assert kept == {"pk", "sk", "sequence", "deleted", "expires_at", "thread"}


def test_profiles_are_told_as_created_and_as_updated_and_handles_are_not(written: WrittenTables) -> None:
    profiles = ProfilesTable(Table("profiles", written), lambda: NOW)
    first = Profile(AIKO.id, "aiko", "愛子", NOW, "bio", "ja")
    profiles.save(first, None)
    profiles.save(Profile(AIKO.id, "aiko", "Aiko", NOW, "", "en", 2), first)
    told = told_of(written, "profiles")
    assert [one["type"] for one in told] == ["profile.created.v1", "profile.updated.v1"]
    assert told[0]["subject"] == f"profile/{AIKO.id}"
    assert told[0]["data"] == {
        "user_id": AIKO.id,
        "handle": "aiko",
        "name": "愛子",
        "bio": "bio",
        "locale": "ja",
        "private": False,
    }


def test_follows_are_told_as_created_removed_and_created_again(written: WrittenTables) -> None:
    profiles = ProfilesTable(Table("profiles", written), lambda: NOW)
    profiles.follow(BEN, AIKO.id)
    profiles.follow(BEN, AIKO.id)
    profiles.unfollow(BEN, AIKO.id)
    profiles.follow(BEN, AIKO.id)
    told = told_of(written, "profiles")
    kinds = ["follow.created.v1", "follow.removed.v1", "follow.created.v1"]
    assert [(one["type"], one["sequence"]) for one in told] == list(zip(kinds, [1, 2, 3], strict=True))
    assert {one["subject"] for one in told} == {f"follow/{BEN.id}/{AIKO.id}"}
    assert told[1]["data"] == {
        "follower": {"id": BEN.id, "handle": "ben", "name": "Ben"},
        "followee": AIKO.id,
    }


def test_an_edge_is_in_the_index_only_while_it_is_there(written: WrittenTables) -> None:
    profiles = ProfilesTable(Table("profiles", written), lambda: NOW)
    profiles.follow(BEN, AIKO.id)
    profiles.unfollow(BEN, AIKO.id)
    there, gone, _row = images(written, "profiles")
    assert there["followee"] == {"S": AIKO.id}
    assert "expires_at" not in there
    assert "followee" not in gone
    assert int(gone["expires_at"]["N"]) > NOW.timestamp() + 30 * 86_400


def serve(written: WrittenTables, chunk: Chunk, state: Post | Deleted) -> None:
    timelines = TimelinesTable(Table("timelines", written), lambda: NOW)
    if isinstance(state, Deleted):
        timelines.remove(chunk, state)
    else:
        timelines.put(chunk, state)


@pytest.mark.parametrize("state", [POST, Deleted(POST.id, 2)])
def test_a_served_chunk_tells_its_recipients_what_they_got(
    written: WrittenTables, state: Post | Deleted
) -> None:
    chunk = Chunk(POST.id, (AIKO.id, BEN.id))
    serve(written, chunk, state)
    (told,) = told_of(written, "timelines")
    assert told["type"] == "timeline.delivered.v1"
    assert told["subject"] == f"chunk/{POST.id}/{state.sequence}/{chunk.name}"
    assert told["data"]["recipients"] == [AIKO.id, BEN.id]
    assert ("post" in told["data"]) == isinstance(state, Post)


def test_a_chunk_served_again_is_no_second_event(written: WrittenTables) -> None:
    chunk = Chunk(POST.id, (AIKO.id,))
    serve(written, chunk, POST)
    serve(written, chunk, POST)
    assert len(told_of(written, "timelines")) == 1


def test_the_largest_chunk_fits_an_event_and_an_item(written: WrittenTables) -> None:
    from uuid import UUID

    from chalicelib.fanout import CHUNK_LIMIT

    readers = tuple(str(UUID(int=number)) for number in range(CHUNK_LIMIT))
    full = Post(POST.id, AIKO, "紅" * 1_333, POST.media_ids * 10, POST.media * 10, (BEN,) * 20, PARENT)
    serve(written, Chunk(POST.id, readers), full)
    assert len(told_of(written, "timelines")) == 1
    assert len(b64decode(images(written, "timelines")[0]["recipients"]["B"])) == 40_000


@pytest.mark.parametrize(
    ("to_event", "item"),
    [
        (outbox.post_event, {"pk": AIKO.id, "sk": "P#01KAV6QB000000000000000001", "_event": "post.x.v1"}),
        (outbox.profile_event, {"pk": "U#1", "sk": "PROFILE", "_event": "profile.x.v1"}),
    ],
)
def test_an_event_that_a_table_does_not_make_is_refused(to_event: Outbox, item: Item) -> None:
    with pytest.raises(outbox.NotAnEvent):
        to_event(item)
