"""The engine in memory, and the events and people of the tests."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.model import EngineUnavailable, Entry, Hit, Kind, Position
from contracts.events.envelope import Event, EventData, event
from contracts.events.graph import BlockCreatedV1, BlockData, BlockRemovedV1
from contracts.events.posts import (
    Audience,
    PersonRef,
    PostDeletedV1,
    PostPublishedV2,
    PostSnapshot,
    ProfileCreatedV1,
    ProfileData,
    ProfileUpdatedV1,
)
from contracts.http.cursors import Cursors, Key

NOON = datetime(2026, 11, 24, 12, 0, 0, tzinfo=UTC)

AIKO = PersonRef(id="aiko-id", handle="aiko_yamada", name="山田愛子")

KEY = Key("1", b"secret")


def cursors() -> Cursors:
    """Return cursors signed with a key of the tests."""
    return Cursors(lambda: {None: KEY, KEY.kid: KEY})


def post(post_id: str, text: str, *, minutes: int = 0) -> PostSnapshot:
    """Return a post of Aiko's, so many minutes after noon."""
    return PostSnapshot(id=post_id, author=AIKO, text=text, created_at=NOON + timedelta(minutes=minutes))


def published(
    post_id: str, text: str, *, sequence: int = 1, minutes: int = 0, audience: Audience = "public"
) -> Event[PostPublishedV2]:
    """Return the event of a published post."""
    data = PostPublishedV2(post=post(post_id, text, minutes=minutes), audience=audience)
    return _event(data, f"post/{post_id}", sequence)


def removed(post_id: str, *, sequence: int = 2) -> Event[PostDeletedV1]:
    """Return the event of a deleted post."""
    return _event(PostDeletedV1(post_id=post_id, author=AIKO.id), f"post/{post_id}", sequence)


def joined(
    user_id: str, handle: str, name: str, bio: str = "", *, sequence: int = 1, private: bool = False
) -> Event[ProfileData]:
    """Return the event of a new profile, or of a changed one if the sequence says so."""
    model = ProfileCreatedV1 if sequence == 1 else ProfileUpdatedV1
    profile: ProfileData = model(user_id=user_id, handle=handle, name=name, bio=bio, private=private)
    return _event(profile, f"profile/{user_id}", sequence)


def blocked(blocker: str, other: str, *, sequence: int = 1) -> Event[BlockData]:
    """Return the event of a block, or of its end if the sequence is even."""
    kind: type[BlockData] = BlockCreatedV1 if sequence % 2 else BlockRemovedV1
    return _event(kind(blocker=blocker, blocked=other), f"block/{blocker}/{other}", sequence)


def _event[D: EventData](data: D, subject: str, sequence: int) -> Event[D]:
    return event(data, source="hidoki.posts", subject=subject, sequence=sequence, time=NOON)


@dataclass
class MemoryEngine:
    """An engine in memory: keeps the highest version, finds what contains the text.

    Parameters
    ----------
    down
        Whether it answers nobody.
    refused
        Why it refuses a post, by id.
    choked
        Ids whose entry makes the whole request fail.
    """

    down: bool = False
    refused: Mapping[str, str] = field(default_factory=dict)
    choked: frozenset[str] = frozenset()
    entries: dict[tuple[Kind, str], Entry] = field(default_factory=dict)
    requests: list[int] = field(default_factory=list)

    def write(self, entries: Sequence[Entry]) -> Sequence[str | None]:
        self.requests.append(len(entries))
        if self.down:
            raise EngineUnavailable("ConnectionTimeout: it is paused")
        if any(entry.id in self.choked for entry in entries):
            raise ValueError("can't be written as JSON")
        for entry in entries:
            kept = self.entries.get((entry.kind, entry.id))
            newer = kept is None or kept.version < entry.version
            if newer and entry.id not in self.refused:
                self.entries[entry.kind, entry.id] = entry
        return [self.refused.get(entry.id) for entry in entries]

    def find(self, kind: Kind, text: str, after: Position | None, size: int) -> Sequence[Hit]:
        if self.down:
            raise EngineUnavailable("ConnectionTimeout: it is paused")
        hits = [
            Hit(entry.content, "", position)
            for (of, _), entry in self.entries.items()
            if of == kind and not entry.deleted and text in str(entry.content)
            if (position := [entry.content.get("created_at", ""), entry.id])
            if after is None or position < list(after)
        ]
        return sorted(hits, key=lambda hit: list(hit.position), reverse=True)[:size]

    def parted(self, person: str) -> frozenset[str]:
        if self.down:
            raise EngineUnavailable("ConnectionTimeout: it is paused")
        pairs = (
            entry.content["people"]
            for (of, _), entry in self.entries.items()
            if of == "blocks" and not entry.deleted
        )
        return frozenset(one for pair in pairs if person in pair for one in pair) - {person}

    def private(self, people: Collection[str]) -> frozenset[str]:
        if self.down:
            raise EngineUnavailable("ConnectionTimeout: it is paused")
        found = (self.entries.get(("people", one)) for one in people)
        return frozenset(one.id for one in found if one and one.content.get("private"))

    def shown(self) -> dict[tuple[Kind, str], Any]:
        """Return what is there and not deleted, by kind and id."""
        return {key: entry.content for key, entry in self.entries.items() if not entry.deleted}
