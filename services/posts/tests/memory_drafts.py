"""Drafts in memory, and the posts that they become."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from chalicelib.drafting import Drafts
from chalicelib.drafts import (
    DRAFT_LIMIT,
    Draft,
    DraftMoved,
    DraftSlice,
    Gone,
    TooManyDrafts,
    fit,
)
from chalicelib.model import Deleted, Post
from chalicelib.people import Person
from chalicelib.publishing import Publishing
from chalicelib.routes.posts import PostBody
from chalicelib.routes.refusals import refusal
from chalicelib.scheduling import Scheduling
from contracts.http.idempotency import Idempotency
from contracts.http.routes import validated
from tests.fakes import CURSORS, MemoryPosts, World
from tests.memory_schedules import MemorySchedules, MemoryWaiting


@dataclass
class MemoryDrafts:
    """Drafts and what is left of them."""

    drafts: dict[tuple[str, str], Draft | Gone] = field(default_factory=dict)
    keys: dict[tuple[str, str], str] = field(default_factory=dict)
    moment: Callable[[], None] = lambda: None

    def there(self, author: str) -> list[Draft]:
        mine = [one for (whose, _), one in self.drafts.items() if whose == author]
        return [one for one in mine if isinstance(one, Draft)]

    def add_draft(self, draft: Draft) -> Draft | Gone | None:
        self.moment()
        if found := self.drafts.get((draft.author, draft.ulid)):
            return found
        if len(self.there(draft.author)) >= DRAFT_LIMIT:
            raise TooManyDrafts("Delete some.")
        self.drafts[draft.author, draft.ulid] = draft
        return None

    def find_draft(self, author: str, ulid: str) -> Draft | Gone | None:
        self.moment()
        return self.drafts.get((author, ulid))

    def save_draft(self, draft: Draft) -> bool:
        self.moment()
        return self._move(draft.sequence - 1, draft)

    def discard_draft(self, draft: Draft) -> bool:
        self.moment()
        return self._move(draft.sequence, Gone(draft.author, draft.ulid, draft.sequence + 1))

    def become(self, draft: Draft, post: Post) -> bool:
        return self._move(draft.sequence, Gone(draft.author, draft.ulid, draft.sequence + 1, post.id.ulid))

    def page_of_drafts(self, author: str, after: str | None, limit: int) -> DraftSlice:
        """As a query with a filter does: the limit counts what was looked at, not what was found."""
        names = sorted((ulid for whose, ulid in self.drafts if whose == author), reverse=True)
        looked_at = [ulid for ulid in names if after is None or ulid < after][:limit]
        found = [self.drafts[author, ulid] for ulid in looked_at]
        full = len(looked_at) == limit
        return DraftSlice([one for one in found if isinstance(one, Draft)], looked_at[-1] if full else None)

    def claim(self, author: str, key: str, ulid: str) -> str:
        self.moment()
        return self.keys.setdefault((author, key), ulid)

    def _move(self, seen: int, to: Draft | Gone) -> bool:
        before = self.drafts[to.author, to.ulid]
        if isinstance(before, Gone) or before.sequence != seen:
            return False
        self.drafts[to.author, to.ulid] = to
        return True


class MemoryPostsFromDraft(MemoryPosts):
    """The posts, where a new one takes the place of a draft."""

    def __init__(self, posts: MemoryPosts, drafts: MemoryDrafts, draft: Draft, ulid: str) -> None:
        self.__dict__.update(vars(posts))
        self.of, self.draft, self.ulid = drafts, draft, ulid

    def add(self, post: Post, unknown: Sequence[str]) -> Post | Deleted | None:
        fit(post)
        self.moment()
        if self.of.drafts.get((self.draft.author, self.draft.ulid)) != self.draft:
            raise DraftMoved
        self.moment, moment = (lambda: None), self.moment
        try:
            stored = super().add(post, unknown)
        finally:
            self.moment = moment
        if stored is None:
            assert self.of.become(self.draft, post)
        return stored

    def claim(self, author: str, key: str, ulid: str) -> str:
        return self.ulid


@dataclass(frozen=True)
class Maker:
    """Makes posts of drafts as the assembly does."""

    publishing: Publishing
    posts: MemoryPosts
    drafts: MemoryDrafts

    def __call__(self, author: Person, draft: Draft, ulid: str) -> Post:
        body = validated(PostBody, draft.content)
        posts = MemoryPostsFromDraft(self.posts, self.drafts, draft, ulid)
        return body.publish(replace(self.publishing, posts=posts), author, Idempotency(ulid, ""))


class Drafting:
    """The drafts of a world, which become posts of its own, and what publishes them in time."""

    def __init__(self, world: World) -> None:
        self.kept = MemoryDrafts(moment=world.moments)
        self.schedules = MemorySchedules(moment=world.moments)
        self.waiting = MemoryWaiting(moment=world.moments)
        make = Maker(world.publishing, world.posts, self.kept)
        self.drafts = Drafts(self.kept, make, world.publishing.read, CURSORS, world.clock)
        signing = world.profiles.signing
        self.scheduling = Scheduling(
            self.kept, self.schedules, self.waiting, make, signing, refusal, world.clock
        )
