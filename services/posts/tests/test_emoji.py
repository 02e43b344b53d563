"""What people may react with."""

import pytest
from chalicelib.emoji import SHORTCODES, NoEmoji, checked_emoji


@pytest.mark.parametrize(
    "emoji",
    [
        "🍁",
        "👍",
        "👍🏽",
        "❤️",
        "🏳️‍🌈",
        "👨‍👩‍👧‍👦",
        "👨🏻‍❤️‍💋‍👨🏿",
        "🇯🇵",
        "🏴󠁧󠁢󠁷󠁬󠁳󠁿",
        "1️⃣",
        "#️⃣",
        "©️",
        "🧑‍⚕️",
        "⛹🏻‍♂️",
        "🫠",
        "㊗️",
    ],
)
def test_an_emoji_as_unicode_spells_it_is_kept_as_it_is(emoji: str) -> None:
    assert checked_emoji(emoji) == emoji


@pytest.mark.parametrize(
    ("sent", "kept"),
    [("❤", "❤️"), ("🍁\ufe0f", "🍁"), ("1\u20e3", "1️⃣"), ("🧑‍⚕", "🧑‍⚕️"), ("❤‍🔥", "❤️‍🔥"), (":Kusa:", ":kusa:")],
)
def test_two_spellings_of_one_emoji_are_counted_as_one(sent: str, kept: str) -> None:
    assert checked_emoji(sent) == kept


@pytest.mark.parametrize("code", SHORTCODES)
def test_each_code_of_ours_is_taken(code: str) -> None:
    assert checked_emoji(f":{code}:") == f":{code}:"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "1",
        "草",
        "👍👍",
        "👍 ",
        " 👍",
        "👍x",
        "👍\u0301",
        "👍\u200d",
        "\u200d",
        "\ufe0f",
        "❤\ufe0e",
        "🍁🏽",
        "🏽🏽",
        "🇯",
        "🇽🇽",
        "🇯🇵🇯🇵",
        "🏴󠁧󠁢󠁸󠁸󠁸󠁿",
        "👨‍👩‍👧‍👦‍👦",
        "👍" + "\u0301" * 100,
        "\u202e👍",
        "\ud83d",
        "::",
        ":",
        ":nothing:",
        ":kusa",
        "kusa:",
        ":kusa::",
        "👍‍:kusa:",
    ],
)
def test_what_is_not_just_one_emoji_is_refused(text: str) -> None:
    with pytest.raises(NoEmoji, match=":otsukare:"):
        checked_emoji(text)
