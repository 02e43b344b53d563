"""Audiences: who gets a post, who reads it, and who may answer it."""

import pytest
from chalicelib.model import InvalidPost, NoSuchPost, Post, PostId
from chalicelib.people import Person
from chalicelib.references import AnswerRefused
from chalicelib.repetition import KeyReused
from chalicelib.terms import Audience, Circle, Terms
from contracts.http.idempotency import Idempotency
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.fakes import AIKO, BEN, CHIE, World, person
from ulid import ULID

DAI = person(4, "dai")
PEOPLE = (AIKO, BEN, CHIE, DAI)

AUDIENCES = st.sampled_from(Audience)
WHOM = st.sets(st.sampled_from(PEOPLE))


def publish(world: World, text: str, terms: Terms, *, to: Post | None = None, by: Person = AIKO) -> Post:
    """Let Aiko, or someone else, publish a post."""
    return world.publishing.publish(
        by,
        text,
        (),
        str(to.id) if to else None,
        Idempotency(None, ""),
        terms,
    )


def joined() -> World:
    """Return a service that four people have joined; Ben follows Aiko."""
    world = World()
    world.people.join(*PEOPLE)
    world.people.follow(BEN, AIKO.id)
    return world


@settings(deadline=None)
@given(audience=AUDIENCES, mentioned=WHOM, followers=WHOM)
def test_by_id_and_in_the_profile_a_post_is_seen_by_the_same_people(
    audience: Audience, mentioned: set[Person], followers: set[Person]
) -> None:
    world = World()
    world.people.join(*PEOPLE)
    for one in PEOPLE[1:]:
        if one in followers:
            world.people.follow(one, AIKO.id)
    text = " ".join(["やあ", *(f"@{one.handle}" for one in PEOPLE if one in mentioned)])
    post = publish(world, text, Terms(audience=audience))
    for reader in PEOPLE:
        sees = (
            audience is Audience.PUBLIC
            or reader == AIKO
            or reader in mentioned
            or (audience is Audience.FOLLOWERS and reader in followers)
        )
        listed = world.timelines.profile(AIKO.id, reader.id, None, 20).posts
        assert list(listed) == ([post] if sees else [])
        if sees:
            assert world.publishing.read(str(post.id), reader.id) == post
        else:
            with pytest.raises(NoSuchPost):
                world.publishing.read(str(post.id), reader.id)


@settings(deadline=None)
@given(audience=AUDIENCES, mentioned=WHOM, followers=WHOM)
def test_a_post_comes_to_its_author_and_to_those_of_its_audience_who_follow(
    audience: Audience, mentioned: set[Person], followers: set[Person]
) -> None:
    world = World()
    world.people.join(*PEOPLE)
    following = {one.id for one in PEOPLE[1:] if one in followers}
    for one in PEOPLE[1:]:
        if one in followers:
            world.people.follow(one, AIKO.id)
    text = " ".join(["やあ", *(f"@{one.handle}" for one in PEOPLE if one in mentioned)])
    post = publish(world, text, Terms(audience=audience))
    world.fan_out.appeared(post.id)
    while world.queue.chunks:
        world.fan_out.serve(world.queue.chunks.pop())
    addressed = {one.id for one in PEOPLE if one in mentioned}
    wanted = following & addressed if audience is Audience.MENTIONED else following
    assert world.readers(post.id) == {AIKO.id} | wanted


def test_a_deleted_post_goes_from_those_whom_it_mentioned() -> None:
    world = joined()
    post = publish(world, "@ben", Terms(audience=Audience.MENTIONED))
    world.fan_out.appeared(post.id)
    assert world.readers(post.id) == {AIKO.id, BEN.id}
    world.publishing.delete(str(post.id), AIKO.id)
    world.fan_out.went(post.id)
    assert not world.readers(post.id)


@pytest.mark.parametrize(
    ("replies", "by", "refused"),
    [
        (Circle.EVERYONE, DAI, False),
        (Circle.FOLLOWERS, AIKO, False),
        (Circle.FOLLOWERS, BEN, False),
        (Circle.FOLLOWERS, CHIE, False),
        (Circle.FOLLOWERS, DAI, True),
        (Circle.MENTIONED, BEN, True),
        (Circle.MENTIONED, CHIE, False),
    ],
)
def test_a_post_is_answered_by_whom_its_author_lets(replies: Circle, by: Person, refused: bool) -> None:
    world = joined()
    post = publish(world, "@chie", Terms(replies=replies))
    if refused:
        with pytest.raises(AnswerRefused):
            publish(world, "はい", Terms(), to=post, by=by)
    else:
        assert publish(world, "はい", Terms(), to=post, by=by).in_reply_to == post.id


def test_who_does_not_see_a_post_can_not_answer_it_nor_learn_that_it_is_there() -> None:
    world = joined()
    post = publish(world, "ひみつ", Terms(audience=Audience.FOLLOWERS, replies=Circle.MENTIONED))
    with pytest.raises(InvalidPost, match="is not there"):
        publish(world, "はい", Terms(), to=post, by=DAI)


def test_an_answer_made_stays_made_when_its_key_comes_again_after_the_circle_moved() -> None:
    world = joined()
    post = publish(world, "？", Terms(replies=Circle.FOLLOWERS))
    key = Idempotency(str(ULID.from_datetime(world.clock())), "")
    answer = world.publishing.publish(BEN, "はい", (), str(post.id), key)
    world.people.unfollow(BEN, AIKO.id)
    assert world.publishing.publish(BEN, "はい", (), str(post.id), key) == answer


def test_an_answer_that_is_not_public_is_for_whom_it_answers_too() -> None:
    world = joined()
    post = publish(world, "どう？", Terms())
    secret = publish(world, "内緒", Terms(audience=Audience.MENTIONED), to=post, by=BEN)
    assert secret.mentions == (AIKO,)
    assert world.publishing.read(str(secret.id), AIKO.id) == secret
    named = publish(world, "@aiko 内緒", Terms(audience=Audience.FOLLOWERS), to=post, by=BEN)
    assert named.mentions == (AIKO,)
    assert publish(world, "はい", Terms(), to=post, by=BEN).mentions == ()
    assert publish(world, "追記", Terms(audience=Audience.MENTIONED), to=post).mentions == ()


@pytest.mark.parametrize(
    "text",
    [
        "#a " * 1 + " ".join(f"#t{n}" for n in range(10)),
        "https://a.jp/ " + " ".join(f"https://a{n}.jp/" for n in range(10)),
    ],
)
def test_a_post_with_too_many_tags_or_links_is_refused(text: str) -> None:
    world = joined()
    with pytest.raises(InvalidPost, match="at most 10"):
        publish(world, text, Terms())
    assert not world.posts.posts


def test_other_terms_are_another_post_under_the_same_key() -> None:
    world = joined()
    key = Idempotency(str(ULID.from_datetime(world.clock())), "")
    made = world.publishing.publish(AIKO, "雨", (), None, key, Terms(language="JA"))
    assert made.terms.language == "ja"
    assert made.id == PostId(AIKO.id, str(key.key))
    assert world.publishing.publish(AIKO, "雨", (), None, key, Terms(language="ja")) == made
    with pytest.raises(KeyReused):
        world.publishing.publish(AIKO, "雨", (), None, key, Terms(language="ja", audience=Audience.FOLLOWERS))
