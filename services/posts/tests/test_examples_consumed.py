"""The examples that posts' consumers rely on: each has its effect, and states just what is taken of it."""

import inspect
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from chalicelib import assembly
from chalicelib.assembly import drafting, relating
from chalicelib.counting import Move, Standing
from chalicelib.drafts import Draft
from chalicelib.fanout import Chunk
from chalicelib.model import Deleted, Embedded, Media, MediaStatus, Poll, Post, PostId
from chalicelib.people import Person
from chalicelib.scheduling import Firing
from chalicelib.store import departures, drafts, leavings
from chalicelib.terms import Circle, Consent, Terms
from consumer_examples import Envelope, Example, completed, relied_on_by
from contracts.events.acts import ReactionRemovedV1
from contracts.events.graph import BlockCreatedV1, FollowRemovedV1
from contracts.events.posts import PostDeletedV1
from example_reliance import Calls, Noted, hand, require_exact
from own_queues import note_own_queues
from tests.fakes import World
from tests.memory_departures import Departures

EXAMPLES = pytest.mark.parametrize("example", relied_on_by("posts"), ids=str)

CONSUMERS = {
    "posts-fanout": "fan_out_consumer",
    "posts-erasure": "erasure_consumer",
    "posts-graph": "graph_consumer",
    "posts-media": "media_consumer",
    "posts-counts": "counts_consumer",
    "posts-schedule": "schedule_consumer",
    "posts-related": "related_consumer",
}

AIKO = Person("5c0e8d1a-3b52-4f0e-9d4e-6a1f0c2b7e91", "aiko", "愛子")
BEN = Person("b7a4f3c2-91de-4c58-8a37-0f5d2e6b9c14", "ben", "Ben")
PHOTO = Media(
    "01M86PTPG0DNJP8TB15MR30C1H",
    "/media/Q2hhbmdlTWVQbGVhc2U/display.webp",
    "image/webp",
    1600,
    1200,
    "紅葉の写真",
)
PARENT = PostId.parse("t6TzwpHeTFiKNw9dLmucFAGiDW1aAHBhcmVudC0wMDE")
POST = Post(
    id=PostId.parse("XA6NGjtSTw6dTmofDCt-kQGiDW1aAHJlcGx5LTAwMDE"),
    author=AIKO,
    text="@ben #京都 の紅葉です",
    media_ids=(PHOTO.id,),
    media=(PHOTO,),
    mentions=(BEN,),
    in_reply_to=PARENT,
    sequence=2,
    labels=("sensitive",),
    terms=Terms(warning="紅葉", language="ja", replies=Circle.FOLLOWERS, quotes=Consent.FOLLOWERS),
    edited_at=datetime(2026, 11, 24, 12, tzinfo=UTC),
    poll=Poll(("嵐山", "高雄"), True, datetime(2026, 11, 25, 12, tzinfo=UTC)),
    root=PARENT,
    quote=Embedded(PARENT, BEN, "京都はどう？", (PHOTO,), "紅葉"),
)
REPOST = Post(POST.id, AIKO, "", repost=POST.quote)
LISTS = (f"media#{AIKO.id}", f"post#{PARENT}", f"replies#{AIKO.id}", "tag#京都")

FIRST = Firing(AIKO.id, "01M86PTPG0DNJP8TB15MR30C1H", 3)
MOVED = replace(FIRST, schedule=5)

Take = Callable[[World, Example, Envelope], Calls]


@pytest.fixture
def take(monkeypatch: pytest.MonkeyPatch) -> Take:
    """Return what lets a consumer, wired as it is deployed, take an event on a service in memory."""
    monkeypatch.setenv("MAX_RECEIVES", "5")

    def take(world: World, example: Example, envelope: Envelope) -> Calls:
        calls: Calls = []
        monkeypatch.setattr(assembly, "posts_table", lambda: Noted(world.posts, calls))
        monkeypatch.setattr(assembly, "profiles_table", lambda: Noted(world.people, calls))
        monkeypatch.setattr(assembly, "relations_table", lambda: Noted(world.relations, calls))
        monkeypatch.setattr(relating, "lists_table", lambda: Noted(world.lists, calls))
        monkeypatch.setattr(relating, "embeddings_table", lambda: Noted(world.embeddings, calls))
        monkeypatch.setattr(assembly, "timelines_table", lambda: Noted(world.entries, calls))
        monkeypatch.setattr(assembly, "homes_table", lambda: Noted(world.entries, calls))
        monkeypatch.setattr(assembly, "counts_table", lambda: Noted(world.counts, calls))
        monkeypatch.setattr(drafting, "drafts_table", lambda: Noted(world.drafting.kept, calls))
        monkeypatch.setattr(drafting, "schedules", lambda: Noted(world.drafting.schedules, calls))
        monkeypatch.setattr(assembly, "now", world.clock)
        note_own_queues(monkeypatch, calls, "posts-erasure")
        gone = Departures(world)
        monkeypatch.setattr(assembly, "acts_table", lambda: Noted(gone.acts, calls))
        for adapters, name, port in (
            (leavings, "EdgeEnds", gone.ties),
            (leavings, "OwnRows", gone.rows),
            (leavings, "Fills", gone.rows),
            (drafts, "DraftsTable", gone.drafts),
            (departures, "Cognito", gone.sign_ins),
            (departures, "ErasedBucket", gone.sign_ins),
        ):
            noted = Noted(port, calls)
            monkeypatch.setattr(adapters, name, lambda *_a, noted=noted, **_n: noted)
        wired = CONSUMERS[example.consumer]
        modules = (assembly, drafting, relating)
        module = next(one for one in modules if hasattr(one, wired))
        hand(inspect.unwrap(getattr(module, wired))(), envelope)
        return calls

    return take


def world(example: Example) -> World:
    """Return a service in memory: Ben follows Aiko, whose post is there, or was."""
    world = World()
    world.people.join(AIKO, BEN)
    world.people.follow(BEN, AIKO.id)
    world.posts.posts[PARENT] = Post(PARENT, BEN, "京都はどう？")
    world.posts.posts[POST.id] = REPOST if example.case == "repost" else POST
    if example.event_type == FollowRemovedV1.TYPE:
        world.entries.give(BEN.id, [POST])
        world.people.unfollow(BEN, AIKO.id)
    if example.event_type == BlockCreatedV1.TYPE:
        world.people.follow(AIKO, BEN.id)
        world.relations.block(AIKO.id, BEN)
    if example.event_type == PostDeletedV1.TYPE:
        world.entries.put(Chunk(POST.id, (AIKO.id, BEN.id)), POST)
        world.posts.posts[POST.id] = Deleted(POST.id, 2, PARENT)
        world.lists.put(POST, LISTS)
        world.lists.note_tags(POST.id, {LISTS[-1]})
        world.counting.count([Move(PARENT, f"reply#{POST.id}", Standing(1, ("reply",)))])
    if example.event_type == ReactionRemovedV1.TYPE:
        world.counting.count([Move(POST.id, f"E#{BEN.id}", Standing(1, ("🍁",)), BEN)])
    if example.consumer == "posts-schedule":
        keep_draft(world)
    return world


def keep_draft(world: World) -> None:
    """Let Aiko have a draft that was moved from one hour to another; only the first has a schedule yet."""
    at = world.clock() + timedelta(hours=1)
    draft = Draft(
        AIKO.id, FIRST.draft, {"text": "x"}, "", world.clock(), 5, at, MOVED.schedule, FIRST.schedule
    )
    world.drafting.kept.drafts[AIKO.id, FIRST.draft] = draft
    world.drafting.schedules.set_for[FIRST] = at


EFFECTS: dict[str, tuple[Callable[[World], Any], Any]] = {
    "posts-fanout/post.published.v2.reply": (
        lambda world: world.entries.entries,
        {(AIKO.id, POST.id): POST, (BEN.id, POST.id): POST},
    ),
    "posts-fanout/post.published.v2.repost": (
        lambda world: set(world.entries.entries),
        {(AIKO.id, POST.id), (BEN.id, POST.id)},
    ),
    "posts-related/post.published.v2.reply": (
        lambda world: {name: rows.get(POST.id) for name, rows in world.lists.rows.items()},
        dict.fromkeys(LISTS, POST),
    ),
    "posts-related/post.published.v2.repost": (
        lambda world: world.embeddings.shows,
        {PARENT: [POST.id]},
    ),
    "posts-related/post.deleted.v1": (
        lambda world: [one for rows in world.lists.rows.values() for one in rows.values()],
        [Deleted(POST.id, 0)],
    ),
    "posts-fanout/post.deleted.v1": (lambda world: world.entries.entries, {}),
    "posts-counts/reaction.changed.v1": (lambda world: world.counts.total(POST.id), {"🍁": 1}),
    "posts-counts/vote.cast.v1": (
        lambda world: world.counts.total(POST.id),
        {"voters": 1, "vote0": 1, "vote1": 1},
    ),
    "posts-counts/reaction.removed.v1": (lambda world: world.counts.total(POST.id), {}),
    "posts-counts/post.published.v2.reply": (
        lambda world: world.counts.total(PARENT),
        {"reply": 1, "quote": 1},
    ),
    "posts-counts/post.published.v2.repost": (lambda world: world.counts.total(PARENT), {"repost": 1}),
    "posts-counts/post.deleted.v1": (lambda world: world.counts.total(PARENT), {}),
    "posts-graph/block.created.v1": (lambda world: world.people.edges, {}),
    "posts-graph/follow.created.v1": (lambda world: world.entries.entries, {(BEN.id, POST.id): POST}),
    "posts-graph/follow.removed.v1": (lambda world: world.entries.entries, {}),
    "posts-schedule/draft.scheduled.v1": (lambda world: [*world.drafting.schedules.set_for], [MOVED]),
    "posts-schedule/draft.unscheduled.v1": (lambda world: [*world.drafting.schedules.set_for], []),
    "posts-media/media.ready.v1": (
        lambda world: world.posts.media,
        {PHOTO.id: MediaStatus(PHOTO.id, AIKO.id, 2, PHOTO)},
    ),
    "posts-erasure/account.deleted.v1": (
        lambda world: (isinstance(world.posts.posts[POST.id], Deleted), world.people.edges),
        (True, {}),
    ),
    "posts-media/media.deleted.v1": (
        lambda world: world.posts.media,
        {PHOTO.id: MediaStatus(PHOTO.id, AIKO.id, 3)},
    ),
    "posts-media/media.failed.v1": (
        lambda world: world.posts.media,
        {PHOTO.id: MediaStatus(PHOTO.id, AIKO.id, 2)},
    ),
}


@EXAMPLES
def test_an_example_has_its_effect(example: Example, take: Take) -> None:
    there = world(example)
    take(there, example, completed(example.event_type, example.stated))
    look, expected = EFFECTS[str(example)]
    assert look(there) == expected


@EXAMPLES
def test_an_example_states_what_its_consumer_takes_and_no_more(example: Example, take: Take) -> None:
    require_exact(example, lambda envelope: take(world(example), example, envelope))
