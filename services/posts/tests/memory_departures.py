"""What a person leaves, in memory: follow edges from either end, rows, sign-ins, the list of the erased."""

from collections.abc import Callable
from dataclasses import dataclass, field

from chalicelib.erasure import Ends, Erasure
from chalicelib.model import PostId
from tests.fakes import World
from tests.memory_counts import MemoryActs
from tests.memory_drafts import MemoryDrafts
from tests.memory_profiles import MemoryProfiles
from tests.memory_relations import MemoryRelations


@dataclass
class MemoryTies:
    """The edges of some profiles."""

    people: MemoryProfiles
    relations: MemoryRelations
    moment: Callable[[], None] = lambda: None

    def following(self, follower: str, after: str | None, limit: int) -> Ends:
        every = {*self.people.edges, *self.people.removed}
        return _page(sorted(whom for one, whom in every if one == follower), after, limit)

    def followed_by(self, followee: str, after: str | None, limit: int) -> Ends:
        self.moment()
        return _page(sorted(one for one, whom in self.people.edges if whom == followee), after, limit)

    def asked_by(self, followee: str, after: str | None, limit: int) -> Ends:
        return Ends([], None)

    def let_go(self, follower: str, followee: str) -> None:
        self.cut(follower, followee)

    def cut(self, follower: str, followee: str) -> None:
        self.moment()
        if (follower, followee) in self.people.edges:
            self.people.removed[follower, followee] = self.people.edges.pop((follower, followee)) + 1

    def blockers(self, blocked: str, after: str | None, limit: int) -> Ends:
        every = self.relations.blocked
        return _page(sorted(one for one, whom in every if whom == blocked), after, limit)

    def muters(self, muted: str, after: str | None, limit: int) -> Ends:
        every = self.relations.muted
        return _page(sorted(one for one, whom in every if whom == muted), after, limit)


@dataclass
class MemoryReacted:
    """The acts of some people, as far as they told of them."""

    acts: MemoryActs

    def reacted(self, user: str, after: str | None, limit: int) -> tuple[list[PostId], str | None]:
        posts = sorted(
            (move.post for move in self.acts.told if move.act == f"E#{user}"), key=lambda post: post.ulid
        )
        found = [post for post in dict.fromkeys(posts) if after is None or post.ulid > after][:limit]
        return found, found[-1].ulid if len(found) == limit else None

    def withdraw(self, user: str, post: PostId) -> None:
        self.acts.withdraw(user, post)


@dataclass
class MemoryRows:
    """Rows by person."""

    rows: dict[str, list[str]] = field(default_factory=dict)

    def clear(self, user: str, after: str | None, limit: int) -> str | None:
        found = [row for row in sorted(self.rows.get(user, [])) if after is None or row > after][:limit]
        self.rows[user] = [row for row in self.rows.get(user, []) if row not in found]
        return found[-1] if len(found) == limit else None


@dataclass
class MemorySignIns:
    """Who may sign in no more, and who is known to be erased."""

    forgotten: set[str] = field(default_factory=set)
    remembered: set[str] = field(default_factory=set)

    def forget(self, user: str) -> None:
        self.forgotten.add(user)

    def remember(self, user: str) -> None:
        self.remembered.add(user)


@dataclass
class Departures:
    """All that the erasure of a person touches."""

    world: World
    rows: MemoryRows = field(default_factory=MemoryRows)
    editions: MemoryRows = field(default_factory=MemoryRows)
    sign_ins: MemorySignIns = field(default_factory=MemorySignIns)
    drafts: MemoryDrafts = field(default_factory=MemoryDrafts)

    def __post_init__(self) -> None:
        world = self.world
        self.ties = MemoryTies(world.people, world.relations, world.people.moment)
        self.acts = MemoryReacted(world.acts)
        self.erasure = Erasure(
            world.posts,
            self.editions,
            self.drafts,
            self.acts,
            self.ties,
            world.relations,
            self.ties,
            {"rows": self.rows},
            self.sign_ins,
            self.sign_ins,
        )


def _page(people: list[str], after: str | None, limit: int) -> Ends:
    found = [one for one in people if after is None or one > after][:limit]
    return Ends(found, found[-1] if len(found) == limit else None)
