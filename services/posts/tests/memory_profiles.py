"""Profiles, handles and follow edges in memory."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from chalicelib.people import HandleTaken, Person, Profile
from chalicelib.ties import Edge


@dataclass
class MemoryProfiles:
    """Profiles, handles and edges."""

    profiles: dict[str, Profile] = field(default_factory=dict)
    handles: dict[str, str] = field(default_factory=dict)
    edges: dict[tuple[str, str], int] = field(default_factory=dict)
    removed: dict[tuple[str, str], int] = field(default_factory=dict)
    saves: int = 0
    reads: int = 0
    moment: Callable[[], None] = lambda: None

    def join(self, *people: Person) -> None:
        for one in people:
            made = Profile(one.id, one.handle, one.name, datetime(2026, 1, 1, tzinfo=UTC))
            assert self.save(made, None)

    def find(self, user: str) -> Profile | None:
        self.moment()
        self.reads += 1
        return self.profiles.get(user)

    fresh = find

    def holder(self, handle: str) -> str | None:
        return self.handles.get(handle)

    def holders(self, handles: Sequence[str]) -> Sequence[Person]:
        return [self.profiles[self.handles[name]].person for name in handles if name in self.handles]

    def named(self, users: Sequence[str]) -> Mapping[str, Person]:
        return {user: self.profiles[user].person for user in users if user in self.profiles}

    def save(self, profile: Profile, before: Profile | None) -> bool:
        self.moment()
        if self.profiles.get(profile.id) != before:
            return False
        if self.handles.get(profile.handle, profile.id) != profile.id:
            raise HandleTaken(f"@{profile.handle} is taken.")
        if before:
            del self.handles[before.handle]
        self.handles[profile.handle] = profile.id
        self.profiles[profile.id] = profile
        self.saves += 1
        return True

    def follow(self, follower: Person, followee: str) -> None:
        edge = (follower.id, followee)
        if edge not in self.edges:
            self.edges[edge] = self.removed.pop(edge, 0) + 1

    def unfollow(self, follower: Person, followee: str) -> None:
        edge = (follower.id, followee)
        if edge in self.edges:
            self.removed[edge] = self.edges.pop(edge) + 1

    def edge(self, follower: str, followee: str) -> Edge | None:
        self.moment()
        pair = (follower, followee)
        there = pair in self.edges
        known = there or pair in self.removed
        return Edge((self.edges if there else self.removed)[pair], there) if known else None

    def cut(self, follower: str, followee: str, seen: int) -> bool:
        self.moment()
        if self.edges.get((follower, followee)) != seen:
            return False
        self.removed[follower, followee] = self.edges.pop((follower, followee)) + 1
        return True

    def follows(self, follower: str, followee: str) -> bool:
        return (follower, followee) in self.edges

    def followers(self, followee: str) -> Iterator[str]:
        """As the index does, in order; each look at it may see another state."""
        seen = ""
        while True:
            self.moment()
            following = sorted(one for one, whom in self.edges if whom == followee and one > seen)
            if not following:
                return
            seen = following[0]
            yield seen
