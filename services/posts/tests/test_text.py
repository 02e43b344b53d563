"""The grammar of texts: Japanese as it is written, and what people try with Unicode."""

import unicodedata
from contextlib import suppress

import pytest
from chalicelib.model import InvalidPost
from chalicelib.text import (
    BYTE_LIMIT,
    GRAPHEME_LIMIT,
    LINK_LIMIT,
    MARK_LIMIT,
    MENTION_LIMIT,
    TAG_LENGTH,
    TAG_LIMIT,
    WARNING_LIMIT,
    checked_language,
    checked_text,
    checked_warning,
    folded_tag,
    graphemes,
    linked,
    mentioned,
    tagged,
)
from hypothesis import given
from hypothesis import strategies as st

FAMILY = "\N{MAN}\N{ZERO WIDTH JOINER}\N{WOMAN}\N{ZERO WIDTH JOINER}\N{GIRL}"  # one grapheme, 18 bytes
COMBINED = "か\N{COMBINING KATAKANA-HIRAGANA VOICED SOUND MARK}"
ACUTE = "\N{COMBINING ACUTE ACCENT}"

TEXTS = st.text(
    st.sampled_from("ab1_#＃@＠.・ー々紅葉か\u3099ﾊﾟ🍁\u200b\u200d\u202e\u0301яо。、! \n/:") | st.characters(),
    max_size=80,
) | st.from_regex(r"(https?://[a-z.]{1,9}/?|[#＃@＠]\w{0,5}|紅葉| ){0,12}", fullmatch=True)


@pytest.mark.parametrize("grapheme", ["a", "紅", COMBINED, f"e{ACUTE}", "🍁"])
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


@pytest.mark.parametrize("text", ["", " ", "\n\t ", "\u3000", "\u200b\u2060", "\u3164", "\u202e", "\ufe0f"])
def test_a_post_in_which_nothing_is_seen_is_refused(text: str) -> None:
    with pytest.raises(InvalidPost, match="some text"):
        checked_text(text)


@pytest.mark.parametrize("control", ["\x00", "\x1b", "\x7f", "\x85", "\r"])
def test_a_post_with_control_characters_is_refused(control: str) -> None:
    with pytest.raises(InvalidPost, match="control"):
        checked_text(f"a{control}b")


def test_line_ends_are_kept_as_one_form() -> None:
    assert checked_text("一\r\n二\n\t三") == "一\n二\n\t三"


def test_what_turns_the_direction_of_the_rest_of_the_page_is_not_kept() -> None:
    assert checked_text("abc\u202egnp.exe\u2066x\u2069") == "abcgnp.exex"
    assert checked_text("שלום\u200f!") == "שלום\u200f!"


def test_a_letter_carries_8_marks_and_no_more() -> None:
    assert checked_text("a" + ACUTE * MARK_LIMIT + "b" + ACUTE * MARK_LIMIT)
    for check in (checked_text, checked_warning):
        with pytest.raises(InvalidPost, match="at most 8 marks"):
            check("a" + ACUTE * (MARK_LIMIT + 1))


@pytest.mark.parametrize(
    ("text", "handles"),
    [
        ("@Aiko and @ben, @aiko again", ["aiko", "ben"]),
        ("こんにちは@aikoさん", ["aiko"]),
        ("＠aiko さん", ["aiko"]),
        ("(@aiko) 「@ben」.", ["aiko", "ben"]),
        ("@aiko、@ben。", ["aiko", "ben"]),
        ("@aiko🍁", ["aiko"]),
        ("mail aiko@example.jp", []),
        ("@aiko@example.jp", []),
        ("@a", []),
        ("@" + "a" * 30, ["a" * 30]),
        ("@" + "a" * 31, []),
        ("https://hidoki.example/@aiko", []),
        ("https://hidoki.example/?x=(@aiko)", []),
        ("@aik\N{CYRILLIC SMALL LETTER O}", []),
        ("@\N{CYRILLIC SMALL LETTER A}iko", []),
        ("@ai\u200bko", []),
        (f"@aiko{ACUTE}", []),
        ("@aikoｘ", []),
        ("@aiko\u202e", []),
    ],
)
def test_a_text_addresses_the_handles_in_it(text: str, handles: list[str]) -> None:
    assert list(mentioned(text)) == handles


def test_a_text_addresses_20_people_and_no_more() -> None:
    handles = [f"user{number}" for number in range(MENTION_LIMIT + 1)]
    assert list(mentioned(" @".join(["", *handles[:-1]]))) == handles[:-1]
    with pytest.raises(InvalidPost, match="mentions at most 20 people; this one has 21"):
        mentioned(" @".join(["", *handles]))


def test_ten_thousand_mentions_are_counted_and_refused() -> None:
    with pytest.raises(InvalidPost, match="this one has 10000"):
        mentioned(" ".join(f"@u{number:05}" for number in range(10_000)))


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("#Kyoto and #kyoto", ["kyoto"]),
        ("今日は＃紅葉を見た。きれい", ["紅葉を見た"]),
        ("今日は#京都　いい天気", ["京都"]),
        ("#紅葉、#もみじ！#秋", ["紅葉", "もみじ", "秋"]),
        ("「#京都」(#奈良)", ["京都", "奈良"]),
        ("#ﾊﾟﾝ", ["パン"]),
        (f"#{COMBINED}ま", ["がま"]),
        ("#Ｋｙｏｔｏ２０２６", ["kyoto2026"]),
        (
            "#サーバー #佐々木 #ジョン・スミス #rock_n_roll",
            ["サーバー", "佐々木", "ジョン・スミス", "rock_n_roll"],
        ),
        ("#東京Tower", ["東京tower"]),
        ("#京都・", ["京都"]),
        ("#Straße", ["strasse"]),
        ("#हिन्दी", ["हिन्दी"]),
        ("#kyo\u200bto", ["kyo"]),
        ("#1 #2026 #_ # ##x #️⃣", []),
        ("a#b c/#d &#39; https://a.example/#e", []),
        ("#紅葉#京都", ["紅葉", "京都"]),
        ("#🍁", []),
        ("#p\N{CYRILLIC SMALL LETTER A}ypal", []),
        ("#раздел", ["раздел"]),
        ("#" + "紅" * TAG_LENGTH, ["紅" * TAG_LENGTH]),
        ("#" + "紅" * (TAG_LENGTH + 1), []),
        ("https://a.example/x。#秋", ["秋"]),
    ],
)
def test_a_text_has_the_tags_in_it(text: str, tags: list[str]) -> None:
    assert list(tagged(text)) == tags


def test_a_text_has_10_tags_and_no_more() -> None:
    assert len(tagged(" ".join(f"#tag{number}" for number in range(TAG_LIMIT)))) == TAG_LIMIT
    with pytest.raises(InvalidPost, match="has at most 10 tags; this one has 11"):
        tagged("＃".join(["", *(f"秋{number}。" for number in range(TAG_LIMIT + 1))]))


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("https://hidoki.example/a?b=c#d", ["https://hidoki.example/a?b=c#d"]),
        ("詳しくはhttps://example.jp/紅葉を", ["https://example.jp/"]),
        ("（https://example.jp）。https://example.jp", ["https://example.jp"]),
        (
            "see https://en.example.org/wiki/A_(b), (https://a.example/x).",
            ["https://en.example.org/wiki/A_(b)", "https://a.example/x"],
        ),
        ("HTTP://Example.JP:8080/x!", ["HTTP://Example.JP:8080/x"]),
        ("https://user@evil.example ftp://a.example xhttps://a.example javascript://a.example/", []),
        ("https://\N{CYRILLIC SMALL LETTER A}pple.example", []),
        ("https://a https://-a.example https://a..example", []),
    ],
)
def test_a_text_has_the_links_in_it(text: str, links: list[str]) -> None:
    assert list(linked(text)) == links


def test_a_text_has_10_links_and_no_more() -> None:
    links = [f"https://a{number}.example/" for number in range(LINK_LIMIT + 1)]
    assert list(linked(" ".join(links[:-1]))) == links[:-1]
    with pytest.raises(InvalidPost, match="has at most 10 links; this one has 11"):
        linked(" ".join(links))


def test_a_warning_is_one_line_of_100_characters_at_most() -> None:
    assert checked_warning(" ネタバレ ") == "ネタバレ"
    assert checked_warning(" \u200b ") == ""
    assert checked_warning("紅" * WARNING_LIMIT)
    for warning in ("紅" * (WARNING_LIMIT + 1), "a\nb", "a\x00b"):
        with pytest.raises(InvalidPost, match="at most 100 characters on one line"):
            checked_warning(warning)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("JA", "ja"),
        ("en-us", "en-US"),
        ("zh-hant-tw", "zh-Hant-TW"),
        ("es-419", "es-419"),
        ("sl-ROZAJ", "sl-rozaj"),
    ],
)
def test_a_language_is_kept_in_its_usual_case(written: str, kept: str) -> None:
    assert checked_language(written) == kept


@pytest.mark.parametrize(
    "tag", ["", "j", "japanese", "ja_JP", "ja-", "ja-JP-", "日本", "ja\n", "x-private", "en-US-US"]
)
def test_what_is_no_language_is_refused(tag: str) -> None:
    with pytest.raises(InvalidPost, match="BCP 47"):
        checked_language(tag)


@given(TEXTS)
def test_what_a_text_holds_is_bounded_and_comes_in_one_form(text: str) -> None:
    with suppress(InvalidPost):
        assert all(handle.isascii() and 2 <= len(handle) <= 30 for handle in mentioned(text))
    with suppress(InvalidPost):
        for tag in tagged(text):
            assert 0 < len(tag) <= TAG_LENGTH
            assert not any(
                unicodedata.category(one) in ("Cf", "Cc", "Zs", "Po") and one not in "·・" for one in tag
            )
            assert folded_tag(tag) == folded_tag(f"#{tag}") == folded_tag(f"＃{tag}") == tag
            assert list(tagged(f"#{tag}")) == [tag]
    with suppress(InvalidPost):
        assert all(link.isascii() and link in text for link in linked(text))


@given(TEXTS)
def test_a_text_that_is_kept_is_kept_as_it_is(text: str) -> None:
    with suppress(InvalidPost):
        kept = checked_text(text)
        assert checked_text(kept) == kept


@given(st.text(st.sampled_from("#＃@https://.,()a"), max_size=3_000))
def test_reading_a_text_takes_no_more_than_a_moment(text: str) -> None:
    for read in (mentioned, tagged, linked):
        with suppress(InvalidPost):
            read(text)
