"""What the read models show: read from outside where people can see it, else from the model's own table."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import httpx

from e2e.chaos.checking import Found, Key
from e2e.chaos.truth import Tables
from e2e.chaos.workload import Actor
from e2e.system import System

AT_ONCE = 6
PAGE = 50
INDEX_PAGE = 5_000


@dataclass(frozen=True)
class Reader:
    """Reads for the people of a run.

    Parameters
    ----------
    system
        Where they are.
    actors
        They.
    """

    system: System
    actors: list[Actor]

    def homes(self) -> Found:
        """(reader, post) → text."""
        return self._of_each(
            lambda actor: [
                ((actor.id, post["id"]), post["text"]) for post in _items(actor, "/posts/v1/timelines/home")
            ]
        )

    def profiles(self) -> Found:
        """(post) → text."""
        return self._of_each(
            lambda actor: [
                ((post["id"],), post["text"])
                for post in _items(actor, f"/posts/v1/profiles/{actor.id}/posts")
            ]
        )

    def channels(self) -> Found:
        """(reader, channel, member) → name."""
        return self._of_each(
            lambda actor: [
                ((actor.id, channel["id"], member["id"]), member["name"])
                for channel in _items(actor, "/chat/v1/channels")
                for member in channel["members"]
            ]
        )

    def inboxes(self) -> Found:
        """(reader, kind, who, about) → id."""
        return self._of_each(
            lambda actor: [
                ((actor.id, note["kind"], note["actor"]["id"], _about(note)), note["id"])
                for note in _items(actor, "/notify/v1/notifications")
            ]
        )

    def frames(self) -> Found:
        """(listener, event) → type of the frame."""
        return self._of_each(
            lambda actor: [
                ((actor.id, frame["id"]), frame["type"])
                for frame in (actor.socket.frames if actor.socket and actor.socket.is_open else ())
                if frame["type"] != "pong"
            ]
        )

    def listening(self) -> frozenset[str]:
        """Whose socket stayed open."""
        return frozenset(actor.id for actor in self.actors if actor.socket and actor.socket.is_open)

    def pushes(self) -> Found:
        """(reader, notification) → title."""

        def of(actor: Actor) -> list[tuple[Key, str]]:
            token = actor.me.device
            if not token:
                return []
            pushed = httpx.get(self.system.urls["pushSink"], params={"token": token}).json()
            return [((actor.id, push["collapse_key"]), push["data"]["notification_id"]) for push in pushed]

        return self._of_each(of)

    def index(self, kind: str, field: str) -> Found:
        """(id) → text of a post or name of a person; what is deleted is not there."""
        mine = {actor.id for actor in self.actors}

        def hits() -> Iterator[tuple[Key, str]]:
            url = f"{self.system.urls['search']}/{kind}/_search"
            answer = httpx.post(url, json={"size": INDEX_PAGE, "sort": [{"_id": "asc"}]}, timeout=60).json()
            for hit in answer["hits"]["hits"]:
                shown = hit["_source"].get("shown")
                if shown and (shown.get("author", shown)["id"]) in mine:
                    yield (hit["_id"],), shown[field]

        return _gathered([list(hits())])

    def members(self) -> Found:
        """(person, channel) → rtc knows the channel, and has marked the member."""
        tables = Tables(self.system)
        return self._of_each(
            lambda actor: [
                ((actor.id, row["sk"].removeprefix("channel:")), "member")
                for row in tables.partition("connections", f"member:{actor.id}")
                if any(tables.partition("connections", row["sk"], f"member:{actor.id}"))
            ]
        )

    def readers(self) -> Found:
        """(person) → the name that notify knows."""
        return self._of_devices("PERSON", lambda actor, row: ((actor.id,), row["name"]))

    def sockets(self) -> Found:
        """(person, socket) → notify knows that it is open."""
        return self._of_devices(
            "SOCKET#", lambda actor, row: ((actor.id, row["sk"].removeprefix("SOCKET#")), "open")
        )

    def _of_devices(self, prefix: str, entry: Callable[[Actor, Any], tuple[Key, str]]) -> Found:
        tables = Tables(self.system)
        return self._of_each(
            lambda actor: [entry(actor, row) for row in tables.partition("devices", f"U#{actor.id}", prefix)]
        )

    def _of_each(self, read: Callable[[Actor], list[tuple[Key, str]]]) -> Found:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            return _gathered(list(pool.map(read, self.actors)))


def _gathered(parts: list[list[tuple[Key, str]]]) -> Found:
    found: Found = {}
    for part in parts:
        for key, value in part:
            found.setdefault(key, []).append(value)
    return found


def _items(actor: Actor, path: str) -> Iterator[dict[str, Any]]:
    cursor: dict[str, str] = {}
    while True:
        page = actor.person.get(path, limit=PAGE, **cursor)
        yield from page["items"]
        if not page["next"]:
            return
        cursor = {"cursor": page["next"]}


def _about(note: dict[str, Any]) -> str:
    match note["kind"]:
        case "follow":
            return ""
        case "message":
            return str(note["preview"])
        case _:
            return str(note["post_id"])
