"""Events of other services, as rtc hears of them."""

from contracts.events.chat import MemberJoinedV1, MessageSentV1
from contracts.events.envelope import event
from contracts.events.notify import NotificationCreatedV1
from contracts.events.posts import PersonRef, PostSnapshot, TimelineDeliveredV1
from tests.fakes import NOW

AIKO = PersonRef(id="aiko", handle="aiko", name="愛子")


def of(data, source, subject, sequence=1):
    return event(data, source=f"hidoki.{source}", subject=subject, sequence=sequence, time=NOW)


def joined(channel_id, user_id):
    data = MemberJoinedV1(channel_id=channel_id, user_id=user_id)
    return of(data, "chat", f"member/{channel_id}/{user_id}")


def message(channel_id, *audience, text="こんにちは"):
    data = MessageSentV1(
        message_id="m1", channel_id=channel_id, author=AIKO, text=text, sent_at=NOW, audience=audience
    )
    return of(data, "chat", f"message/{channel_id}/m1")


def timeline(*recipients, removed=False):
    post = None if removed else PostSnapshot(id="p1", author=AIKO, text="京都の紅葉", created_at=NOW)
    data = TimelineDeliveredV1(post_id="p1", author="aiko", recipients=recipients, post=post)
    return of(data, "posts", "chunk/p1/1/0", 2 if removed else 1)


def notification(user_id):
    data = NotificationCreatedV1(
        notification_id="n1", user_id=user_id, kind="mention", person=AIKO, post_id="p1", created_at=NOW
    )
    return of(data, "notify", "notification/n1")
