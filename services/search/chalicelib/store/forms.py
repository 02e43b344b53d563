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

_NONCE = secrets.token_hex(8)

MARK_OPEN, MARK_CLOSE = f"{_NONCE}(", f"{_NONCE})"
"""What the engine puts around a match: nobody can write it into a post."""

_MARK = re.compile(f"{_NONCE}[()]")

_MARKS = "[\uff9e\uff9f\u0300-\u036f\u3099\u309a]"
_BELONGS = re.compile(_MARKS)
"""A sound mark or an accent, which belongs to the character before it."""

_WRITTEN = re.compile(f"(?s).{_MARKS}*")
"""A character and all that belongs to it."""


def usual(text: str) -> str:
    """Return text in its one form (NFKC).

    Examples
    --------
    >>> usual("ｶﾞﾝﾀﾞﾑのＰｈｏｔｏ")
    'ガンダムのPhoto'
    """
    if unicodedata.is_normalized("NFKC", text):  # as most texts are: each character is its own form
        return text
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
    as_written = unicodedata.is_normalized("NFKC", written) and not _BELONGS.search(written)
    pieces = _slices(written, parts) if as_written else _characters(written, parts)
    text = "".join(
        f"<em>{html.escape(piece)}</em>" if emphasised else html.escape(piece) for emphasised, piece in pieces
    )
    return text.replace("</em><em>", "")  # side by side they are one match; no author's text has these


def _slices(written: str, parts: list[str]) -> Iterator[tuple[bool, str]]:
    """Cut a text whose every character stands at the same place in the engine's copy, as in most texts."""
    start = 0
    for number, part in enumerate(parts):
        if piece := written[start : start + len(part)]:
            yield number % 2 == 1, piece
        start += len(part)
    if rest := written[start:]:
        yield False, rest


def _characters(written: str, parts: list[str]) -> Iterator[tuple[bool, str]]:
    matched = [number % 2 == 1 for number, part in enumerate(parts) for _ in part]
    start = 0
    for character, form in _forms(written):
        yield any(matched[start : start + len(form)]), character
        start += len(form)


def _forms(text: str) -> Iterator[tuple[str, str]]:
    for found in _WRITTEN.finditer(text):
        yield found[0], unicodedata.normalize("NFKC", found[0])
