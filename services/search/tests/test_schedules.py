"""The index holds what was published and nothing that was deleted, whatever happens on the way."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from chalicelib.indexing import index
from chalicelib.store.engine import Engine
from contracts.events.envelope import Event
from contracts.events.posts import PostDeletedV1, PostPublishedV2, ProfileData
from contracts.transport.consume import QueueConsumer
from delivery_machine import machine
from delivery_proof import SCHEDULES, dropping, loses, prove
from simulated_cloud import Cloud
from simulated_queue import MAX_RECEIVES
from tests.fakes import joined, published, removed
from tests.memory_client import MemoryClient

COMMANDS = [
    *(("publish", post) for post in "pqr" for _ in range(2)),
    *(("delete", post) for post in "pqr"),
    *(("change_profile", user) for user in "ab"),
]


class SearchWorld:
    """Search beside a posts service of which it only hears."""

    def __init__(self, *, minds_versions: bool = True) -> None:
        self.cloud = Cloud()
        self.client = MemoryClient(self.cloud.moments)
        self.client.minds_versions = minds_versions
        engine = Engine("http://engine.test")
        engine.__dict__["client"] = self.client  # what the cached property would connect
        parking = self.cloud.parking("search")
        consumer = QueueConsumer("search", partial(index, engine), parking, max_receives=MAX_RECEIVES)
        self.cloud.connect("search", consumer)
        self.told: list[Event[Any]] = []

    def publish(self, post: str) -> None:
        """Publish a post that is not there, or once more one that was a draft again."""
        sequence = self._next(f"post/{post}")
        self._tell(published(post, f"{post} as of {sequence}", sequence=sequence))

    def delete(self, post: str) -> None:
        """Delete a post that is there."""
        if self._last(f"post/{post}", PostPublishedV2):
            self._tell(removed(post, sequence=self._next(f"post/{post}")))

    def change_profile(self, user: str) -> None:
        """Join, or take another name."""
        sequence = self._next(f"profile/{user}")
        self._tell(joined(user, f"handle_{user}", f"{user} the {sequence}.", sequence=sequence))

    def mend(self) -> None:
        """Nothing here breaks but what the moments refuse."""

    def check(self) -> None:
        """Compare the index with the newest event of each thing."""
        expected = plainly(self.told)
        indexed = {
            (alias, key): (version, None if document["deleted"] else document["shown"])
            for alias, documents in self.client.kept.items()
            for key, (version, document) in documents.items()
        }
        found = {place: (version, _words(shown)) for place, (version, shown) in indexed.items()}
        assert found == expected
        for place, versions in self.client.accepted.items():
            assert versions == sorted(set(versions)), f"{place} was written twice or backwards: {versions}"

    def _tell(self, event: Event[Any]) -> None:
        self.told.append(event)
        self.cloud.emit(event)

    def _next(self, subject: str) -> int:
        return sum(event.subject == subject for event in self.told) + 1

    def _last(self, subject: str, kind: type[Any]) -> bool:
        last = [event for event in self.told if event.subject == subject][-1:]
        return bool(last) and isinstance(last[0].data, kind)


def plainly(told: list[Event[Any]]) -> dict[tuple[str, str], tuple[int, tuple[str, ...] | None]]:
    """Return what the index must hold after all events, in the order in which they happened."""
    held: dict[tuple[str, str], tuple[int, tuple[str, ...] | None]] = {}
    for event in told:
        match event.data:
            case PostPublishedV2(post=post):
                held["posts", post.id] = event.sequence, (post.id, post.text)
            case PostDeletedV1(post_id=post_id):
                held["posts", post_id] = event.sequence, None
            case ProfileData() as profile:
                held["people", profile.user_id] = event.sequence, (profile.handle, profile.name)
    return held


def _words(shown: Mapping[str, Any] | None) -> tuple[str, ...] | None:
    if shown is None:
        return None
    return (shown["id"], shown["text"]) if "text" in shown else (shown["handle"], shown["name"])


Searching = machine(SearchWorld, COMMANDS)


def test_under_every_schedule_the_index_equals_what_was_written() -> None:
    prove(Searching, SCHEDULES["search"])


def test_a_consumer_that_drops_every_fiftieth_event_is_caught() -> None:
    assert "assert" in loses(dropping(Searching), 1_000)


def test_an_index_that_takes_stale_events_over_newer_ones_is_caught() -> None:
    assert "assert" in loses(machine(partial(SearchWorld, minds_versions=False), COMMANDS), 1_000)
