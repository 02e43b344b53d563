"""One form for the many in which Unicode writes the same character, and the way back to what was written.

The engine reads the one form (half-width ｶﾞﾝﾀﾞﾑ and full-width Ｐｈｏｔｏ become ガンダム and Photo), people
are shown what was written. Done here and not by the engine's character filters, so that what it marks can
be traced exactly, on every engine.
"""

import html
import re
import secrets
import unicodedata
from collections.abc import Iterator
from itertools import groupby

_NONCE = secrets.token_hex(8)

MARK_OPEN, MARK_CLOSE = f"{_NONCE}(", f"{_NONCE})"
"""What the engine puts around a match: nobody can write it into a post."""

_MARK = re.compile(f"{_NONCE}[()]")

_WRITTEN = re.compile("(?s).[\uff9e\uff9f\u0300-\u036f\u3099\u309a]*")
"""A character and the sound marks and accents that belong to it."""


def usual(text: str) -> str:
    """Return text in its one form (NFKC).

    Examples
    --------
    >>> usual("ｶﾞﾝﾀﾞﾑのＰｈｏｔｏ")
    'ガンダムのPhoto'
    """
    return "".join(form for _, form in _forms(text))


def words(text: str) -> str:
    """Return text in its one form with a space for all that is neither letter nor digit.

    Examples
    --------
    >>> words("@aiko_yamada")
    ' aiko yamada'
    """
    return "".join(character if character.isalnum() else " " for character in usual(text))


def highlighted(written: str, marked: str | None) -> str:
    """Return what was written as HTML in which `<em>` around what matched is the only markup.

    Parameters
    ----------
    written
        The text as its author wrote it.
    marked
        The engine's copy of its `usual` form or its `words`, with marks; None if nothing is marked.

    Examples
    --------
    >>> highlighted("<b>ｶﾞﾝﾀﾞﾑ", f"<b>{MARK_OPEN}ガンダム{MARK_CLOSE}")
    '&lt;b&gt;<em>ｶﾞﾝﾀﾞﾑ</em>'
    """
    # Marks come in pairs, so every other part is a match.
    parts = _MARK.split(marked or "")
    matched = [number % 2 == 1 for number, part in enumerate(parts) for _ in part]
    return "".join(
        f"<em>{html.escape(run)}</em>" if emphasised else html.escape(run)
        for emphasised, run in _runs(written, matched)
    )


def _runs(written: str, matched: list[bool]) -> Iterator[tuple[bool, str]]:
    def characters() -> Iterator[tuple[bool, str]]:
        start = 0
        for character, form in _forms(written):
            yield any(matched[start : start + len(form)]), character
            start += len(form)

    for emphasised, run in groupby(characters(), key=lambda pair: pair[0]):
        yield emphasised, "".join(character for _, character in run)


def _forms(text: str) -> Iterator[tuple[str, str]]:
    for found in _WRITTEN.finditer(text):
        yield found[0], unicodedata.normalize("NFKC", found[0])
