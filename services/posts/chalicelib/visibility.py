"""Visibility: what a reader may see of posts; every path on which posts are read asks here, and only here.

A reader sees a post whose author let them: by its audience, by the privacy of their account, and unless one
of the two blocks the other. What a post shows of another one is that one's author's to give, too: what the
reader may not see of it is taken out when the post is read, since it may have been copied long before.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import Protocol

from chalicelib.model import Embedded, Follows, Post
from chalicelib.relations import Relations, RelationsOf


class Edges(Protocol):
    """Knows who follows whom."""

    def follows(self, follower: str, followee: str) -> bool:
        """Tell whether an edge is there."""


@dataclass(frozen=True)
class Visibility:
    """Knows what changes who sees what.

    Parameters
    ----------
    relations, edges
        Who must see nothing of each other, and who follows whom.
    closed
        Tells whether an account is private: what it said in public before is for its followers, too.
    """

    relations: RelationsOf
    edges: Edges
    closed: Callable[[str], bool]

    def to(self, reader: str) -> "Readable":
        """Return what a reader may see; it is asked anew for each request."""
        return Readable(reader, self.relations, cache(self.edges.follows), cache(self.closed))


@dataclass(frozen=True)
class Readable:
    """What one reader may see: relations are read once, edges and privacies once a person, if they matter.

    Parameters
    ----------
    reader
        Who reads.
    known
        Knows the reader's relations.
    follows, closed
        Tell who follows whom, and whose account is private.
    """

    reader: str
    known: RelationsOf
    follows: Follows
    closed: Callable[[str], bool]

    @cached_property
    def relations(self) -> Relations:
        """What stands between the reader and others."""
        return self.known.of(self.reader)

    def of(self, post: Post) -> Post | None:
        """Return a post as the reader may see it, None if they may not."""
        if not self.includes(post) or self.bars(post.author.id):
            return None
        return self.delivered(post)

    def delivered(self, post: Post) -> Post | None:
        """Return a post that was brought to the reader, as far as they may see what it shows of another.

        A quote stays without what it quotes; of a repost nothing is left.
        """
        other = post.embedded
        if other is None or other.author is None or self._gives(other.author.id):
            return post
        return None if post.repost else replace(post, quote=Embedded(other.id))

    def includes(self, post: Post) -> bool:
        """Tell whether a post is for the reader, among others, blocks aside."""
        author = post.author.id
        if not post.visible_to(self.reader, self.follows):
            return False
        if author == self.reader or not post.public or post.addresses(self.reader):
            return True
        return not self.closed(author) or self.follows(self.reader, author)

    def bars(self, person: str) -> bool:
        """Tell whether the reader and another person must see nothing of each other."""
        return person != self.reader and self.relations.apart(person)

    def open(self, post: Post) -> bool:
        """Tell whether everyone may see a post, so that the reader may show it to others.

        What the author of a private account shows of their own goes to their followers only, anyway.
        """
        return post.public and (post.author.id == self.reader or not self.closed(post.author.id))

    def _gives(self, author: str) -> bool:
        """Tell whether someone's post, public when it was copied, is for the reader now."""
        if author == self.reader:
            return True
        if self.bars(author):
            return False
        return not self.closed(author) or self.follows(self.reader, author)
