"""Every post is where it belongs and no deleted one is anywhere, whatever happens on the way."""

from collections import defaultdict
from functools import partial

from chalicelib.fanout import Chunk
from chalicelib.model import Deleted, PostId
from chalicelib.store.timelines import TimelinesTable, recipients
from contracts.http.routes import PAGE_LIMIT
from contracts.transport.items import Item, from_attributes
from delivery_machine import Command, machine
from delivery_proof import SCHEDULES, dropping, loses, prove
from tests.delivery_world import BACKFILL, OWNERS, PEOPLE, PostsWorld

COMMANDS: list[Command] = [
    *(("publish", 0) for _ in range(3)),
    ("publish", 1),
    ("publish", 0, "photo"),
    ("publish", 0, "photo", "film"),
    ("publish", 1, "photo"),
    ("publish_again", 0),
    ("publish_again", 1),
    *(("edit", number, f"また {number}") for number in (0, 0, 1)),
    *(("delete", number) for number in (0, 0, 1, 2)),
    *(("follow", *pair) for pair in ((1, 0), (3, 0), (4, 0), (0, 1))),
    *(("unfollow", *pair) for pair in ((1, 0), (3, 0))),
    *(("block", *pair) for pair in ((1, 0), (0, 2))),
    ("unblock", 1, 0),
    *(("rename", 0, name) for name in ("愛子", "Aiko")),
    ("settle_media", "photo", True),
    ("settle_media", "film", True),
    ("settle_media", "film", False),
]


class Reader:
    """What the history of all writes says, read by a plain hand."""

    def __init__(self, world: PostsWorld) -> None:
        self.world = world
        self.posts: dict[PostId, Item] = {}
        self.shown_since: dict[PostId, int] = {}
        self.edges: dict[tuple[str, str], list[tuple[int, bool]]] = defaultdict(list)
        self.blocks: dict[tuple[str, str], bool] = {}
        self.facts: set[tuple[str, str, int]] = set()
        for number, write in enumerate(world.cloud.dynamodb.writes):
            if write.new is None:
                continue
            item, (pk, sk) = from_attributes(write.new), write.key
            if sk.startswith("P#"):
                post = PostId(pk, sk.removeprefix("P#"))
                self.posts[post] = item
                if "state" not in item and "deleted" not in item:
                    self.shown_since.setdefault(post, number)
                self._fact(item, f"post/{post}")
            elif sk.startswith("B#"):
                blocker, blocked = pk.removeprefix("U#"), sk.removeprefix("B#")
                self.blocks[blocker, blocked] = "deleted" not in item
                self._fact(item, f"block/{blocker}/{blocked}")
            elif sk.startswith("F#"):
                followee = sk.removeprefix("F#")
                self.edges[pk.removeprefix("U#"), followee].append((number, item.get("followee") == followee))
                self._fact(item, f"follow/{pk.removeprefix('U#')}/{followee}")
            elif sk == "PROFILE":
                self._fact(item, f"profile/{pk.removeprefix('U#')}")
            elif pk.startswith("chunk#"):
                self._fact(item, f"chunk/{pk.removeprefix('chunk#')}/{sk.replace('#', '/')}")

    def _fact(self, item: Item, subject: str) -> None:
        if "_event" in item:
            self.facts.add((item["_event"], subject, item["sequence"]))

    def state(self, post: PostId) -> str:
        """Return what a post must be by now, from what was said of its media."""
        item = self.posts[post]
        if "deleted" in item:
            return "deleted"
        named = next(media for _, key, media in self.world.keys if key == post.ulid)
        told = {
            one["data"]["media_id"]: one["type"]
            for one in self.world.cloud.published.values()
            if "media_id" in one["data"]
        }
        heard = [media for media in named if media in told]
        if any(OWNERS[media] != post.author or told[media] == "media.failed.v1" for media in heard):
            return "draft"
        return "published" if len(heard) == len(named) else "pending"

    def followees(self, reader: str) -> set[str]:
        """Return whom someone follows by now."""
        return {whom for (one, whom), turns in self.edges.items() if one == reader and turns[-1][1]}

    def apart(self, one: str, other: str) -> bool:
        """Tell whether one of two people blocks the other by now."""
        return self.blocks.get((one, other), False) or self.blocks.get((other, one), False)

    def readers(self, post: PostId) -> tuple[set[str], set[str]]:
        """Return who must have a published post in their timeline, and who may."""
        must, may = {post.author}, {post.author}
        since = self.shown_since[post]
        for (follower, followee), turns in self.edges.items():
            if followee != post.author:
                continue
            before = [there for number, there in turns if number < since]
            after = [there for number, there in turns if number > since]
            if (before and before[-1]) or any(after):
                may.add(follower)
            if before and before[-1] and all(after):
                must.add(follower)
        return must, may


class JudgedPosts(PostsWorld):
    """Posts, and what its tables must hold in the end."""

    def mend(self) -> None:
        """Nothing here breaks but what the moments refuse."""

    def check(self) -> None:
        """Compare posts and timelines with what happened."""
        said = Reader(self)
        entries = self._entries()
        for post in said.posts:
            self._check_post(said, post, entries.pop(post, {}))
        assert not entries, "posts that nobody wrote"
        for one in PEOPLE:
            self._check_home(said, one.id)
        for (follower, followee), turns in said.edges.items():
            assert not (said.apart(follower, followee) and turns[-1][1]), (
                f"{follower} follows {followee} across a block"
            )
        own = ("post.", "profile.", "follow.", "block.", "timeline.")
        assert {fact for fact in self.cloud.facts() if fact[0].startswith(own)} == said.facts
        self._check_told(said)

    def _check_post(self, said: Reader, post: PostId, entries: dict[str, Item]) -> None:
        item, state = said.posts[post], said.state(post)
        if state == "deleted":
            assert not entries, f"{post} is deleted"
            return
        assert item.get("state", "published") == state
        if state != "published":
            assert not entries, f"{post} is {state}"
            return
        must, may = said.readers(post)
        assert must <= set(entries) <= may, f"{post} is with {sorted(entries)}"
        shown = ("text", "name", "handle", "media", "sequence")
        # An edit goes to whom the post would go to now: who has left may keep what it said before.
        for entry in (entries[reader] for reader in must):
            assert [entry.get(name) for name in shown] == [item.get(name) for name in shown]

    def _check_home(self, said: Reader, reader: str) -> None:
        """A home shows what its owner and those they follow posted, the newest whenever they followed."""
        whom = {reader} | {
            followee for followee in said.followees(reader) if not said.apart(reader, followee)
        }
        published = {post for post in said.posts if said.state(post) == "published"}
        seen = {post.id for post in self.timelines.home(reader, None, PAGE_LIMIT).posts}
        assert seen <= {post for post in published if post.author in whom}, f"{reader} sees too much"
        for author in whom:
            newest = sorted((one.ulid for one in said.posts if one.author == author), reverse=True)[:BACKFILL]
            missed = {post for post in published if post.author == author and post.ulid in newest} - seen
            assert not missed, f"{reader} misses {missed}"

    def _check_told(self, said: Reader) -> None:
        """Whoever has a post was told so; whoever was told of one that is deleted was told that too."""
        told: dict[bool, set[tuple[str, str]]] = {True: set(), False: set()}
        for one in self.cloud.published.values():
            if one["type"] == "timeline.delivered.v1":
                data = one["data"]
                told["post" in data] |= {(data["post_id"], reader) for reader in data["recipients"]}
        held = {(str(post), reader) for post, entries in self._entries().items() for reader in entries}
        assert held - self._given(held) <= told[True]
        deleted = {str(post) for post, item in said.posts.items() if "deleted" in item}
        assert {(post, reader) for post, reader in told[True] if post in deleted} <= told[False]

    def _given(self, held: set[tuple[str, str]]) -> set[tuple[str, str]]:
        """Return what a reader was given when they followed, which nobody is told."""
        return {
            (post, reader)
            for post, reader in held
            for row in map(from_attributes, self.cloud.dynamodb.items("timelines", "fill#"))
            if row["sk"].endswith(reader)
            and row["pk"] == f"fill#{PostId.parse(post).author}"
            and row["oldest"] <= PostId.parse(post).ulid <= row["sk"]
        }

    def _entries(self) -> dict[PostId, dict[str, Item]]:
        found: dict[PostId, dict[str, Item]] = defaultdict(dict)
        for item in map(from_attributes, self.cloud.dynamodb.items("timelines")):
            if item["pk"].startswith("chunk#"):
                assert recipients(item)
            elif not item["pk"].startswith("fill#"):
                ulid, author = item["sk"].split("#")
                found[PostId(author, ulid)][item["pk"]] = item
        return found


class Deaf(TimelinesTable):
    """Timelines that put a post where it was taken away, if that is what they hear last."""

    def remove(self, chunk: Chunk, post: Deleted) -> None:
        """Do nothing."""


Posting = machine(JudgedPosts, COMMANDS)


def test_under_every_schedule_each_post_is_where_it_belongs() -> None:
    prove(Posting, SCHEDULES["posts"])


def test_consumers_that_drop_every_fiftieth_event_are_caught() -> None:
    assert "assert" in loses(dropping(Posting), 1_000)


def test_timelines_that_keep_deleted_posts_are_caught() -> None:
    assert "is deleted" in loses(machine(partial(JudgedPosts, Deaf), COMMANDS), 1_000)
