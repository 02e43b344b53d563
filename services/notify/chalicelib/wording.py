"""What a push says, in Japanese and English."""

from collections.abc import Mapping

from chalicelib.model import Kind, Notification

_TITLES: Mapping[str, Mapping[Kind, str]] = {
    "ja": {
        "follow": "{name}さんにフォローされました",
        "mention": "{name}さんからのメンション",
        "reply": "{name}さんからの返信",
        "quote": "{name}さんが引用しました",
        "repost": "{name}さんがリポストしました",
        "message": "{name}さんからのメッセージ",
        "reaction": "{name}さんがリアクションしました",
    },
    "en": {
        "follow": "{name} followed you",
        "mention": "{name} mentioned you",
        "reply": "{name} replied to you",
        "quote": "{name} quoted you",
        "repost": "{name} reposted you",
        "message": "{name} sent you a message",
        "reaction": "{name} reacted to your post",
    },
}

_WITHOUT_TEXT = {"ja": "（テキストなし）", "en": "(no text)"}


def worded(notification: Notification, locale: str) -> tuple[str, str]:
    """Return the title and body of a push, in the language nearest to the reader's."""
    language = "ja" if locale.lower().split("-")[0] == "ja" else "en"
    person = notification.person
    title = _TITLES[language][notification.kind].format(name=person.name)
    if notification.kind == "follow":
        return title, f"@{person.handle}"
    return title, notification.preview or _WITHOUT_TEXT[language]
