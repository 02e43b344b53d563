"""The inbox: which events become whose notifications, and reading one's own."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from contracts.events.acts import ReactionChangedV1
from contracts.events.chat import MessageSentV1
from contracts.events.envelope import Event, event_id
from contracts.events.graph import FollowCreatedV1, FollowRequestedV1
from contracts.events.posts import EmbeddedPost, PersonRef, PostPublishedV2

from chalicelib.model import AccountDeleted, Kind, Notification, Person, notification_id, preview, spell

_QUOTE: Kind = "quote"
_REPLY: Kind = "reply"


class Inboxes(Protocol):
    """Keeps the notifications of all people."""

    def add(self, notification: Notification, at: datetime) -> None:
        """Keep a notification, unless it is there."""

    def of_person(
        self, user_id: str, before: str | None, limit: int
    ) -> tuple[list[Notification], str | None]:
        """Return the notifications of a person, newest first, and where the rest starts."""


class Quiet(Protocol):
    """Knows who wants, or may, hear nothing of whom."""

    def silent(self, user_id: str, other: str, now: datetime) -> bool:
        """Tell whether a person hears nothing of another."""

    def silenced(self, user_id: str, now: datetime) -> Collection[str]:
        """Return all of whom a person hears nothing."""


class Leavers(Protocol):
    """Knows who has deleted their account."""

    def left(self, ids: Collection[str]) -> Collection[str]:
        """Return those of the people who have."""


@dataclass(frozen=True)
class Inbox:
    """What becomes a notification, and for whom.

    Nobody is told of what they did themselves, or of someone whom they block or mute or who blocks them;
    nothing is told to or of who has deleted their account, however late news of them comes.
    """

    store: Inboxes
    leavers: Leavers
    quiet: Quiet
    now: Callable[[], datetime]

    def post_published(self, event: Event[PostPublishedV2]) -> None:
        """Tell who is answered, quoted or mentioned; who is more than one hears of the first only.

        A post that is not public tells only those whom it mentions, who may always see it. Each is told
        once of a post, however often it is edited; whom an edit adds hears of it then.
        """
        post, answered = event.data.post, event.data.in_reply_to_author
        if post.repost_of:
            self._reposted(event, post.repost_of)
            return
        kinds: dict[str, Kind] = {mentioned.id: "mention" for mentioned in post.mentions}
        quoted = post.quote.author.id if post.quote and post.quote.author else None
        for person, kind in ((quoted, _QUOTE), (answered, _REPLY)):
            if person and (event.data.audience == "public" or person in kinds):
                kinds[person] = kind
        for recipient in self._there(post.author, kinds):
            told = notification_id(first_fact(event), recipient, post.created_at)
            about = {"post_id": post.id, "preview": preview(post.text)}
            self._tell(event, recipient, kinds[recipient], post.author, told, **about)

    def _reposted(self, event: Event[PostPublishedV2], other: EmbeddedPost) -> None:
        """Tell whose post is passed on, about that post; of one person once in half an hour.

        What a private account passes on is for its followers, and nobody else is told.
        """
        if other.author and event.data.audience == "public":
            who = event.data.post.author
            told = notification_id(f"repost/{other.id}/{who.id}", other.author.id, spell(event.time))
            about = {"post_id": other.id, "preview": preview(other.text)}
            for author in self._there(who, [other.author.id]):
                self._tell(event, author, "repost", who, told, **about)

    def follow_created(self, event: Event[FollowCreatedV1]) -> None:
        """Tell who is followed."""
        for followee in self._there(event.data.follower, [event.data.followee]):
            self._tell(event, followee, "follow", event.data.follower)

    def follow_requested(self, event: Event[FollowRequestedV1]) -> None:
        """Tell who is asked."""
        for followee in self._there(event.data.follower, [event.data.followee]):
            self._tell(event, followee, "request", event.data.follower)

    def message_sent(self, event: Event[MessageSentV1]) -> None:
        """Tell all who may read the message."""
        message = event.data
        said = preview(message.text)
        for recipient in self._there(message.author, message.audience):
            self._tell(
                event, recipient, "message", message.author, channel_id=message.channel_id, preview=said
            )

    def reaction_changed(self, event: Event[ReactionChangedV1]) -> None:
        """Tell an author of the first reaction to a post in half an hour; the post shows how many it has."""
        said = event.data
        told = notification_id(f"reaction/{said.post_id}", said.author, spell(event.time))
        about = {"post_id": said.post_id, "preview": said.emoji}
        for author in self._there(said.person, [said.author]):
            self._tell(event, author, "reaction", said.person, told, **about)

    def mine(self, reader: str, before: str | None, limit: int) -> tuple[list[Notification], str | None]:
        """Return one page of the reader's notifications, newest first, and where the next page starts.

        What was told of someone before the reader blocked or muted them, or was blocked, is left out; such a
        page is shorter.

        Raises
        ------
        AccountDeleted
            If the reader has deleted their account; asked only of who has nothing to read.
        """
        found, rest = self.store.of_person(reader, before, limit)
        if not found and self.leavers.left([reader]):
            raise AccountDeleted
        silenced = self.quiet.silenced(reader, self.now()) if found else ()
        return [one for one in found if one.person.id not in silenced], rest

    def _there(self, who: PersonRef, recipients: Collection[str]) -> list[str]:
        """Return those of the recipients who are to hear what somebody did."""
        others = [one for one in recipients if one != who.id]
        left = self.leavers.left([who.id, *others]) if others else ()
        return [] if who.id in left else [one for one in others if one not in left]

    def _tell(
        self, event: Event[Any], recipient: str, kind: Kind, who: PersonRef, told: str = "", **about: str
    ) -> None:
        if self.quiet.silent(recipient, who.id, self.now()):
            return
        notification = Notification(
            id=told or notification_id(event.fact_id, recipient, event.time),
            user_id=recipient,
            kind=kind,
            person=Person(who.id, who.handle, who.name),
            created_at=event.time,
            **about,
        )
        self.store.add(notification, self.now())


def first_fact(event: Event[PostPublishedV2]) -> str:
    """Return the id of the fact that a post is there, whichever of its changes tells it."""
    return event_id("post.published.v1", event.subject, 1)
