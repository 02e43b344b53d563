"""Forms: one form to search in, and highlights on what was written."""

import html
import re

import pytest
from chalicelib.store.forms import MARK_CLOSE, MARK_OPEN, highlighted, usual, words
from hypothesis import given
from hypothesis import strategies as st

WRITTEN = st.text(st.sampled_from("aＰé e\u0301ｶﾞﾊﾟﾝ紅葉は゛か\u3099<>&\"'㌔🍁\ue000(){}\n"), max_size=30)


@pytest.mark.parametrize(
    ("written", "one"),
    [
        ("ｶﾞﾝﾀﾞﾑ", "ガンダム"),
        ("ﾊﾟﾝ", "パン"),
        ("Ｐｈｏｔｏ１２３", "Photo123"),
        ("か\u3099", "が"),
        ("cafe\u0301", "café"),
        ("㌔", "キロ"),
        ("京都の紅葉🍁", "京都の紅葉🍁"),
        ("", ""),
    ],
)
def test_a_character_has_one_form_however_it_is_written(written: str, one: str) -> None:
    assert usual(written) == one


def test_words_are_letters_and_digits() -> None:
    assert words("@aiko_yamada-ｱｲｺ2 O'Brien") == " aiko yamada アイコ2 O Brien"


@pytest.mark.parametrize(
    ("written", "match", "shown"),
    [
        ("ｶﾞﾝﾀﾞﾑだ", "ガンダム", "<em>ｶﾞﾝﾀﾞﾑ</em>だ"),
        ("10㌔走った", "キロ", "10<em>㌔</em>走った"),
        ("<script>", "script", "&lt;<em>script</em>&gt;"),
        ("a & <b>", "<b>", "a &amp; <em>&lt;b&gt;</em>"),
        ("<em>x</em>", "x", "&lt;em&gt;<em>x</em>&lt;/em&gt;"),
    ],
)
def test_what_was_written_is_emphasised_where_its_form_matched(written: str, match: str, shown: str) -> None:
    marked = usual(written).replace(match, f"{MARK_OPEN}{match}{MARK_CLOSE}", 1)
    assert highlighted(written, marked) == shown


def test_neighbouring_matches_are_one() -> None:
    marked = f"{MARK_OPEN}京都{MARK_CLOSE}{MARK_OPEN}大学{MARK_CLOSE}"
    assert highlighted("京都大学", marked) == "<em>京都大学</em>"


def test_without_marks_the_text_is_escaped() -> None:
    assert highlighted("<b>紅葉", None) == "&lt;b&gt;紅葉"


@given(WRITTEN, st.data())
def test_nothing_but_our_emphasis_is_markup_and_no_character_is_lost(
    written: str, data: st.DataObject
) -> None:
    form = usual(written)
    start = data.draw(st.integers(0, len(form)))
    end = data.draw(st.integers(start, len(form)))
    marked = f"{form[:start]}{MARK_OPEN}{form[start:end]}{MARK_CLOSE}{form[end:]}"
    shown = highlighted(written, marked)
    bare = re.sub("</?em>", "", shown)
    assert "<" not in bare
    assert html.unescape(bare) == written


def test_an_accent_that_has_no_form_of_its_own_is_emphasised_with_its_letter() -> None:
    assert usual("x\u0301") == "x\u0301"
    assert highlighted("x\u0301y", f"{MARK_OPEN}x{MARK_CLOSE}\u0301y") == "<em>x\u0301</em>y"


@given(WRITTEN)
def test_a_text_in_its_one_form_stays_as_it_is(written: str) -> None:
    assert usual(usual(written)) == usual(written)
