"""Erasure: what a person who deleted their account leaves here goes, until only tombstones are left.

Posts, drafts, follow edges, reactions, blocks and mutes go by the path that their owner would take, so that
timelines, schedules, search and whoever else heard of them follow. Blocks and mutes of the person go in the
same way, whosever they are: they are against nobody any more.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from contracts.transport.erasing import PAGE, Leaver, Step

from chalicelib.blocking import BlockedPeople
from chalicelib.drafts import Draft, DraftSlice, Gone
from chalicelib.model import Deleted, Post, PostId
from chalicelib.muting import MutedPeople
from chalicelib.timeline import Slice


class WrittenPosts(Protocol):
    """Keeps what people wrote."""

    def page(self, author: str, after: str | None, limit: int) -> Slice:
        """Return the posts that follow the position `after`, newest first, without deleted ones."""

    def find(self, post: PostId, *, latest: bool) -> Post | Deleted | None:
        """Return a post, hidden or not, with every finished write if it has to be the `latest`."""

    def delete(self, post: Post) -> bool:
        """Put a tombstone in a post's place; False if the post moved meanwhile."""


@dataclass(frozen=True)
class Ends:
    """Some people at the other end of someone's edges, and where the next ones start, None at the end."""

    people: Sequence[str]
    next: str | None


class Ties(Protocol):
    """Keeps follow edges."""

    def following(self, follower: str, after: str | None, limit: int) -> Ends:
        """Return whom a person follows or followed."""

    def followed_by(self, followee: str, after: str | None, limit: int) -> Ends:
        """Return who follows a person."""

    def asked_by(self, followee: str, after: str | None, limit: int) -> Ends:
        """Return who asks to follow a person."""

    def let_go(self, follower: str, followee: str) -> None:
        """Remove an edge, and the follower's name from what is left of it."""

    def cut(self, follower: str, followee: str) -> None:
        """Remove an edge, if it is there."""


class Relations(Protocol):
    """Keeps blocks and mutes."""

    def blocks(self, blocker: str, after: str | None, limit: int) -> BlockedPeople:
        """Return whom someone blocks, from the position `after` on."""

    def unblock(self, blocker: str, blocked: str) -> None:
        """Remove a block; one that is not there stays away."""

    def mutes(self, muter: str, after: str | None, limit: int) -> MutedPeople:
        """Return whom someone mutes, from the position `after` on."""

    def unmute(self, muter: str, muted: str) -> None:
        """Remove a mute; one that is not there stays away."""


class Against(Protocol):
    """Knows who wants nothing of someone."""

    def blockers(self, blocked: str, after: str | None, limit: int) -> Ends:
        """Return who blocks a person."""

    def muters(self, muted: str, after: str | None, limit: int) -> Ends:
        """Return who mutes a person."""


class WrittenDrafts(Protocol):
    """Keeps drafts."""

    def page_of_drafts(self, author: str, after: str | None, limit: int) -> DraftSlice:
        """Return the drafts that follow the position `after`, newest first, without tombstones."""

    def find_draft(self, author: str, ulid: str) -> Draft | Gone | None:
        """Return a draft with every finished write."""

    def discard_draft(self, draft: Draft) -> bool:
        """Put a tombstone in a draft's place; False if it moved meanwhile."""


class Acts(Protocol):
    """Keeps what people do to posts."""

    def reacted(self, user: str, after: str | None, limit: int) -> tuple[Sequence[PostId], str | None]:
        """Return the posts that someone reacted to, withdrawn or not, and where the next ones start."""

    def withdraw(self, user: str, post: PostId) -> None:
        """Take a reaction back; one that is not there stays away."""


class Rows(Protocol):
    """Keeps what is a person's own and no news to anybody."""

    def clear(self, user: str, after: str | None, limit: int) -> str | None:
        """Look at some of a person's rows and remove what may go; return where the next ones start."""


class SignIns(Protocol):
    """Where people sign in."""

    def forget(self, user: str) -> None:
        """Let a person sign in no more; who is unknown stays so."""


class ErasedPeople(Protocol):
    """Tells operators whose events are not to be replayed."""

    def remember(self, user: str) -> None:
        """Note that a person is erased."""


@dataclass(frozen=True)
class Erasure:
    """Erases what this service keeps of a person; each step does one page, and may be done again.

    Parameters
    ----------
    posts, editions, drafts, acts
        Where posts are kept, what they said before, what is to become one, and what people do to them.
    ties, relations, against
        Where follow edges, blocks and mutes are kept, and who has some against a person.
    rows
        What else is kept under a person's id, by a name of each kind.
    sign_ins, erased
        Where people sign in, and where it is noted that they can't any more.
    """

    posts: WrittenPosts
    editions: Rows
    drafts: WrittenDrafts
    acts: Acts
    ties: Ties
    relations: Relations
    against: Against
    rows: Mapping[str, Rows]
    sign_ins: SignIns
    erased: ErasedPeople

    def steps(self) -> dict[str, Step]:
        """Return all there is to do, in order: what others see goes first."""
        return {
            "note": self._note,
            "sign-in": self._sign_in,
            "drafts": self._drafts,
            "posts": self._posts,
            "followers": self._followers,
            "askers": self._askers,
            "following": self._following,
            "reactions": self._reactions,
            "blocks": self._blocks,
            "mutes": self._mutes,
            "blockers": self._blockers,
            "muters": self._muters,
            **{f"rows-{name}": self._clearing(rows) for name, rows in self.rows.items()},
        }

    def _note(self, leaver: Leaver, _after: str | None) -> None:
        self.erased.remember(leaver.id)

    def _posts(self, leaver: Leaver, after: str | None) -> str | None:
        found = self.posts.page(leaver.id, after, PAGE)
        for post in found.posts:
            self._delete(post)
        return found.next

    def _delete(self, post: Post) -> None:
        """Delete a post, and before it what it said before its edits: an edit meanwhile moves the post."""
        latest: Post | Deleted | None = post
        while isinstance(latest, Post):
            after = self.editions.clear(str(post.id), None, PAGE)
            while after is not None:
                after = self.editions.clear(str(post.id), after, PAGE)
            if self.posts.delete(latest):
                return
            latest = self.posts.find(post.id, latest=True)

    def _drafts(self, leaver: Leaver, after: str | None) -> str | None:
        """Discard drafts before posts, since one whose time comes meanwhile becomes a post."""
        found = self.drafts.page_of_drafts(leaver.id, after, PAGE)
        for draft in found.drafts:
            latest: Draft | Gone | None = draft
            while isinstance(latest, Draft) and not self.drafts.discard_draft(latest):
                latest = self.drafts.find_draft(draft.author, draft.ulid)
        return found.next

    def _followers(self, leaver: Leaver, after: str | None) -> str | None:
        found = self.ties.followed_by(leaver.id, after, PAGE)
        for follower in found.people:
            self.ties.cut(follower, leaver.id)
        return found.next

    def _askers(self, leaver: Leaver, after: str | None) -> str | None:
        found = self.ties.asked_by(leaver.id, after, PAGE)
        for asker in found.people:
            self.ties.cut(asker, leaver.id)
        return found.next

    def _following(self, leaver: Leaver, after: str | None) -> str | None:
        found = self.ties.following(leaver.id, after, PAGE)
        for followee in found.people:
            self.ties.let_go(leaver.id, followee)
        return found.next

    def _reactions(self, leaver: Leaver, after: str | None) -> str | None:
        posts, following = self.acts.reacted(leaver.id, after, PAGE)
        for post in posts:
            self.acts.withdraw(leaver.id, post)
        return following

    def _blocks(self, leaver: Leaver, after: str | None) -> str | None:
        found = self.relations.blocks(leaver.id, after, PAGE)
        for person in found.people:
            self.relations.unblock(leaver.id, person.id)
        return found.next

    def _mutes(self, leaver: Leaver, after: str | None) -> str | None:
        found = self.relations.mutes(leaver.id, after, PAGE)
        for mute in found.mutes:
            self.relations.unmute(leaver.id, mute.person.id)
        return found.next

    def _blockers(self, leaver: Leaver, after: str | None) -> str | None:
        found = self.against.blockers(leaver.id, after, PAGE)
        for blocker in found.people:
            self.relations.unblock(blocker, leaver.id)
        return found.next

    def _muters(self, leaver: Leaver, after: str | None) -> str | None:
        found = self.against.muters(leaver.id, after, PAGE)
        for muter in found.people:
            self.relations.unmute(muter, leaver.id)
        return found.next

    def _clearing(self, rows: Rows) -> Step:
        return lambda leaver, after: rows.clear(leaver.id, after, PAGE)

    def _sign_in(self, leaver: Leaver, _after: str | None) -> None:
        self.sign_ins.forget(leaver.id)
