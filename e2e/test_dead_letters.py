"""The second story: the search engine stands still, and nothing is lost."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from e2e.conftest import SignUp
from e2e.faults import paused
from e2e.people import Person
from e2e.queues import Queue
from e2e.replays import replay
from e2e.system import System
from e2e.waiting import eventually

POSTS = 5
OUTAGE_SECONDS = 90.0
"""Every delivery of a batch waits for the engine before it fails, and each message has its retries."""


@dataclass(frozen=True)
class Queues:
    """The search consumer's queue and its DLQ."""

    queue: Queue
    dlq: Queue

    def given_up(self, least: int) -> bool:
        """Tell whether all that came, `least` messages or more, is in the DLQ and none is tried any more."""
        return self.dlq.depth() >= least and self.queue.depth() == 0


@pytest.fixture
def queues(system: System) -> Iterator[Queues]:
    assert system.stage == "local", "this story stops the engine and empties its DLQ: never do it to people"
    found = Queues(Queue.of(system, "search"), Queue.of(system, "search-dlq"))
    found.dlq.purge()
    yield found
    found.dlq.purge()


def test_posts_made_while_the_search_engine_stands_still_are_found_after_a_replay(
    system: System, person: SignUp, queues: Queues
) -> None:
    aiko = person("Aiko")
    word = f"outage{aiko.handle[-8:]}"

    with paused(system.urls["search"]):
        posts = [aiko.post(f"停電 {word} その{number}")["id"] for number in range(POSTS)]
        for post_id in posts:
            aiko.sees(post_id)
        answer = aiko.ask("GET", "/search/v1/search/posts", params={"q": word})
        assert answer.status_code == 503
        assert answer.headers["content-type"] == "application/problem+json"
        eventually(lambda: queues.given_up(POSTS), "the events land in the search DLQ", within=OUTAGE_SECONDS)

    done = replay("send", "search", answer="y\n")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "post.published.v2" in done.stdout
    assert "Send them back to search?" in done.stdout
    for post_id in posts:
        aiko.finds(word, post_id)
    found = _found(aiko, word)
    assert [found.count(post_id) for post_id in posts] == [1] * POSTS
    eventually(lambda: queues.dlq.depth() == 0, "the search DLQ is empty")


def test_poison_stays_in_the_dlq_with_its_reason_and_harms_no_other(person: SignUp, queues: Queues) -> None:
    aiko = person("Aiko")
    unknown = json.dumps({"detail-type": "post.published.v99", "source": "hidoki.posts", "detail": {}})
    for body in ("{not json", unknown):
        queues.queue.send(body)
    word = f"unharmed{aiko.handle[-8:]}"
    post = aiko.post(word)

    aiko.finds(word, post["id"])
    eventually(lambda: queues.dlq.depth() == 2, "both messages are parked")
    reasons = eventually(
        lambda: dict(parked) if len(parked := queues.dlq.parked()) == 2 else None, "both can be read"
    )
    assert reasons["{not json"].startswith("not an event")
    assert reasons[unknown] == "unknown event type or version 'post.published.v99'"

    assert "search-dlq" in replay("list").stdout
    assert replay("send", "search", answer="n\n").returncode == 1
    assert queues.dlq.depth() == 2
    assert replay("send", "search", answer="y\n").returncode == 0
    eventually(lambda: queues.dlq.depth() == 2, "poison comes back to the DLQ, its reason with it")


def _found(person: Person, query: str) -> list[str]:
    return [item["post"]["id"] for item in person.get("/search/v1/search/posts", q=query)["items"]]
