"""How a post is written down: the attributes that its item and its timeline entries share."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from contracts.transport.items import Item

from chalicelib.model import Embedded, Hindrance, Media, Poll, Post, PostId, State
from chalicelib.people import Person
from chalicelib.terms import Audience, Circle, Consent, Terms


def content(post: Post) -> Item:
    """Return what readers see of a post, without what its key says; nothing empty is kept."""
    return {
        "handle": post.author.handle,
        "name": post.author.name,
        "text": post.text,
        "media": [asdict(media) for media in post.media] or None,
        "mentions": [asdict(person) for person in post.mentions] or None,
        "in_reply_to": str(post.in_reply_to) if post.in_reply_to else None,
        "labels": list(post.labels) or None,
        "edited_at": post.edited_at.isoformat() if post.edited_at else None,
        "poll": _poll(post.poll) if post.poll else None,
        "root": str(post.root) if post.root else None,
        "quote": _embedded(post.quote),
        "repost": _embedded(post.repost),
        **_terms(post.terms),
    }


def standing(post: Post) -> Item:
    """Return what a post keeps beside its content: where it stands, and what was done to it."""
    done = {"edits": post.edits or None, "report": post.report}
    if post.state is State.PUBLISHED:
        return done
    return {
        **done,
        "state": post.state,
        "hindrance": post.hindrance,
        "media_ids": list(post.media_ids),
    }


def read_post(post: PostId, item: Mapping[str, Any]) -> Post:
    """Return the post that `content` and `standing` wrote."""
    media = tuple(Media(**one) for one in item.get("media", ()))
    parent = item.get("in_reply_to")
    hindrance = item.get("hindrance")
    return Post(
        id=post,
        author=Person(post.author, item["handle"], item["name"]),
        text=item["text"],
        media_ids=tuple(item.get("media_ids", ())) or tuple(one.id for one in media),
        media=media,
        mentions=tuple(Person(**person) for person in item.get("mentions", ())),
        in_reply_to=PostId.parse(parent) if parent else None,
        state=State(item.get("state", State.PUBLISHED)),
        hindrance=Hindrance(hindrance) if hindrance else None,
        labels=tuple(item.get("labels", ())),
        report=item.get("report"),
        sequence=item["sequence"],
        terms=_read_terms(item),
        poll=_read_poll(item["poll"]) if "poll" in item else None,
        edited_at=datetime.fromisoformat(item["edited_at"]) if "edited_at" in item else None,
        edits=item.get("edits", 0),
        root=PostId.parse(item["root"]) if "root" in item else None,
        quote=_read_embedded(item.get("quote")),
        repost=_read_embedded(item.get("repost")),
    )


def _embedded(other: Embedded | None) -> Item | None:
    """Return another post as this one keeps it; nothing empty is kept."""
    if other is None:
        return None
    kept = {
        "id": str(other.id),
        "handle": other.author.handle if other.author else None,
        "name": other.author.name if other.author else None,
        "text": other.text or None,
        "media": [asdict(media) for media in other.media] or None,
        "warning": other.warning or None,
    }
    return {name: value for name, value in kept.items() if value is not None}


def _read_embedded(item: Mapping[str, Any] | None) -> Embedded | None:
    if item is None:
        return None
    post = PostId.parse(item["id"])
    return Embedded(
        id=post,
        author=Person(post.author, item["handle"], item["name"]) if "handle" in item else None,
        text=item.get("text", ""),
        media=tuple(Media(**one) for one in item.get("media", ())),
        warning=item.get("warning", ""),
    )


def _poll(poll: Poll) -> Item:
    return {"options": list(poll.options), "multiple": poll.multiple, "ends_at": poll.ends_at.isoformat()}


def _read_poll(item: Mapping[str, Any]) -> Poll:
    return Poll(tuple(item["options"]), item["multiple"], datetime.fromisoformat(item["ends_at"]))


def _terms(terms: Terms) -> Item:
    """Return the terms that are not the usual ones."""
    return {
        "warning": terms.warning or None,
        "language": terms.language,
        "audience": None if terms.audience is Audience.PUBLIC else terms.audience,
        "replies": None if terms.replies is Circle.EVERYONE else terms.replies,
        "quotes": None if terms.quotes is Consent.EVERYONE else terms.quotes,
    }


def _read_terms(item: Mapping[str, Any]) -> Terms:
    return Terms(
        warning=item.get("warning", ""),
        language=item.get("language"),
        audience=Audience(item.get("audience", Audience.PUBLIC)),
        replies=Circle(item.get("replies", Circle.EVERYONE)),
        quotes=Consent(item.get("quotes", Consent.EVERYONE)),
    )
