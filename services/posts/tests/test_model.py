"""A post's media, its id, and who may see and answer it."""

import base64
from contextlib import suppress
from datetime import UTC, datetime
from uuid import UUID

import pytest
from chalicelib.model import MEDIA_LIMIT, InvalidPost, NoSuchPost, Post, PostId, State, checked_media
from chalicelib.terms import Audience, Circle, Terms
from hypothesis import given
from hypothesis import strategies as st
from tests.fakes import AIKO, BEN, CHIE
from ulid import ULID


def test_a_post_names_10_media_each_once() -> None:
    media = tuple(f"m{number}" for number in range(MEDIA_LIMIT + 1))
    assert checked_media(media[:-1]) == media[:-1]
    with pytest.raises(InvalidPost, match="at most 10"):
        checked_media(media)
    with pytest.raises(InvalidPost, match="once"):
        checked_media(["m1", "m1"])


@given(st.uuids(), st.binary(min_size=16, max_size=16))
def test_an_id_read_back_is_the_same_id(author: UUID, ulid: bytes) -> None:
    post = PostId(str(author), str(ULID.from_bytes(ulid)))
    assert len(str(post)) == 43
    assert base64.urlsafe_b64decode(str(post) + "=") == author.bytes + ulid
    assert PostId.parse(str(post)) == post


@given(st.text(max_size=60) | st.from_regex("[A-Za-z0-9_-]{43}", fullmatch=True))
def test_what_is_read_as_an_id_is_exactly_that_id(text: str) -> None:
    with suppress(NoSuchPost):
        assert str(PostId.parse(text)) == text


def test_an_id_tells_when_the_post_was_made() -> None:
    at = datetime(2026, 11, 24, 12, 0, 0, 123_000, tzinfo=UTC)
    assert PostId(str(UUID(int=1)), str(ULID.from_datetime(at))).created_at == at


def post(terms: Terms, state: State = State.PUBLISHED) -> Post:
    """Return a post of Aiko's that mentions Chie; Ben follows her."""
    return Post(PostId(AIKO.id, str(ULID())), AIKO, "@chie", mentions=(CHIE,), state=state, terms=terms)


def follows(follower: str, followee: str) -> bool:
    return (follower, followee) == (BEN.id, AIKO.id)


STRANGER = str(UUID(int=9))


@pytest.mark.parametrize(
    ("audience", "readers"),
    [
        (Audience.PUBLIC, {AIKO.id, BEN.id, CHIE.id, STRANGER}),
        (Audience.FOLLOWERS, {AIKO.id, BEN.id, CHIE.id}),
        (Audience.MENTIONED, {AIKO.id, CHIE.id}),
    ],
)
def test_a_post_is_seen_by_its_audience_and_before_it_is_published_by_its_author(
    audience: Audience, readers: set[str]
) -> None:
    people = (AIKO.id, BEN.id, CHIE.id, STRANGER)
    made = post(Terms(audience=audience))
    assert {one for one in people if made.visible_to(one, follows)} == readers
    pending = post(Terms(audience=audience), State.PENDING)
    assert {one for one in people if pending.visible_to(one, follows)} == {AIKO.id}


@pytest.mark.parametrize(
    ("replies", "answerers"),
    [
        (Circle.EVERYONE, {AIKO.id, BEN.id, CHIE.id, STRANGER}),
        (Circle.FOLLOWERS, {AIKO.id, BEN.id, CHIE.id}),
        (Circle.MENTIONED, {AIKO.id, CHIE.id}),
    ],
)
def test_a_post_is_answered_by_whom_its_author_lets(replies: Circle, answerers: set[str]) -> None:
    people = (AIKO.id, BEN.id, CHIE.id, STRANGER)
    made = post(Terms(replies=replies))
    assert {one for one in people if made.answerable_by(one, follows)} == answerers


def test_whether_someone_follows_is_asked_only_if_it_matters() -> None:
    def refuse(_follower: str, _followee: str) -> bool:
        raise AssertionError

    assert post(Terms()).visible_to(STRANGER, refuse)
    assert post(Terms(audience=Audience.FOLLOWERS)).visible_to(CHIE.id, refuse)
    assert not post(Terms(audience=Audience.MENTIONED)).visible_to(STRANGER, refuse)
