"""A post's text, its mentions, its media and its id."""

import base64
from contextlib import suppress
from datetime import UTC, datetime
from uuid import UUID

import pytest
from chalicelib.model import (
    BYTE_LIMIT,
    GRAPHEME_LIMIT,
    MEDIA_LIMIT,
    MENTION_LIMIT,
    InvalidPost,
    NoSuchPost,
    PostId,
    checked_media,
    checked_text,
    graphemes,
    mentioned,
)
from hypothesis import given
from hypothesis import strategies as st
from ulid import ULID

FAMILY = "\N{MAN}\N{ZERO WIDTH JOINER}\N{WOMAN}\N{ZERO WIDTH JOINER}\N{GIRL}"  # one grapheme, 18 bytes
COMBINED = "か\N{COMBINING KATAKANA-HIRAGANA VOICED SOUND MARK}"


@pytest.mark.parametrize("grapheme", ["a", "紅", COMBINED, "e\N{COMBINING ACUTE ACCENT}", "🍁"])
def test_a_post_of_500_graphemes_is_taken_and_one_of_501_is_refused(grapheme: str) -> None:
    assert checked_text(grapheme * GRAPHEME_LIMIT)
    with pytest.raises(InvalidPost, match="at most 500 characters; this one has 501"):
        checked_text(grapheme * (GRAPHEME_LIMIT + 1))


def test_a_family_of_emoji_is_one_grapheme() -> None:
    assert graphemes(FAMILY * 101) == 101
    families = FAMILY * 120
    assert checked_text(families + "紅" * 380)
    with pytest.raises(InvalidPost, match="has 501"):
        checked_text(families + "紅" * 381)


def test_a_post_of_4000_bytes_is_taken_and_one_of_4001_is_refused() -> None:
    families = FAMILY * 222
    assert len(families.encode()) == 3_996
    assert checked_text(families + "abcd")
    with pytest.raises(InvalidPost, match=f"at most {BYTE_LIMIT} bytes of UTF-8; this one has 4001"):
        checked_text(families + "abcde")


@pytest.mark.parametrize("text", ["", " ", "\n\t ", "\u3000"])
def test_a_post_without_text_is_refused(text: str) -> None:
    with pytest.raises(InvalidPost, match="some text"):
        checked_text(text)


@pytest.mark.parametrize("control", ["\x00", "\x1b", "\x7f", "\x85", "\r"])
def test_a_post_with_control_characters_is_refused(control: str) -> None:
    with pytest.raises(InvalidPost, match="control"):
        checked_text(f"a{control}b")


def test_line_ends_are_kept_as_one_form() -> None:
    assert checked_text("一\r\n二\n\t三") == "一\n二\n\t三"


@pytest.mark.parametrize(
    ("text", "handles"),
    [
        ("@Aiko and @ben, @aiko again", ["aiko", "ben"]),
        ("こんにちは@aikoさん", ["aiko"]),
        ("＠aiko さん", ["aiko"]),
        ("(@aiko) 「@ben」.", ["aiko", "ben"]),
        ("mail aiko@example.jp", []),
        ("@aiko@example.jp", []),
        ("@a", []),
        ("@" + "a" * 30, ["a" * 30]),
        ("@" + "a" * 31, []),
        ("https://hidoki.example/@aiko", []),
    ],
)
def test_a_text_addresses_the_handles_in_it(text: str, handles: list[str]) -> None:
    assert mentioned(text) == handles


def test_a_text_addresses_20_people_and_no_more() -> None:
    handles = [f"user{number}" for number in range(MENTION_LIMIT + 1)]
    assert mentioned(" @".join(["", *handles[:-1]])) == handles[:-1]
    with pytest.raises(InvalidPost, match="mentions at most 20"):
        mentioned(" @".join(["", *handles]))


def test_a_post_names_10_media_each_once() -> None:
    media = tuple(f"m{number}" for number in range(MEDIA_LIMIT + 1))
    assert checked_media(media[:-1]) == media[:-1]
    with pytest.raises(InvalidPost, match="at most 10"):
        checked_media(media)
    with pytest.raises(InvalidPost, match="once"):
        checked_media(["m1", "m1"])


@given(st.uuids(), st.binary(min_size=16, max_size=16))
def test_an_id_read_back_is_the_same_id(author: UUID, ulid: bytes) -> None:
    post = PostId(str(author), str(ULID.from_bytes(ulid)))
    assert len(str(post)) == 43
    assert base64.urlsafe_b64decode(str(post) + "=") == author.bytes + ulid
    assert PostId.parse(str(post)) == post


@given(st.text(max_size=60) | st.from_regex("[A-Za-z0-9_-]{43}", fullmatch=True))
def test_what_is_read_as_an_id_is_exactly_that_id(text: str) -> None:
    with suppress(NoSuchPost):
        assert str(PostId.parse(text)) == text


def test_what_is_no_ulid_makes_no_id() -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        str(PostId(str(UUID(int=1)), "01KAV6QB0000000000000000I0"))


def test_an_id_tells_when_the_post_was_made() -> None:
    at = datetime(2026, 11, 24, 12, 0, 0, 123_000, tzinfo=UTC)
    assert PostId(str(UUID(int=1)), str(ULID.from_datetime(at))).created_at == at
