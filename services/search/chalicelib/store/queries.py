"""What the engine is asked.

A hit's score is the sum of the ways in which it matches, each worth a power of two, and nothing else.
The usual score (BM25) weighs how rare a word is in the index: it moves with every post that comes, and a
cursor on it would repeat hits and miss others.
"""

from collections.abc import Collection, Mapping
from typing import Any

from chalicelib.model import Kind, Position
from chalicelib.store.forms import MARK_CLOSE, MARK_OPEN, usual, words

BLOCKS = 10_000
"""Blocks of one person that are looked at: what the engine answers at most."""

HIGHLIGHTED: dict[Kind, tuple[str, ...]] = {
    "posts": ("text", "text.bigram"),
    "people": ("name", "name.beginning", "name.bigram", "handle", "bio", "bio.bigram"),
}
"""Fields of which the first that matched is shown."""

_VISIBLE: dict[Kind, list[dict[str, Any]]] = {
    "posts": [{"term": {"deleted": False}}, {"term": {"audience": "public"}}],
    "people": [{"term": {"deleted": False}}],
}

_ORDER: dict[Kind, list[dict[str, str]]] = {
    "posts": [{"_score": "desc"}, {"created_at": "desc"}, {"id": "desc"}],
    "people": [{"_score": "desc"}, {"exact_handle": "asc"}, {"id": "asc"}],
}


def body(kind: Kind, text: str, after: Position | None, size: int) -> dict[str, Any]:
    """Return the search for `text`."""
    ways = _people(text) if kind == "people" else _posts(text)
    asked = {
        "size": size,
        "track_total_hits": False,
        "_source": ["shown"],
        "query": {
            "bool": {
                "filter": _VISIBLE[kind],
                "should": [_worth(2**power, way) for power, way in enumerate(reversed(ways))],
                "minimum_should_match": 1,
            }
        },
        "sort": _ORDER[kind],
        "highlight": {
            "number_of_fragments": 0,
            "pre_tags": [MARK_OPEN],
            "post_tags": [MARK_CLOSE],
            "fields": {field: {} for field in HIGHLIGHTED[kind]},
        },
    }
    return {**asked, "search_after": list(after)} if after is not None else asked


def blocks(person: str) -> dict[str, Any]:
    """Return the search for all blocks that a person made or met."""
    return {
        "size": BLOCKS,
        "track_total_hits": False,
        "_source": ["people"],
        "query": {"bool": {"filter": [{"term": {"deleted": False}}, {"term": {"people": person}}]}},
    }


def privacies(people: Collection[str]) -> dict[str, Any]:
    """Return the search for what says whether people's accounts are private."""
    return {
        "size": len(people),
        "track_total_hits": False,
        "_source": ["shown"],
        "query": {"ids": {"values": list(people)}},
    }


def _posts(text: str) -> list[dict[str, Any]]:
    """Best first: the words together, all of them, all as characters, most of them."""
    text = usual(text)
    return [
        {"match_phrase": {"text": {"query": text}}},
        _match("text", text, operator="and"),
        _match("text.bigram", text, operator="and"),
        _match("text", text, minimum_should_match="3<75%"),
    ]


def _people(text: str) -> list[dict[str, Any]]:
    """Best first: the handle itself, how it begins, how the name does, a part of the name, the bio."""
    prose, parts = usual(text), words(text)
    return [
        {"term": {"exact_handle": {"value": prose.removeprefix("@")}}},
        _match("handle", parts, operator="and"),
        _match("name.beginning", parts, operator="and"),
        _match("name", parts, operator="and"),
        _match("name.bigram", parts, operator="and"),
        _match("bio", prose, operator="and"),
        _match("bio.bigram", prose, operator="and"),
    ]


def _match(field: str, text: str, **options: str) -> dict[str, Any]:
    return {"match": {field: {"query": text, **options}}}


def _worth(score: int, way: Mapping[str, Any]) -> dict[str, Any]:
    return {"constant_score": {"filter": way, "boost": score}}
