"""Listings: the lists that a post is in beside its author's and home timelines.

A post that answers is in its thread and among its author's answers; one with media is in its author's
gallery; a public one is under its tags. All of it follows the post's state, as the fan-out does: rows are
written, and the post is looked at again; if it moved meanwhile, it is done over. An answer knows where its
thread began, since it was made from its parent, so that no thread is climbed, and none can bite its tail.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from chalicelib.model import Deleted, Post, PostId, State
from chalicelib.text import tagged

TAG = "tag#"


class CurrentPosts(Protocol):
    """Reads posts."""

    def read(self, post: PostId) -> Post | Deleted | None:
        """Return a post with every finished write."""


class Lists(Protocol):
    """Keeps lists of posts, by name."""

    def put(self, post: Post, names: Collection[str]) -> None:
        """Put a post into lists, over what is there."""

    def drop(self, post: PostId, names: Collection[str]) -> None:
        """Take a post out of lists, there or not."""

    def gap(self, post: PostId, name: str) -> None:
        """Leave in a list that a post was there."""

    def tags(self, post: PostId) -> Collection[str]:
        """Return the tags under which a post has ever been, with every finished write."""

    def note_tags(self, post: PostId, names: Collection[str]) -> None:
        """Note under which more tags a post is about to be."""

    def forget(self, post: Deleted) -> None:
        """Remove what a post that is gone said before, its tags, and the note that it showed another one."""


@dataclass(frozen=True)
class Listings:
    """Brings lists to what the posts call for."""

    posts: CurrentPosts
    lists: Lists

    def follow(self, post_id: PostId, told: Post | None = None) -> None:
        """List a post as it is now.

        Parameters
        ----------
        post_id
            The post's.
        told
            The post as a recent event tells it, which saves a read; it may have moved since.
        """
        post = told or self.posts.read(post_id)
        while post is not None:
            if isinstance(post, Deleted):
                self._went(post)
            else:
                self._bring(post)
            latest = self.posts.read(post_id)
            if latest is None or latest.sequence == post.sequence:
                return
            post = latest

    def _bring(self, post: Post) -> None:
        wanted = listed_in(post)
        tags = {name for name in wanted if name.startswith(TAG)}
        before = set(self.lists.tags(post.id)) if tags or post.edits else set()
        if tags - before:
            self.lists.note_tags(post.id, tags - before)
        self.lists.put(post, wanted)
        if before - tags:
            self.lists.drop(post.id, before - tags)

    def _went(self, post: Deleted) -> None:
        tabs = [gallery(post.id.author)]
        if post.thread:
            tabs.append(answers(post.id.author))
            if post.was_public:
                self.lists.gap(post.id, thread(post.thread))
            else:
                tabs.append(thread(post.thread))
        self.lists.drop(post.id, [*tabs, *self.lists.tags(post.id)])
        self.lists.forget(post)


def listed_in(post: Post) -> Sequence[str]:
    """Return the names of the lists that a post belongs in."""
    if post.state is not State.PUBLISHED:
        return ()
    names = [gallery(post.author.id)] if post.media else []
    if post.in_reply_to:
        names += [thread(post.thread), answers(post.author.id)]
    return [*names, *(under(tag) for tag in tagged(post.text))] if post.public else names


def thread(root: PostId) -> str:
    """Return the list of all that answers a post, or answers its answers."""
    return f"post#{root}"


def under(tag: str) -> str:
    """Return the list of the public posts with a tag."""
    return f"{TAG}{tag}"


def gallery(author: str) -> str:
    """Return the list of an author's posts with media."""
    return f"media#{author}"


def answers(author: str) -> str:
    """Return the list of an author's answers."""
    return f"replies#{author}"
