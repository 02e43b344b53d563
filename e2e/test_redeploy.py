"""One service is deployed alone while people read and write: no request fails and nothing is lost."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from e2e.conftest import SignUp
from e2e.people import Person
from e2e.system import System

DEPLOY_SECONDS = 180.0


@contextmanager
def looping(*actions: Callable[[], object]) -> Iterator[list[str]]:
    """Run each action again and again in a thread of its own; yield the failures, which grow."""
    failures: list[str] = []
    stop = threading.Event()

    def loop(action: Callable[[], object]) -> None:
        while not stop.is_set():
            try:
                action()
            except Exception as failure:
                failures.append(repr(failure))

    threads = [threading.Thread(target=loop, args=(action,)) for action in actions]
    for thread in threads:
        thread.start()
    try:
        yield failures
    finally:
        stop.set()
        for thread in threads:
            thread.join()


@pytest.mark.parametrize("service", ["search", "posts"])
def test_a_service_deploys_alone_while_people_read_and_write(
    system: System, person: SignUp, service: str
) -> None:
    writer, reader = person("Aiko"), person("Ben")
    reader.follow(writer)
    word = f"deploy{writer.handle[-8:]}"
    posts: list[str] = []

    def write() -> None:
        posts.append(writer.post(f"配備 {word}n{len(posts)}")["id"])

    def read() -> None:
        reader.home()
        reader.get("/search/v1/search/posts", q=word)
        time.sleep(0.02)

    with looping(write, read) as failures:
        deploy = subprocess.run(
            [sys.executable, "-m", "infra.deploy", service, "--stage", system.stage, "--force"],
            capture_output=True,
            text=True,
            timeout=DEPLOY_SECONDS,
            check=False,
        )
    assert deploy.returncode == 0, deploy.stdout + deploy.stderr
    assert failures == []
    assert posts
    for number in {0, len(posts) // 2, len(posts) - 1}:
        writer.finds(f"{word}n{number}", posts[number])
    for post_id in posts[-20:]:
        reader.sees(post_id)
    assert _all(writer, f"/posts/v1/profiles/{writer.id}/posts") == posts[::-1]
    assert set(_all(reader, "/posts/v1/timelines/home")) >= set(posts)


def _all(person: Person, path: str) -> list[str]:
    found: list[str] = []
    cursor = None
    while True:
        page = person.get(path, limit=50, **({"cursor": cursor} if cursor else {}))
        found += [post["id"] for post in page["items"]]
        cursor = page["next"]
        if not cursor:
            return found
