"""Editing: a post says something else from now on, and what it said before stays to be seen."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from contracts.http.versions import IfMatch

from chalicelib.model import Deleted, NoSuchPost, Post, PostId, State
from chalicelib.people import Person
from chalicelib.publishing import NotYours, checked_terms, checked_words
from chalicelib.terms import Audience

EDIT_LIMIT = 20
"""Edits of one post: its whole history is one answer."""


class NotEditable(Exception):
    """A post that can't be edited now; the text says why."""


@dataclass(frozen=True)
class Wording:
    """What an edit changes of a post."""

    text: str
    warning: str = ""
    language: str | None = None


@dataclass(frozen=True)
class Edition:
    """What a post said since a time, until its next edition."""

    wording: Wording
    since: datetime


class EditedPosts(Protocol):
    """Keeps posts and what they said before."""

    def read(self, post: PostId) -> Post | Deleted | None:
        """Return a post with every finished write."""

    def edit(self, post: Post, before: Post) -> bool:
        """Put a post in the place of the one `before`, whose wording is kept; False if it moved meanwhile."""

    def editions(self, post: PostId) -> Sequence[Edition]:
        """Return what a post said before, oldest first."""


class Published(Protocol):
    """Reads posts for someone, and finds whom a text addresses."""

    def read(self, post: str, reader: str) -> Post:
        """Return a post that `reader` may see, or raise NoSuchPost."""

    def own(self, post: Post) -> Post:
        """Return a post as its author sees it."""

    def addressed(self, author: str, text: str) -> tuple[Person, ...]:
        """Return whom a text of an author addresses."""


@dataclass(frozen=True)
class Editing:
    """Edits posts and shows their history.

    Parameters
    ----------
    posts
        Where posts and their editions are kept.
    published
        Reads posts for someone.
    now
        Tells the time, in UTC.
    """

    posts: EditedPosts
    published: Published
    now: Callable[[], datetime]

    def edit(self, post: str, author: str, wording: Wording, seen: IfMatch) -> Post:
        """Let a post say something else; saying the same again changes nothing.

        Whom a post that is not public addressed stays addressed: they have seen it.

        Raises
        ------
        InvalidPost, NoSuchPost, NotYours, NotEditable
        contracts.http.problems.Problem
            412 if the post is not as it was seen.
        """
        post_id = PostId.parse(post)
        if post_id.author != author:
            raise NotYours("Only its author can edit a post.")
        while True:
            before = self.posts.read(post_id)
            if not isinstance(before, Post):
                raise NoSuchPost("There is no such post.")
            seen.require(before.sequence)
            after = self._after(before, wording)
            if after is before or self.posts.edit(after, before):
                return self.published.own(after)

    def history(self, post: str, reader: str) -> Sequence[Edition]:
        """Return all that a post has said, oldest first, to who may see it.

        Raises
        ------
        NoSuchPost
        """
        found = self.published.read(post, reader)
        before = self.posts.editions(found.id) if found.edits else ()
        return (*before, edition(found))

    def _after(self, before: Post, wording: Wording) -> Post:
        """Return the post as it is to be, the same one if nothing changes."""
        if before.repost:
            raise NotEditable("A repost has no words of its own.")
        if before.state is not State.PUBLISHED:
            raise NotEditable("A post can be edited once it is published.")
        wanted = replace(before.terms, warning=wording.warning, language=wording.language)
        text, terms = checked_words(wording.text), checked_terms(wanted)
        if (text, terms) == (before.text, before.terms):
            return before
        if before.edits >= EDIT_LIMIT:
            raise NotEditable(f"A post can be edited {EDIT_LIMIT} times; write a new one.")
        mentions = self.published.addressed(before.author.id, text)
        if before.terms.audience is not Audience.PUBLIC:
            mentions = tuple(dict.fromkeys((*before.mentions, *mentions)))
        return replace(
            before,
            text=text,
            terms=terms,
            mentions=mentions,
            edited_at=self.now(),
            edits=before.edits + 1,
            sequence=before.sequence + 1,
        )


def edition(post: Post) -> Edition:
    """Return what a post says, and since when."""
    wording = Wording(post.text, post.terms.warning, post.terms.language)
    return Edition(wording, post.edited_at or post.id.created_at)
