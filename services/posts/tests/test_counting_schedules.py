"""Counters say what people did, whatever happens on the way, and a broken one is caught."""

from collections import Counter, defaultdict
from functools import partial

from chalicelib.counting import Shard
from chalicelib.model import PostId
from chalicelib.store.acts import acted_on
from chalicelib.store.counts import CountsTable, to_shard
from contracts.transport.items import from_attributes
from delivery_machine import Command, machine
from delivery_proof import loses, prove
from tests.counting_world import CountingWorld

SCHEDULES = 600

COMMANDS: list[Command] = [
    *(("react", user, 0, emoji) for user in (1, 2, 3) for emoji in ("🍁", "👍")),
    ("react", 1, 1, ":kusa:"),
    *(("withdraw", user, 0) for user in (1, 2)),
    *(("answer", user, 0) for user in (1, 2)),
    ("answer", 3, 1),
    *(("vote", user, 0, *options) for user in (1, 2) for options in ((0,), (0, 2))),
    *(("hide", 0) for _ in range(3)),
    ("delete", 0),
    ("delete", 1),
]

Counts = dict[PostId, Counter[str]]


class JudgedCounts(CountingWorld):
    """What is done to posts, and what must be counted in the end."""

    def mend(self) -> None:
        """Nothing here breaks but what the moments refuse."""

    def check(self) -> None:
        """Compare the counters with the acts and answers that are there."""
        done, listed = self._done()
        counted: Counts = defaultdict(Counter)
        for item in map(from_attributes, self.cloud.dynamodb.items("posts", "post#")):
            post = PostId.parse(item["pk"].removeprefix("post#"))
            if item["sk"].startswith("C#"):
                shard = to_shard(post, int(item["sk"].removeprefix("C#")), item)
                counted[post].update(shard.sums)
                assert all(shard.sums.values()), "nought is not kept"
        assert {post: sums for post, sums in counted.items() if sums} == done, "the counters are wrong"
        for post in self.posts:
            found = self.counts.reactors(post, None, 50).reactions
            assert {(one.person.id, one.emoji) for one in found} == listed[post]

    def _done(self) -> tuple[Counts, dict[PostId, set[tuple[str, str]]]]:
        done: Counts = defaultdict(Counter)
        listed: dict[PostId, set[tuple[str, str]]] = defaultdict(set)
        for item in map(from_attributes, self.cloud.dynamodb.items("posts")):
            if item["sk"].startswith("A#") and "emoji" in item:
                post = acted_on(item["sk"])
                done[post][item["emoji"]] += 1
                listed[post].add((item["pk"], item["emoji"]))
            elif item["sk"].startswith("A#") and "options" in item:
                kinds = ["voters", *(f"vote{number}" for number in item["options"])]
                done[acted_on(item["sk"])].update(kinds)
            elif item["sk"].startswith("P#") and "in_reply_to" in item and "state" not in item:
                done[PostId.parse(item["in_reply_to"])]["reply"] += 1
        return done, listed


class Forgetful(CountsTable):
    """Counters that drop what is open before its row says so."""

    def keep(self, shard: Shard) -> bool:
        """Store a counter without the acts that it counted."""
        return super().keep(Shard(shard.post, shard.number, shard.version, shard.sums))


class Careless(CountsTable):
    """Counters that do not look whether they moved."""

    def keep(self, shard: Shard) -> bool:
        """Store a counter over whatever is there."""
        while not super().keep(shard):
            there = self.shard(shard.post, shard.number, latest=True)
            shard = Shard(shard.post, shard.number, there.version + 1, shard.sums, shard.open)
        return True


def test_under_every_schedule_counters_say_what_was_done() -> None:
    prove(machine(JudgedCounts, COMMANDS), SCHEDULES)


def test_counters_that_forget_what_they_have_just_counted_are_caught() -> None:
    assert "counters are wrong" in loses(machine(partial(JudgedCounts, Forgetful), COMMANDS), 1_000)


def test_counters_that_overwrite_each_other_are_caught() -> None:
    assert "counters are wrong" in loses(machine(partial(JudgedCounts, Careless), COMMANDS), 1_000)
