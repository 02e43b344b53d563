"""Events as the other services publish them."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from chalicelib.model import Notification
from contracts.events.acts import ReactionChangedV1
from contracts.events.chat import MessageSentV1
from contracts.events.envelope import Event, event
from contracts.events.graph import FollowCreatedV1
from contracts.events.notify import NotificationCreatedV2
from contracts.events.posts import (
    Audience,
    EmbeddedPost,
    PersonRef,
    PostPublishedV2,
    PostSnapshot,
    ProfileCreatedV1,
    ProfileData,
    ProfileUpdatedV1,
)
from contracts.events.rtc import ConnectionClosedV1, ConnectionOpenedV1
from tests.fakes import AIKO, NOON


def post(
    author: PersonRef,
    text: str = "こんにちは",
    *,
    mentions: Sequence[PersonRef] = (),
    answers: PersonRef | None = None,
    audience: Audience = "public",
    quotes: PersonRef | None = None,
    passes_on: PersonRef | None = None,
) -> Event[PostPublishedV2]:
    snapshot = PostSnapshot(
        id="a-post",
        author=author,
        text=text,
        mentions=tuple(mentions),
        in_reply_to="another-post" if answers else None,
        created_at=NOON,
        quote=_embedded(quotes),
        repost_of=_embedded(passes_on),
    )
    answered = answers.id if answers else None
    data = PostPublishedV2(post=snapshot, audience=audience, in_reply_to_author=answered)
    return event(data, source="hidoki.posts", subject="post/a-post", sequence=1, time=NOON)


def _embedded(author: PersonRef | None) -> EmbeddedPost | None:
    return EmbeddedPost(id="other-post", author=author, created_at=NOON) if author else None


def follow(follower: PersonRef, followee: PersonRef, sequence: int = 1) -> Event[FollowCreatedV1]:
    data = FollowCreatedV1(follower=follower, followee=followee.id)
    subject = f"follow/{follower.id}/{followee.id}"
    return event(data, source="hidoki.posts", subject=subject, sequence=sequence, time=NOON)


def reaction(
    person: PersonRef, author: PersonRef, emoji: str = "🍁", *, sequence: int = 1, at: datetime = NOON
) -> Event[ReactionChangedV1]:
    data = ReactionChangedV1(person=person, post_id="a-post", author=author.id, emoji=emoji)
    subject = f"reaction/{person.id}/a-post"
    return event(data, source="hidoki.posts", subject=subject, sequence=sequence, time=at)


def message(
    author: PersonRef, audience: Sequence[PersonRef], text: str = "こんにちは"
) -> Event[MessageSentV1]:
    data = MessageSentV1(
        message_id="a-message",
        channel_id="a-channel",
        author=author,
        text=text,
        sent_at=NOON,
        audience=tuple(person.id for person in audience),
    )
    return event(data, source="hidoki.chat", subject="message/a-channel/a-message", sequence=1, time=NOON)


def profile(sequence: int, locale: str) -> Event[ProfileData]:
    kind = ProfileCreatedV1 if sequence == 1 else ProfileUpdatedV1
    data: ProfileData = kind(user_id=AIKO.id, handle="aiko", name="愛子", locale=locale)
    return event(data, source="hidoki.posts", subject=f"profile/{AIKO.id}", sequence=sequence, time=NOON)


def opened(
    connection: str, sequence: int = 1, until: datetime = NOON + timedelta(hours=1)
) -> Event[ConnectionOpenedV1]:
    data = ConnectionOpenedV1(connection_id=connection, user_id=AIKO.id, expires_at=until)
    subject = f"connection/{connection}"
    return event(data, source="hidoki.rtc", subject=subject, sequence=sequence, time=NOON)


def closed(connection: str, sequence: int = 2, alive: datetime = NOON) -> Event[ConnectionClosedV1]:
    data = ConnectionClosedV1(connection_id=connection, user_id=AIKO.id, last_alive_at=alive)
    subject = f"connection/{connection}"
    return event(data, source="hidoki.rtc", subject=subject, sequence=sequence, time=NOON)


def created(notification: Notification) -> Event[NotificationCreatedV2]:
    person = notification.person
    data = NotificationCreatedV2(
        notification_id=notification.id,
        user_id=notification.user_id,
        kind=notification.kind,
        person=PersonRef(id=person.id, handle=person.handle, name=person.name),
        post_id=notification.post_id,
        channel_id=notification.channel_id,
        preview=notification.preview,
        created_at=notification.created_at,
    )
    subject = f"notification/{notification.id}"
    return event(data, source="hidoki.notify", subject=subject, sequence=1, time=NOON)
