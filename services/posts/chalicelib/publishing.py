"""Publishing: making, reading and deleting posts."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Protocol

from contracts.http.idempotency import Idempotency

from chalicelib.attachments import with_media
from chalicelib.model import (
    Deleted,
    Embedded,
    Hindrance,
    InvalidPost,
    MediaStatus,
    NoSuchPost,
    Post,
    PostId,
    State,
    checked_media,
)
from chalicelib.people import Person
from chalicelib.polls import Question, checked_poll
from chalicelib.references import AnswerRefused, QuoteRefused, References
from chalicelib.relations import Blocked
from chalicelib.repetition import KeyReused, ulid_for
from chalicelib.terms import USUAL, Audience, Terms
from chalicelib.text import checked_language, checked_text, checked_warning, linked, mentioned, tagged
from chalicelib.visibility import Readable, Visibility


class NotYours(Exception):
    """Only its author may do this to a post."""


class AlreadyDeleted(Exception):
    """The post that an Idempotency-Key made is deleted."""


class MediaMoved(Exception):
    """A piece of media that a post was to wait for was heard of meanwhile."""


class Posts(Protocol):
    """Keeps posts."""

    def add(self, post: Post, unknown: Sequence[str]) -> Post | Deleted | None:
        """Store a new post, and let it wait for its `unknown` media.

        Returns
        -------
        Post | Deleted | None
            What has this id already, in which case nothing is stored.

        Raises
        ------
        MediaMoved
            If one of `unknown` is known by now; nothing is stored.
        """

    def find(self, post: PostId, *, latest: bool) -> Post | Deleted | None:
        """Return a post, with every finished write if it has to be the `latest`."""

    def delete(self, post: Post) -> bool:
        """Put a tombstone in a post's place; False if the post moved meanwhile."""

    def claim(self, author: str, key: str, ulid: str) -> str:
        """Return the ULID that an author's key stands for: `ulid`, if the key is new."""


class People(Protocol):
    """Finds the people whom a text addresses."""

    def holders(self, handles: Sequence[str]) -> Sequence[Person]:
        """Return who holds these handles, in their order, without those that nobody holds."""


class MediaShelf(Protocol):
    """Knows what the media service said of uploads."""

    def known(self, media: Sequence[str]) -> Mapping[str, MediaStatus]:
        """Return the status of those that were heard of, with every finished write."""


@dataclass(frozen=True)
class Publishing:
    """Makes, reads and deletes posts.

    Parameters
    ----------
    posts, people, shelf
        Where posts, people and media statuses are kept.
    visibility
        Who may see what.
    now
        Tells the time, in UTC.
    """

    posts: Posts
    people: People
    shelf: MediaShelf
    visibility: Visibility
    now: Callable[[], datetime]

    def publish(
        self,
        author: Person,
        text: str,
        media: Sequence[str],
        in_reply_to: str | None,
        key: Idempotency,
        terms: Terms = USUAL,
        quote: str | None = None,
        question: Question | None = None,
    ) -> Post:
        """Make a post; one that its key made before is answered, not made again.

        Whom the author blocks, or who blocks the author, is not mentioned by a handle in the text. An answer
        that is not public is for whom it answers as well, named in the text or not. What a private account
        says is for its followers at most.

        Raises
        ------
        InvalidPost, Blocked, AnswerRefused, QuoteRefused, KeyReused, AlreadyDeleted
        """
        text, media, terms = checked_words(text), checked_media(media), checked_terms(terms)
        readable = self.visibility.to(author.id)
        if terms.audience is Audience.PUBLIC and readable.closed(author.id):
            terms = replace(terms, audience=Audience.FOLLOWERS)
        handles = mentioned(text)
        parent, quoted = _other_id(in_reply_to, "replies to"), _other_id(quote, "quotes")
        post_id = PostId(author.id, self._ulid(author.id, key))
        post = Post(
            id=post_id,
            author=author,
            text=text,
            media_ids=media,
            mentions=self._addressed(handles, readable),
            in_reply_to=parent,
            terms=terms,
            poll=checked_poll(question, post_id.created_at) if question else None,
            quote=Embedded(quoted) if quoted else None,
        )
        stored: Post | Deleted | None = None
        try:
            references = References(self.posts, readable)
            post = references.answering(post, parent) if parent else post
            post = references.quoting(post, quoted) if quoted else post
        except (InvalidPost, Blocked, AnswerRefused, QuoteRefused):
            stored = self.posts.find(post.id, latest=True)
            if stored is None:  # What was made stays made when what it refers to goes, or its author blocks.
                raise
        stored = stored or self._add(post)
        if isinstance(stored, Deleted):
            raise AlreadyDeleted("The post that this Idempotency-Key made is deleted.")
        if not stored.says_the_same(post):
            raise KeyReused("Take a new Idempotency-Key for a new post.")
        return self.as_of_now(readable.delivered(stored) or stored)

    def read(self, post: str, reader: str) -> Post:
        """Return a post that `reader` may see.

        Raises
        ------
        NoSuchPost
            If there is none.
        """
        post_id = PostId.parse(post)
        found = self.posts.find(post_id, latest=reader == post_id.author)
        seen = self.visibility.to(reader).of(found) if isinstance(found, Post) else None
        if seen is None:
            raise NoSuchPost("There is no such post, or it is not public.")
        return self.as_of_now(seen)

    def delete(self, post: str, user: str) -> None:
        """Delete a post; deleting it again changes nothing.

        Raises
        ------
        NoSuchPost, NotYours
        """
        post_id = PostId.parse(post)
        if post_id.author != user:
            raise NotYours("Only its author can delete a post.")
        while True:
            found = self.posts.find(post_id, latest=True)
            if found is None:
                raise NoSuchPost("There is no such post.")
            if isinstance(found, Deleted) or self.posts.delete(found):
                return

    def as_of_now(self, post: Post) -> Post:
        """Return a post as it is to be shown: one that has waited too long is a draft."""
        if post.overdue(self.now()):
            return replace(post, state=State.DRAFT, hindrance=Hindrance.MEDIA_LATE)
        return post

    def own(self, post: Post) -> Post:
        """Return a post as its author sees it, who may have made it long before."""
        return self.as_of_now(self.visibility.to(post.author.id).delivered(post) or post)

    def addressed(self, author: str, text: str) -> tuple[Person, ...]:
        """Return whom a text of an author addresses.

        Raises
        ------
        InvalidPost
        """
        handles = mentioned(text)
        return self._addressed(handles, self.visibility.to(author))

    def _addressed(self, handles: Sequence[str], readable: Readable) -> tuple[Person, ...]:
        people = self.people.holders(handles) if handles else ()
        return tuple(person for person in people if not readable.bars(person.id))

    def _ulid(self, author: str, key: Idempotency) -> str:
        def made(ulid: str) -> bool:
            return self.posts.find(PostId(author, ulid), latest=True) is not None

        return ulid_for(key, self.now(), partial(self.posts.claim, author), made)

    def _add(self, post: Post) -> Post | Deleted:
        while True:
            known = self.shelf.known(post.media_ids) if post.media_ids else {}
            settled = with_media(post, known)
            unknown = [media for media in post.media_ids if media not in known]
            waits = settled.state is State.PENDING
            try:
                return self.posts.add(settled, unknown if waits else ()) or settled
            except MediaMoved:
                continue


def checked_terms(terms: Terms) -> Terms:
    """Return terms as they are kept.

    Raises
    ------
    InvalidPost
        If the warning or the language is not right.
    """
    language = checked_language(terms.language) if terms.language is not None else None
    return replace(terms, warning=checked_warning(terms.warning), language=language)


def checked_words(text: str) -> str:
    """Return a text as it is kept, if it holds no more of anything than it may.

    Raises
    ------
    InvalidPost
    """
    text = checked_text(text)
    mentioned(text)
    tagged(text)
    linked(text)
    return text


def _other_id(other: str | None, does: str) -> PostId | None:
    try:
        return PostId.parse(other) if other is not None else None
    except NoSuchPost:
        raise InvalidPost(f"The post that this one {does} is not there.") from None
