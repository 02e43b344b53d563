"""Quotes and reposts: what they show, in whatever order things happen to the original."""

import pytest
from chalicelib.editing import NotEditable, Wording
from chalicelib.model import Deleted, InvalidPost, NoSuchPost, Post
from chalicelib.people import Person
from chalicelib.references import QUOTE_BYTES, QuoteRefused
from chalicelib.relations import Blocked
from chalicelib.reposting import NotRepostable
from chalicelib.terms import Audience, Consent, Terms
from contracts.http.idempotency import Idempotency
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.fakes import AIKO, BEN, CHIE, World
from tests.relating import ANY, NO_KEY, USUAL, delete, publish
from ulid import ULID


def test_a_quote_shows_the_other_post_and_goes_on_without_it(world: World) -> None:
    post = publish(world, "紅" * 400)
    quote = publish(world, "これ", by=BEN, quote=post)
    assert quote.quote
    assert (quote.quote.id, quote.quote.author) == (post.id, AIKO)
    assert len(quote.quote.text.encode()) <= QUOTE_BYTES
    delete(world, post)
    left = world.publishing.read(str(quote.id), CHIE.id)
    assert left.quote
    assert (left.quote.gone, left.quote.text, left.text, left.sequence) == (True, "", "これ", 2)


@pytest.mark.parametrize(
    ("quotes", "by", "refused"),
    [
        (Consent.EVERYONE, CHIE, False),
        (Consent.FOLLOWERS, BEN, False),
        (Consent.FOLLOWERS, CHIE, True),
        (Consent.NOBODY, BEN, True),
        (Consent.NOBODY, AIKO, False),
    ],
)
def test_a_post_is_quoted_by_whom_its_author_lets(
    world: World, quotes: Consent, by: Person, refused: bool
) -> None:
    world.people.follow(BEN, AIKO.id)
    post = publish(world, terms=Terms(quotes=quotes))
    if refused:
        with pytest.raises(QuoteRefused):
            publish(world, "これ", by=by, quote=post)
    else:
        assert publish(world, "これ", by=by, quote=post).quote


def test_what_is_not_public_is_neither_quoted_nor_passed_on(world: World) -> None:
    post = publish(world, "@ben", terms=Terms(audience=Audience.MENTIONED))
    with pytest.raises(QuoteRefused):
        publish(world, "これ", by=BEN, quote=post)
    with pytest.raises(NotRepostable):
        world.reposting.repost(BEN, str(post.id))
    with pytest.raises(InvalidPost, match="is not there"):
        publish(world, "これ", by=CHIE, quote=post)
    with pytest.raises(NoSuchPost):
        world.reposting.repost(CHIE, str(post.id))


def test_who_is_blocked_can_not_quote(world: World) -> None:
    post = publish(world)
    world.blocking.block(world.profiles.own(AIKO.id), world.profiles.own(BEN.id))
    with pytest.raises(Blocked):
        publish(world, "これ", by=BEN, quote=post)


def test_a_post_is_passed_on_once_a_person_and_taken_back(world: World) -> None:
    post = publish(world)
    repost = world.reposting.repost(BEN, str(post.id))
    assert repost.repost
    assert (repost.author, repost.repost.text) == (BEN, "京都")
    assert world.reposting.repost(BEN, str(post.id)) == repost
    again = world.reposting.repost(CHIE, str(repost.id))
    assert again.repost
    assert again.repost.id == post.id
    for _ in range(2):
        world.reposting.undo(BEN.id, str(post.id))
    assert isinstance(world.posts.posts[repost.id], Deleted)
    assert world.reposting.repost(BEN, str(post.id)).id != repost.id


def test_a_repost_is_neither_edited_nor_answered(world: World) -> None:
    repost = world.reposting.repost(BEN, str(publish(world).id))
    with pytest.raises(NotEditable):
        world.editing.edit(str(repost.id), BEN.id, Wording("x"), ANY)
    with pytest.raises(InvalidPost, match="name that one"):
        publish(world, "はい", to=repost)


def test_all_reposts_go_with_their_post_in_as_many_runs_as_it_takes(world: World) -> None:
    post = publish(world)
    shows = [publish(world, f"{number}", by=BEN, quote=post).id for number in range(5)]
    for person in (BEN, CHIE):
        repost = world.reposting.repost(person, str(post.id))
        world.relate(repost.id)
    delete(world, post)
    for one in shows:
        found = world.posts.posts[one]
        assert isinstance(found, Post)
        assert found.quote
        assert found.quote.gone
    assert not [one for one in world.posts.posts.values() if isinstance(one, Post) and one.repost]


@settings(deadline=None)
@given(moment=st.integers(1, 10), kind=st.sampled_from(["quote", "repost"]), late=st.booleans())
def test_whenever_the_original_goes_nothing_shows_it_in_the_end(moment: int, kind: str, late: bool) -> None:
    world = World()
    world.people.join(AIKO, BEN)
    post = publish(world)
    world.moments.planned = {
        world.moments.passed + moment: lambda: world.publishing.delete(str(post.id), AIKO.id)
    }
    try:
        if kind == "quote":
            made = world.publishing.publish(BEN, "これ", (), None, NO_KEY, USUAL, str(post.id))
        else:
            made = world.reposting.repost(BEN, str(post.id))
    except (InvalidPost, NoSuchPost):
        return
    order = (post.id, made.id) if late else (made.id, post.id)
    if late and isinstance(world.posts.posts[post.id], Post):
        world.moments.planned = {}
        world.publishing.delete(str(post.id), AIKO.id)
    world.relate(*order)
    if isinstance(world.posts.posts[post.id], Post):
        world.publishing.delete(str(post.id), AIKO.id)
    world.moments.planned = {}
    world.relate(post.id)
    left = world.posts.posts[made.id]
    assert isinstance(left, Deleted) or (left.embedded and left.embedded.gone)


def test_a_key_sent_again_answers_the_quote_it_made_when_the_other_is_gone(world: World) -> None:
    post = publish(world)
    key = Idempotency(str(ULID.from_datetime(world.clock())), "")
    made = world.publishing.publish(BEN, "これ", (), None, key, USUAL, str(post.id))
    world.publishing.delete(str(post.id), AIKO.id)
    assert world.publishing.publish(BEN, "これ", (), None, key, USUAL, str(post.id)) == made
