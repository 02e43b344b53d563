"""How posts and people are kept and read: Japanese and English in one text, as people write them.

Two ways of reading each text stand side by side. `text` is cut into words by kuromoji, brought to their
dictionary form (食べた is 食べる) and English words to their stem (photos is photo). `text.bigram`
holds each two neighbouring characters of Japanese, so that a word is found inside one that kuromoji keeps
whole (紅葉 in 紅葉狩り).
"""

from collections.abc import Mapping
from typing import Any

from chalicelib.model import Entry, Kind
from chalicelib.store import forms

VERSION = 1
"""Raise it when a mapping changes: README.md says how the new index comes into use."""

_ANALYSIS: dict[str, Any] = {
    "tokenizer": {
        # Search mode gives the parts of a compound: 関西国際空港 is found by 空港.
        "japanese": {"type": "kuromoji_tokenizer", "mode": "search"},
    },
    "filter": {
        "english_stop": {"type": "stop", "stopwords": "_english_"},
        # Kuromoji makes two words of "Kyoto's".
        "possessive": {"type": "stop", "stopwords": ["s"]},
        "english_stem": {"type": "stemmer", "language": "english"},
        "all_beginnings": {"type": "edge_ngram", "min_gram": 1, "max_gram": 20},
        "longest_beginning": {"type": "truncate", "length": 20},
    },
    "analyzer": {
        "words": {
            "type": "custom",
            "tokenizer": "japanese",
            "filter": [
                "kuromoji_baseform",
                "kuromoji_part_of_speech",
                "cjk_width",
                "lowercase",
                "kuromoji_stemmer",
                "english_stop",
                "possessive",
                "english_stem",
            ],
        },
        "bigrams": {
            "type": "custom",
            "tokenizer": "standard",
            "filter": ["cjk_width", "lowercase", "cjk_bigram", "english_stem"],
        },
        "beginnings": {
            "type": "custom",
            "tokenizer": "whitespace",
            "filter": ["lowercase", "asciifolding", "all_beginnings"],
        },
        "beginning": {
            "type": "custom",
            "tokenizer": "whitespace",
            "filter": ["lowercase", "asciifolding", "longest_beginning"],
        },
    },
    "normalizer": {"caseless": {"type": "custom", "filter": ["lowercase"]}},
}

_KEYWORD = {"type": "keyword"}
_BIGRAM = {"bigram": {"type": "text", "analyzer": "bigrams"}}
_TEXT = {"type": "text", "analyzer": "words", "fields": _BIGRAM}
_BEGINNINGS = {"type": "text", "analyzer": "beginnings", "search_analyzer": "beginning"}

_ALWAYS: dict[str, Any] = {
    "deleted": {"type": "boolean"},
    "deleted_at": {"type": "date"},
    # What is answered, as it came; what is searched are the fields beside it.
    "shown": {"type": "object", "enabled": False},
}

_FIELDS: dict[Kind, dict[str, Any]] = {
    "posts": {
        "id": _KEYWORD,
        "audience": _KEYWORD,
        "created_at": {"type": "date"},
        "text": _TEXT,
    },
    "blocks": {"people": _KEYWORD},
    "people": {
        "id": _KEYWORD,
        "exact_handle": {"type": "keyword", "normalizer": "caseless"},
        "handle": _BEGINNINGS,
        "name": {**_TEXT, "fields": {**_BIGRAM, "beginning": _BEGINNINGS}},
        "bio": _TEXT,
    },
}


def definition(kind: Kind, alias: str) -> dict[str, Any]:
    """Return settings, mapping and alias of a new index of `kind`."""
    return {
        "settings": {"analysis": _ANALYSIS},
        "aliases": {alias: {"is_write_index": True}},
        "mappings": {"dynamic": "strict", "properties": {**_ALWAYS, **_FIELDS[kind]}},
    }


def document(entry: Entry) -> Mapping[str, Any]:
    """Return an entry as the engine keeps it."""
    shown = entry.content
    if entry.deleted or entry.kind == "blocks":
        return shown
    if entry.kind == "posts":
        return {
            "deleted": False,
            "shown": shown,
            "id": shown["id"],
            "audience": shown["audience"],
            "created_at": shown["created_at"],
            "text": forms.usual(shown["text"]),
        }
    return {
        "deleted": False,
        "shown": shown,
        "id": shown["id"],
        "exact_handle": shown["handle"],
        "handle": forms.words(shown["handle"]),
        "name": forms.words(shown["name"]),
        "bio": forms.usual(shown["bio"]),
    }
