"""Posting in the world in memory, with posts' own consumer that hears of it."""

from datetime import timedelta

from chalicelib.model import Post
from chalicelib.people import Person
from chalicelib.terms import Terms
from contracts.http.idempotency import Idempotency
from contracts.http.versions import IfMatch
from tests.fakes import AIKO, World

ANY = IfMatch(None)
USUAL = Terms()
NO_KEY = Idempotency(None, "")


def publish(
    world: World,
    text: str = "京都",
    *media: str,
    by: Person = AIKO,
    to: Post | None = None,
    quote: Post | None = None,
    terms: Terms = USUAL,
) -> Post:
    """Let someone publish a post, and posts' consumer hear of it."""
    world.clock.move(timedelta(milliseconds=2))
    parent, other = (str(one.id) if one else None for one in (to, quote))
    made = world.publishing.publish(by, text, media, parent, NO_KEY, terms, other)
    world.relate(made.id)
    return made


def delete(world: World, post: Post) -> None:
    world.publishing.delete(str(post.id), post.author.id)
    world.relate(post.id)
