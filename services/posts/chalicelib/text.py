"""The grammar of texts: what may be written, and the mentions, tags and links in it.

Mentions are read in the text as it stands: a handle is ASCII, and whatever merely looks like more of it makes
it none. Tags are read in its NFKC form, in which ＃ is #, and half-width kana and their marks are one letter;
Japanese puts no spaces between words, so a tag may follow any of its letters and ends at punctuation.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import groupby

from chalicelib.model import InvalidPost

GRAPHEME_LIMIT = 500
BYTE_LIMIT = 4_000
WARNING_LIMIT = 100
MENTION_LIMIT = 20
"""People that one text may address; each costs two reads."""

TAG_LIMIT = 10
"""Tags of one text; each costs a write."""

TAG_LENGTH = 100
"""Characters of a tag; what is longer is none."""

LINK_LIMIT = 10

MARK_LIMIT = 8
"""Marks on one letter: no language takes more than about five, and a pile of them covers its neighbours."""

_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")

_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Characters that turn the direction of what follows, also of what others wrote around it."""

_MARKS = ("Mn", "Me")
_UNSEEN = ("Cf", "Zs", "Zl", "Zp", "Cc", "Mn", "Me")
_UNSEEN_LETTERS = frozenset("\u115f\u1160\u3164\uffa0\u2800")
"""Hangul fillers and the empty Braille cell, which Unicode counts as letters and symbols."""

_LINK = re.compile(
    r"(?<![A-Za-z0-9])https?://(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}(?![a-z0-9.@_-]*@)(?::\d{1,5})?"
    r"(?:[/?#][A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]*)?",
    re.ASCII | re.IGNORECASE,
)
"""An address of a host in ASCII: a host in other letters may look like another one's."""

_MENTION = re.compile(r"(?<![A-Za-z0-9_.@/＠])[@＠]([A-Za-z0-9_]{2,30})(?![A-Za-z0-9_]|[@＠]\w)", re.ASCII)
"""`@handle`, also with the full-width sign of Japanese keyboards; not in addresses such as `a@b.jp`."""

_TAG_START = re.compile(r"(?<![A-Za-z0-9_#/&])#")
_TAG_JOINTS = frozenset("_·・\u200c\u200d")
"""What may stand inside a tag beside letters, digits and marks."""

_LOOKALIKES = frozenset({"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC"})
"""Scripts with letters that look alike: a tag is of one of them."""

_EAST_ASIAN = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO", "IDEOGRAPHIC")

_LANGUAGE = re.compile(
    r"([a-z]{2,3})(?:-([a-z]{4}))?(?:-([a-z]{2}|[0-9]{3}))?((?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3})){0,2})",
    re.IGNORECASE | re.ASCII,
)


def checked_text(text: str) -> str:
    """Return a post's text as it is kept, with plain line ends and nothing that turns its direction.

    Raises
    ------
    InvalidPost
        If it shows nothing, is too long, or holds control characters or piles of marks.
    """
    text = _TURNS.sub("", text.replace("\r\n", "\n"))
    if not any(_seen(character) for character in text):
        raise InvalidPost("A post needs some text.")
    if _CONTROLS.search(text):
        raise InvalidPost("A post may not hold control characters.")
    _refuse_piles(text)
    size = len(text.encode())
    if size > BYTE_LIMIT:
        raise InvalidPost(f"A post has at most {BYTE_LIMIT} bytes of UTF-8; this one has {size}.")
    length = graphemes(text)
    if length > GRAPHEME_LIMIT:
        raise InvalidPost(f"A post has at most {GRAPHEME_LIMIT} characters; this one has {length}.")
    return text


def checked_warning(warning: str) -> str:
    """Return a content warning as it is kept, empty if there is none.

    Raises
    ------
    InvalidPost
        If it is too long, or not one line of text.
    """
    warning = _TURNS.sub("", warning).strip()
    if len(warning) > WARNING_LIMIT or _CONTROLS.search(warning) or set(warning) & set("\n\t"):
        raise InvalidPost(f"A content warning has at most {WARNING_LIMIT} characters on one line.")
    _refuse_piles(warning)
    return warning if any(_seen(character) for character in warning) else ""


def checked_language(tag: str) -> str:
    """Return a BCP 47 language tag in its usual case: `ja`, `zh-Hant-TW`, `sl-rozaj`.

    Raises
    ------
    InvalidPost
        If it is none.
    """
    found = _LANGUAGE.fullmatch(tag)
    if not found:
        raise InvalidPost("A language is a BCP 47 tag, such as ja, en or zh-Hant-TW.")
    language, script, region, variants = found.groups()
    parts = (language.lower(), (script or "").title(), (region or "").upper(), variants[1:].lower())
    return "-".join(part for part in parts if part)


def graphemes(text: str) -> int:
    """Count the characters that a reader sees, as far as the limit needs it."""
    if len(text) <= GRAPHEME_LIMIT:
        return len(text)  # There are never more graphemes than code points: most posts need no `regex`.
    import regex  # 65 ms of a cold start

    return sum(1 for _ in regex.finditer(r"\X", text))


def mentioned(text: str) -> Sequence[str]:
    """Return the handles that a text addresses, each once, in order.

    Raises
    ------
    InvalidPost
        If there are more than `MENTION_LIMIT`.
    """
    plain = _without_links(text)
    found = (one[1].lower() for one in _MENTION.finditer(plain) if not _goes_on(plain[one.end() :][:1]))
    return _few(found, MENTION_LIMIT, "mentions", "people")


def tagged(text: str) -> Sequence[str]:
    """Return the tags of a text as they are compared, each once, in order.

    Raises
    ------
    InvalidPost
        If there are more than `TAG_LIMIT`.
    """
    if "#" not in text and "＃" not in text and "﹟" not in text:
        return ()
    plain = unicodedata.normalize("NFKC", _without_links(text))
    found = (_tag_at(plain, sign.end()) for sign in _TAG_START.finditer(plain))
    return _few((tag for tag in found if tag), TAG_LIMIT, "has", "tags")


def linked(text: str) -> Sequence[str]:
    """Return the addresses in a text, each once, in order.

    Raises
    ------
    InvalidPost
        If there are more than `LINK_LIMIT`.
    """
    found = (_without_end(link) for link in _LINK.findall(text)) if "://" in text else iter(())
    return _few(found, LINK_LIMIT, "has", "links")


def folded_tag(tag: str) -> str:
    """Return a tag as it is compared, with or without its sign; empty if it is none."""
    plain = unicodedata.normalize("NFKC", tag).removeprefix("#")
    whole = _tag_at(plain, 0)
    return whole if whole == _key(plain) else ""


def _few(found: Iterator[str], limit: int, does: str, what: str) -> Sequence[str]:
    once = tuple(dict.fromkeys(found))
    if len(once) > limit:
        raise InvalidPost(f"A post {does} at most {limit} {what}; this one has {len(once)}.")
    return once


def _seen(character: str) -> bool:
    return unicodedata.category(character) not in _UNSEEN and character not in _UNSEEN_LETTERS


def _refuse_piles(text: str) -> None:
    if text.isascii():
        return
    for is_mark, run in groupby(unicodedata.category(character) in _MARKS for character in text):
        if is_mark and sum(1 for _ in run) > MARK_LIMIT:
            raise InvalidPost(f"A letter carries at most {MARK_LIMIT} marks.")


def _without_links(text: str) -> str:
    return _LINK.sub(lambda found: " " + found[0][len(_without_end(found[0])) :], text)


def _without_end(link: str) -> str:
    """Return an address without the punctuation of the sentence that it ends, or of what is around it."""
    while link[-1] in ".,:;!?'*_~" or (link[-1] == ")" and link.count("(") < link.count(")")):
        link = link[:-1]
    return link


def _goes_on(after: str) -> bool:
    """Tell whether what stands after a handle looks like more of it, and so makes it another's."""
    if not after or after.isascii():
        return False
    if unicodedata.category(after) in ("Cf", *_MARKS):
        return True
    return after.isalnum() and not unicodedata.name(after, "").startswith(_EAST_ASIAN)


def _tag_at(text: str, start: int) -> str:
    """Return the tag that begins at `start` of an NFKC text, empty if there is none."""
    end = start
    while end < len(text) and _of_a_tag(text[end]):
        end += 1
    written = text[start:end].strip("·・\u200c\u200d")
    tag = _key(written)
    if not 0 < len(tag) <= TAG_LENGTH or unicodedata.category(tag[0])[0] == "M":
        return ""
    scripts = {unicodedata.name(one, "").split(" ")[0] for one in tag if one.isalpha()}
    return tag if scripts and len(scripts & _LOOKALIKES) <= 1 else ""


def _of_a_tag(character: str) -> bool:
    return character.isalnum() or character in _TAG_JOINTS or unicodedata.category(character)[0] == "M"


def _key(tag: str) -> str:
    """Return an NFKC tag without case and without what is not seen."""
    caseless = unicodedata.normalize("NFKC", tag.casefold())
    return "".join(one for one in caseless if unicodedata.category(one) != "Cf" and one not in "\ufe0e\ufe0f")
