"""What a post refers to: the one that it answers, the one that it quotes, as far as their authors let it."""

from dataclasses import dataclass, replace
from typing import Protocol

from chalicelib.model import Deleted, Embedded, InvalidPost, Post, PostId, State
from chalicelib.relations import Blocked
from chalicelib.visibility import Readable

QUOTE_BYTES = 1_000
"""Bytes of a text that a quote shows: every timeline entry of the quoting post holds them."""


class AnswerRefused(Exception):
    """The author of a post lets only some people answer it."""


class QuoteRefused(Exception):
    """The author of a post lets only some people quote it."""


class FoundPosts(Protocol):
    """Reads posts."""

    def find(self, post: PostId, *, latest: bool) -> Post | Deleted | None:
        """Return a post, with every finished write if it has to be the `latest`."""


@dataclass(frozen=True)
class References:
    """What one author's new post may refer to.

    Parameters
    ----------
    posts
        Where posts are kept.
    readable
        What the author may see.
    """

    posts: FoundPosts
    readable: Readable

    def answering(self, post: Post, parent: PostId) -> Post:
        """Return a post as an answer: one that is not public addresses whom it answers.

        Raises
        ------
        InvalidPost, Blocked, AnswerRefused
        """
        if self.readable.bars(parent.author):
            raise Blocked("You can't answer someone whom you block or who blocks you.")
        found = self._seen(parent, post.author.id, "replies to")
        if not found.answerable_by(post.author.id, self.readable.follows):
            raise AnswerRefused("The author of this post lets only some people answer it.")
        root = found.thread if found.thread != found.id else None
        if post.public or found.author.id == post.author.id or post.addresses(found.author.id):
            return replace(post, root=root)
        return replace(post, root=root, mentions=(*post.mentions, found.author))

    def quoting(self, post: Post, other: PostId) -> Post:
        """Return a post as a quote of another.

        Raises
        ------
        InvalidPost, Blocked, QuoteRefused
        """
        if self.readable.bars(other.author):
            raise Blocked("You can't quote someone whom you block or who blocks you.")
        found = self._seen(other, post.author.id, "quotes")
        if not self.readable.open(found) or not found.quotable_by(post.author.id, self.readable.follows):
            raise QuoteRefused("The author of this post does not let you quote it.")
        quote = embedded(found)
        return replace(post, quote=replace(quote, text=_beginning(quote.text)))

    def _seen(self, post: PostId, reader: str, does: str) -> Post:
        found = self.posts.find(post, latest=post.author == reader)
        if (
            not isinstance(found, Post)
            or found.state is not State.PUBLISHED
            or not self.readable.includes(found)
        ):
            raise InvalidPost(f"The post that this one {does} is not there.")
        if found.repost:
            raise InvalidPost("This post passes another one on: name that one.")
        return found


def embedded(post: Post) -> Embedded:
    """Return a post as one that passes it on shows it."""
    return Embedded(post.id, post.author, post.text, post.media, post.terms.warning)


def _beginning(text: str) -> str:
    raw = text.encode()
    if len(raw) <= QUOTE_BYTES:
        return text
    return raw[: QUOTE_BYTES - 3].decode(errors="ignore") + "…"
