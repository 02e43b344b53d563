"""Profiles, handles and follow edges in memory."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from chalicelib.asking import AskingPeople
from chalicelib.people import HandleTaken, Left, Person, Profile
from chalicelib.ties import Edge, Standing


@dataclass
class MemoryProfiles:
    """Profiles, handles and edges."""

    profiles: dict[str, Profile] = field(default_factory=dict)
    handles: dict[str, str] = field(default_factory=dict)
    edges: dict[tuple[str, str], int] = field(default_factory=dict)
    removed: dict[tuple[str, str], int] = field(default_factory=dict)
    asked: dict[tuple[str, str], tuple[int, Person]] = field(default_factory=dict)
    saves: int = 0
    reads: int = 0
    left: dict[str, int] = field(default_factory=dict)
    moment: Callable[[], None] = lambda: None

    def join(self, *people: Person, private: bool = False) -> None:
        joined = datetime(2026, 1, 1, tzinfo=UTC)
        for one in people:
            made = Profile(one.id, one.handle, one.name, joined, private=private)
            assert self.save(made, None)

    def find(self, user: str) -> Profile | None:
        self.moment()
        self.reads += 1
        return self.profiles.get(user)

    def fresh(self, user: str) -> Profile | Left | None:
        return Left(user, self.left[user]) if user in self.left else self.find(user)

    def leave(self, profile: Profile) -> bool:
        self.moment()
        if self.profiles.get(profile.id) != profile:
            return False
        del self.profiles[profile.id]
        self.left[profile.id] = profile.sequence + 1
        return True

    def holder(self, handle: str) -> str | None:
        return self.handles.get(handle) if self.handles.get(handle) in self.profiles else None

    def holders(self, handles: Sequence[str]) -> Sequence[Person]:
        return [self.profiles[self.handles[name]].person for name in handles if self.holder(name)]

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
            asked = self.asked.pop(edge, (0, follower))[0]
            self.edges[edge] = max(asked, self.removed.pop(edge, 0)) + 1

    def ask(self, follower: Person, followee: str) -> None:
        edge = (follower.id, followee)
        if edge not in self.edges and edge not in self.asked:
            self.asked[edge] = self.removed.get(edge, 0) + 1, follower

    def unfollow(self, follower: Person, followee: str) -> None:
        edge = (follower.id, followee)
        if edge in self.edges:
            self.removed[edge] = self.edges.pop(edge) + 1
        self.asked.pop(edge, None)

    def accept(self, followee: str, follower: str) -> bool:
        self.moment()
        if (follower, followee) in self.asked:
            self.follow(self.asked[follower, followee][1], followee)
        return (follower, followee) in self.edges

    def refuse(self, followee: str, follower: str) -> None:
        self.moment()
        self.asked.pop((follower, followee), None)

    def asking(self, followee: str, after: str | None, limit: int) -> AskingPeople:
        found = sorted(
            (person for (_, whom), (_, person) in self.asked.items() if whom == followee),
            key=lambda person: person.id,
        )
        page = [person for person in found if after is None or person.id > after][:limit]
        return AskingPeople(page, page[-1].id if len(page) == limit else None)

    def standing(self, follower: str, followee: str) -> Standing:
        pair = (follower, followee)
        if pair in self.edges:
            return Standing.THERE
        return Standing.ASKED if pair in self.asked else Standing.GONE

    def edge(self, follower: str, followee: str) -> Edge | None:
        self.moment()
        pair = (follower, followee)
        stands = self.standing(follower, followee)
        if stands is Standing.GONE:
            return Edge(self.removed[pair], stands) if pair in self.removed else None
        return Edge(self.edges[pair] if stands is Standing.THERE else self.asked[pair][0], stands)

    def cut(self, follower: str, followee: str, seen: int) -> bool:
        self.moment()
        edge = self.edge(follower, followee)
        if edge is None or edge.sequence != seen:
            return False
        if self.asked.pop((follower, followee), None):
            return True
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
