"""Events of other services, as rtc hears of them."""

from contracts.events.chat import MemberJoinedV1, MessageSentV1
from contracts.events.envelope import Event, EventData, event
from contracts.events.notify import NotificationCreatedV2
from contracts.events.posts import PersonRef, PostSnapshot, TimelineDeliveredV1
from tests.fakes import NOW

AIKO = PersonRef(id="aiko", handle="aiko", name="愛子")


def of[D: EventData](data: D, source: str, subject: str, sequence: int = 1) -> Event[D]:
    return event(data, source=f"hidoki.{source}", subject=subject, sequence=sequence, time=NOW)


def joined(channel_id: str, user_id: str) -> Event[MemberJoinedV1]:
    data = MemberJoinedV1(channel_id=channel_id, user_id=user_id)
    return of(data, "chat", f"member/{channel_id}/{user_id}")


def message(channel_id: str, *audience: str, text: str = "こんにちは") -> Event[MessageSentV1]:
    data = MessageSentV1(
        message_id="m1", channel_id=channel_id, author=AIKO, text=text, sent_at=NOW, audience=audience
    )
    return of(data, "chat", f"message/{channel_id}/m1")


def timeline(*recipients: str, removed: bool = False) -> Event[TimelineDeliveredV1]:
    post = None if removed else PostSnapshot(id="p1", author=AIKO, text="京都の紅葉", created_at=NOW)
    data = TimelineDeliveredV1(post_id="p1", author="aiko", recipients=recipients, post=post)
    return of(data, "posts", "chunk/p1/1/0", 2 if removed else 1)


def notification(user_id: str) -> Event[NotificationCreatedV2]:
    data = NotificationCreatedV2(
        notification_id="n1", user_id=user_id, kind="mention", person=AIKO, post_id="p1", created_at=NOW
    )
    return of(data, "notify", "notification/n1")
