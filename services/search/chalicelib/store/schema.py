"""How posts and people are analysed: Japanese and English in one text, as people write them.

Two ways of reading each text stand side by side. `text` is cut into words by kuromoji, brought to their
dictionary form (食べた is 食べる) and English words to their stem (photos is photo). `text.bigram`
holds each two neighbouring characters of Japanese, so that a word is found inside one that kuromoji keeps
whole (紅葉 in 紅葉狩り). Half-width and full-width forms are one before either reads them; offsets stay
those of the original, which is what is highlighted.
"""

import unicodedata
from collections.abc import Iterator
from typing import Any

from chalicelib.model import Kind

VERSION = 1
"""Raise it when a mapping changes; then reindex, which fills the new index, and move the alias."""


def _widths() -> Iterator[str]:
    """Yield what makes full-width Latin half-width and half-width katakana full-width, one rule each.

    A half-width voiced kana is two characters (ｶﾞ) and becomes one (ガ).
    """
    for code in (*range(0xFF10, 0xFF5B), *range(0xFF66, 0xFF9E)):
        for written in (chr(code), f"{chr(code)}ﾞ", f"{chr(code)}ﾟ"):
            usual = unicodedata.normalize("NFKC", written)
            if len(usual) == 1 and usual.isalnum():
                yield f"{written} => {usual}"


ANALYSIS: dict[str, Any] = {
    "char_filter": {
        "width": {"type": "mapping", "mappings": list(_widths())},
        "possessive": {"type": "pattern_replace", "pattern": "['’]s\\b", "replacement": ""},
    },
    "tokenizer": {
        # Search mode also gives the parts of a compound: 関西国際空港 is found by 空港.
        "japanese": {"type": "kuromoji_tokenizer", "mode": "search"},
        "beginnings": {
            "type": "edge_ngram",
            "min_gram": 1,
            "max_gram": 20,
            "token_chars": ["letter", "digit"],
        },
        "runs": {"type": "pattern", "pattern": "[^\\p{L}\\p{N}]+"},
    },
    "filter": {
        "english_stop": {"type": "stop", "stopwords": "_english_"},
        "english_stem": {"type": "stemmer", "language": "english"},
        "beginning": {"type": "truncate", "length": 20},
    },
    "analyzer": {
        "words": {
            "type": "custom",
            "char_filter": ["width", "possessive"],
            "tokenizer": "japanese",
            "filter": [
                "kuromoji_baseform",
                "kuromoji_part_of_speech",
                "cjk_width",
                "lowercase",
                "kuromoji_stemmer",
                "english_stop",
                "english_stem",
            ],
        },
        "bigrams": {
            "type": "custom",
            "char_filter": ["width", "possessive"],
            "tokenizer": "standard",
            "filter": ["cjk_width", "lowercase", "cjk_bigram", "english_stem"],
        },
        "beginnings": {
            "type": "custom",
            "char_filter": ["width"],
            "tokenizer": "beginnings",
            "filter": ["lowercase", "asciifolding"],
        },
        "beginnings_searched": {
            "type": "custom",
            "char_filter": ["width"],
            "tokenizer": "runs",
            "filter": ["lowercase", "asciifolding", "beginning"],
        },
    },
    "normalizer": {"caseless": {"type": "custom", "filter": ["lowercase"]}},
}

_TEXT = {"type": "text", "analyzer": "words", "fields": {"bigram": {"type": "text", "analyzer": "bigrams"}}}
_BEGINNINGS = {"type": "text", "analyzer": "beginnings", "search_analyzer": "beginnings_searched"}
_KEYWORD = {"type": "keyword"}
_SHOWN_ONLY = {"type": "object", "enabled": False}

_ALWAYS = {"deleted": {"type": "boolean"}, "deleted_at": {"type": "date"}}

_FIELDS: dict[Kind, dict[str, Any]] = {
    "posts": {
        "id": _KEYWORD,
        "text": _TEXT,
        "created_at": {"type": "date"},
        "audience": _KEYWORD,
        "in_reply_to": _KEYWORD,
        "author": _SHOWN_ONLY,
        "media": _SHOWN_ONLY,
        "mentions": _SHOWN_ONLY,
    },
    "people": {
        "id": _KEYWORD,
        "handle": {**_BEGINNINGS, "fields": {"exact": {"type": "keyword", "normalizer": "caseless"}}},
        "name": {**_TEXT, "fields": {**_TEXT["fields"], "beginning": _BEGINNINGS}},
        "bio": _TEXT,
    },
}


def definition(kind: Kind, alias: str) -> dict[str, Any]:
    """Return settings, mapping and alias of a new index of `kind`."""
    return {
        "settings": {"analysis": ANALYSIS},
        "aliases": {alias: {"is_write_index": True}},
        "mappings": {"dynamic": "strict", "properties": {**_ALWAYS, **_FIELDS[kind]}},
    }
