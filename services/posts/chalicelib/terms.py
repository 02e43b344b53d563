"""The terms of a post: whom it is for, who may answer and who may quote it, what is said of it."""

from dataclasses import dataclass
from enum import StrEnum


class Audience(StrEnum):
    """Whom a published post is for; whom it mentions may always see it."""

    PUBLIC = "public"
    FOLLOWERS = "followers"
    MENTIONED = "mentioned"


class Circle(StrEnum):
    """Who may answer a post, of those who see it; its author always may."""

    EVERYONE = "everyone"
    FOLLOWERS = "followers"
    MENTIONED = "mentioned"


class Consent(StrEnum):
    """Who may quote a public post; its author always may."""

    EVERYONE = "everyone"
    FOLLOWERS = "followers"
    NOBODY = "nobody"


@dataclass(frozen=True)
class Terms:
    """How an author wants a post to be shown and answered.

    Parameters
    ----------
    warning
        What to warn of before the content is shown.
    language
        A BCP 47 tag.
    audience, replies
        Who sees the post, and who may answer it; those mentioned may do both.
    quotes
        Who may quote it.
    """

    warning: str = ""
    language: str | None = None
    audience: Audience = Audience.PUBLIC
    replies: Circle = Circle.EVERYONE
    quotes: Consent = Consent.EVERYONE


USUAL = Terms()
"""Public, and answered by whoever sees it."""
