"""Under every schedule a person who left leaves tombstones only, and others keep what is theirs."""

import json
from contextlib import suppress
from datetime import timedelta
from typing import Any

from chalicelib.drafts import Draft
from chalicelib.erasure import Erasure
from chalicelib.muting import Mute
from chalicelib.people import AccountDeleted, NoSuchProfile, ProfileRequired
from chalicelib.store.acts import ActsTable
from chalicelib.store.drafts import DraftsTable
from chalicelib.store.leavings import EdgeEnds, Fills, OwnRows, is_tied, is_told
from chalicelib.store.posts import PostsTable
from chalicelib.store.relations import RelationsTable
from contracts.events.posts import AccountDeletedV1
from contracts.transport.consume import QueueConsumer
from contracts.transport.erasing import ERASE_WORK, Erasing
from contracts.transport.items import from_attributes
from contracts.transport.own_queue import SqsOwnQueue
from delivery_machine import Command, machine
from delivery_proof import loses, prove
from simulated_queue import MAX_RECEIVES
from tests.delivery_world import PEOPLE, PostsWorld
from tests.memory_departures import MemorySignIns
from ulid import ULID

LEAVER = PEOPLE[0]
PAGES = 2

SCHEDULES = 300

GONE = (NoSuchProfile, ProfileRequired, AccountDeleted)
"""What a request finds that the deletion overtook."""

COMMANDS: list[Command] = [
    *(("publish", 0) for _ in range(3)),
    ("publish", 1),
    ("publish", 0, "photo"),
    ("delete", 0),
    *(("follow", *pair) for pair in ((3, 0), (0, 1), (0, 2), (1, 2))),
    ("unfollow", 0, 1),
    ("block", 0, 3),
    ("block", 4, 0),
    ("mute", 0, 3),
    ("mute", 4, 0),
    ("draft",),
    ("draft",),
    ("settle_media", "photo", True),
    *(("leave",) for _ in range(3)),
]


class LeavingWorld(PostsWorld):
    """Posts of five people, the first of whom may leave; who left does no more.

    The second round of an erasure has no delay here: what it is there for is a test of its own.
    """

    def __init__(self, edges: type[EdgeEnds] = EdgeEnds, drafts: type[DraftsTable] = DraftsTable) -> None:
        self.left = False
        super().__init__()
        clock = self.cloud.clock
        profiles, posts = self._table("profiles"), self._table("posts")
        ends = edges(profiles, clock)
        self.drafts = drafts(posts, clock)
        self.relations = RelationsTable(profiles, clock)
        self.sign_ins = MemorySignIns()
        erasure = Erasure(
            PostsTable(posts, clock),
            OwnRows(posts, "post#", prefix="O#"),
            self.drafts,
            ActsTable(posts, clock),
            ends,
            self.relations,
            ends,
            {
                "timeline": OwnRows(self._table("timelines")),
                "fills": Fills(self._table("timelines"), clock),
                "posts": OwnRows(posts, stays=is_told),
                "profiles": OwnRows(profiles, "U#", stays=is_tied),
            },
            self.sign_ins,
            self.sign_ins,
        )
        erasing = Erasing(erasure.steps(), SqsOwnQueue(self.cloud, "posts-erasure"), PAGES)
        self._consume(
            QueueConsumer(
                "posts-erasure",
                {AccountDeletedV1: erasing.deleted},
                self.cloud.parking("posts-erasure"),
                {ERASE_WORK: erasing.work},
                MAX_RECEIVES,
            )
        )

    def leave(self) -> None:
        """Let the first person delete their account."""
        if not self.left:
            with suppress(*GONE):
                self.profiles.leave(LEAVER.id, LEAVER.handle)
            self.left = True

    def publish(self, author: int, *media: str) -> None:
        """Publish a post, if the author is there."""
        if self._there(author):
            with suppress(*GONE):
                super().publish(author, *media)

    def follow(self, follower: int, followee: int) -> None:
        """Follow someone, if both are there."""
        if self._there(follower, followee):
            with suppress(*GONE):
                super().follow(follower, followee)

    def unfollow(self, follower: int, followee: int) -> None:
        """Follow someone no longer, if both are there."""
        if self._there(follower, followee):
            with suppress(*GONE):
                super().unfollow(follower, followee)

    def block(self, blocker: int, blocked: int) -> None:
        """Block someone, if both are there."""
        if self._there(blocker, blocked):
            with suppress(*GONE):
                super().block(blocker, blocked)

    def mute(self, muter: int, muted: int) -> None:
        """Mute someone, if both are there."""
        if self._there(muter, muted):
            with suppress(*GONE):
                one, other = (self.profiles.of(PEOPLE[number].id) for number in (muter, muted))
                self.relations.mute(one.id, Mute(other.person))

    def draft(self) -> None:
        """Let the first person schedule a draft, if they are there."""
        if self._there(0):
            now = self.cloud.clock()
            ulid = str(ULID.from_datetime(now + timedelta(milliseconds=len(self.cloud.dynamodb.writes))))
            at = now + timedelta(days=1)
            self.drafts.add_draft(Draft(LEAVER.id, ulid, {}, "", now, publish_at=at, schedule=1))

    def mend(self) -> None:
        """Nothing here breaks but what the moments refuse."""

    def check(self) -> None:
        """Look through all tables for what was the leaver's."""
        if not self.left_for_good():
            return
        named = [LEAVER.name, f'"{LEAVER.handle}"']
        for table in ("profiles", "posts", "timelines"):
            for item in self._items(table):
                text = json.dumps(item, default=str, ensure_ascii=False)
                assert not any(one in text for one in named), text
                mine = item["pk"] in (LEAVER.id, f"U#{LEAVER.id}")
                assert not mine or {"deleted", "expires_at"} <= set(item), text
                assert item.get("followee") != LEAVER.id, text
                assert item["pk"] != f"fill#{LEAVER.id}" or "expires_at" in item, text
                of_hers = LEAVER.id in item["sk"] and item["pk"].startswith("U#")
                assert not of_hers or "expires_at" in item, text
        self._check_schedules()
        assert self.sign_ins.forgotten == self.sign_ins.remembered == {LEAVER.id}

    def _check_schedules(self) -> None:
        """Each draft that told of its schedule told that it is off, too."""
        told = [from_attributes(write.new) for write in self.cloud.dynamodb.writes if write.new]
        drafts = [item for item in told if item["sk"].startswith("D#") and "_event" in item]
        made = {item["sk"] for item in drafts if item["_event"] == "draft.scheduled.v1"}
        off = {item["sk"] for item in drafts if item["_event"] == "draft.unscheduled.v1"}
        assert made == off, "a schedule of a draft is left"

    def left_for_good(self) -> bool:
        """Tell whether the deletion was done; a request may have died before or after its write."""
        profile = self.cloud.dynamodb.items("profiles", f"U#{LEAVER.id}")
        return any("deleted" in item for item in profile if item["sk"]["S"] == "PROFILE")

    def _there(self, *people: int) -> bool:
        return not (0 in people and self.left_for_good())

    def _items(self, table: str) -> list[dict[str, Any]]:
        return [from_attributes(item) for item in self.cloud.dynamodb.items(table)]


class Forgetful(EdgeEnds):
    """Edges whose tombstones keep the name."""

    def let_go(self, follower: str, followee: str) -> None:
        """Remove an edge as if anyone had."""
        self.cut(follower, followee)


class Silent(DraftsTable):
    """Drafts that go without a word to their schedules."""

    def discard_draft(self, draft: Draft) -> bool:
        """Remove a draft as any row."""
        self.table.delete((draft.author, f"D#{draft.ulid}"))
        return True


def test_under_every_schedule_who_left_leaves_nothing_but_tombstones() -> None:
    prove(machine(LeavingWorld, COMMANDS), SCHEDULES)


def test_an_erasure_that_leaves_names_on_edges_is_caught() -> None:
    assert "follow" in loses(machine(lambda: LeavingWorld(Forgetful), COMMANDS), SCHEDULES)


def test_an_erasure_that_leaves_schedules_is_caught() -> None:
    assert "schedule" in loses(machine(lambda: LeavingWorld(drafts=Silent), COMMANDS), SCHEDULES)
