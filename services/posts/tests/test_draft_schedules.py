"""Whatever happens on the way, a draft becomes one post at its time, as it was then, or none."""

from collections import defaultdict
from datetime import datetime, timedelta
from functools import partial

from chalicelib.drafts import Draft
from chalicelib.model import PostId
from chalicelib.scheduling import Firing, Scheduling
from chalicelib.store.drafts import draft_of
from contracts.transport.items import Item, from_attributes
from delivery_machine import Command, machine
from delivery_proof import dropping, loses, prove
from tests.drafting_world import DraftingWorld
from tests.fakes import AIKO

SCHEDULES = 500

COMMANDS: list[Command] = [
    *(("make", "梅", ahead) for ahead in (60, 61, 75, 100, None)),
    ("make", "", 60),
    *(("change", number, text) for number, text in ((0, "桜"), (1, "桜"), (0, ""))),
    *(("move", number, ahead) for number, ahead in ((0, 60), (0, 90), (1, 70), (2, 60))),
    *(("call_off", number) for number in (0, 1)),
    *(("delete", number) for number in (0, 1)),
    ("publish", 0),
    *(("pass_time", seconds) for seconds in (1, 20, 59, 60, 90)),
]

LONG = 600
"""Seconds within which all that is scheduled has its time."""


class JudgedDrafts(DraftingWorld):
    """Drafts, and what became of them."""

    def check(self) -> None:
        """Compare schedules, drafts and posts with the history of all writes."""
        self._check_schedules()
        for _ in range(5):
            self.pass_time(LONG)
            self.cloud.settle()
        assert not self.scheduler.schedules, "a schedule that never fires"
        assert not self.line.delayed, "a firing that never comes"
        self._check_drafts()

    def _check_schedules(self) -> None:
        """When all events are handled there is a firing for every scheduled draft, and no schedule beside."""
        awaited = {
            f"{PostId(AIKO.id, item['sk'].removeprefix('D#'))}-{item['schedule']}"
            for item in self._items()
            if "schedule" in item
        }
        assert set(self.scheduler.schedules) <= awaited, "a schedule that nobody wants"

    def _check_drafts(self) -> None:
        histories: dict[str, list[Item]] = defaultdict(list)
        posts: dict[str, Item] = {}
        for write in self.cloud.dynamodb.writes:
            pk, sk = write.key
            if pk == AIKO.id and write.new and sk.startswith("D#"):
                histories[sk.removeprefix("D#")].append(from_attributes(write.new))
            if pk == AIKO.id and write.new and sk.startswith("P#"):
                assert sk not in posts, "a post that was written twice"
                posts[sk.removeprefix("P#")] = from_attributes(write.new)
        for history in histories.values():
            end = history[-1]
            assert [item["sequence"] for item in history] == [*range(1, len(history) + 1)]
            assert "schedule" not in end, "a draft whose time came and went"
            if "became" in end:
                self._check_post(history[-2], posts.pop(end["became"]), end["became"])
        assert not posts, "posts of no draft"
        drafts = [from_attributes(item) for item in self.cloud.dynamodb.items("posts", AIKO.id)]
        counted = sum(item.get("drafts", 0) for item in drafts)
        assert counted == sum("content" in item for item in drafts), "the count is wrong"

    def _check_post(self, last: Item, post: Item, ulid: str) -> None:
        """A post is what its draft was last; one that made itself bears its time, which has come by then."""
        draft = draft_of(last)
        assert post["text"] == draft.content["text"]
        made = datetime.fromisoformat(post["_at"])
        if draft.publish_at and ulid == draft.due_ulid:
            assert draft.publish_at <= made, "a post before its time"
        else:
            assert abs(PostId(AIKO.id, ulid).created_at - made) < timedelta(milliseconds=1)

    def _items(self) -> list[Item]:
        items = [from_attributes(item) for item in self.cloud.dynamodb.items("posts", AIKO.id)]
        return [item for item in items if item["sk"].startswith("D#") and "deleted" not in item]


class Blind(Scheduling):
    """Publishes what there is when something fires, without a look at whether it still is to."""

    def fire(self, firing: Firing) -> None:
        draft = self.drafts.find_draft(firing.author, firing.draft)
        if isinstance(draft, Draft) and draft.publish_at and draft.content["text"]:
            self.make(self.signing(draft.author), draft, draft.due_ulid)
        else:
            super().fire(firing)


class Careless(Scheduling):
    """Makes schedules without a second look."""

    def scheduled(self, firing: Firing, replaces: int | None) -> None:
        if at := self._time_of(firing):
            self.schedules.set(firing, at)


Drafting = machine(JudgedDrafts, COMMANDS)


def test_under_every_schedule_a_draft_becomes_one_post_in_time_or_none() -> None:
    prove(Drafting, SCHEDULES)


def test_consumers_that_drop_every_fiftieth_event_are_caught() -> None:
    assert "assert" in loses(dropping(Drafting), 500)


def test_firings_that_look_at_no_version_are_caught() -> None:
    assert "before its time" in loses(machine(partial(JudgedDrafts, Blind), COMMANDS), 500)


def test_a_consumer_that_does_not_look_twice_is_caught() -> None:
    assert "schedule" in loses(machine(partial(JudgedDrafts, Careless), COMMANDS), 500)
