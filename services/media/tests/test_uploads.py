"""Upload sessions: opened once for a key, shown to their owner, good for a quarter of an hour."""

from dataclasses import replace
from datetime import timedelta

import pytest
from chalicelib.model import UPLOAD_WITHIN, KeyReused, Media, MediaNotFound, State, is_media_id
from chalicelib.uploads import Declared, look_up, open_session, upload_form
from contracts.http.idempotency import FRESHNESS, Idempotency
from hypothesis import given
from hypothesis import strategies as st
from tests.fakes import AIKO, BEN, NOON, MemoryShelf, PlainSigner
from ulid import ULID

PHOTO = Declared("image/jpeg", 1_000, alt="紅葉")


def opened(shelf: MemoryShelf, key: str | None, owner: str = AIKO, digest: str = "digest") -> Media:
    return open_session(shelf, owner, PHOTO, Idempotency(key, digest), NOON, None)


def test_a_session_awaits_its_file_under_the_owners_folder() -> None:
    media = opened(MemoryShelf(), None)
    assert media.state is State.AWAITING
    assert media.upload_key == f"uploads/{AIKO}/{media.id}"
    assert is_media_id(media.id)
    assert media.upload_until == NOON + UPLOAD_WITHIN


def test_renditions_have_a_key_that_nobody_can_guess() -> None:
    keys = {opened(MemoryShelf(), None).display_key for _ in range(50)}
    assert len(keys) == 50
    assert all(len(key) == len("media//display.webp") + 32 for key in keys)


@pytest.mark.parametrize("age", [timedelta(0), FRESHNESS, -FRESHNESS])
def test_a_fresh_ulid_key_becomes_the_id(age: timedelta) -> None:
    key = str(ULID.from_datetime(NOON - age))
    assert opened(MemoryShelf(), key).id == key


@pytest.mark.parametrize(
    "key",
    [
        str(ULID.from_datetime(NOON - FRESHNESS - timedelta(seconds=1))),
        "7ZZZZZZZZZZZZZZZZZZZZZZZZZ",
        "photo 1",
        "x" * 64,
    ],
)
def test_any_other_key_makes_an_id_of_its_own_for_each_person(key: str) -> None:
    shelf = MemoryShelf()
    aikos, bens = opened(shelf, key), opened(shelf, key, owner=BEN)
    assert aikos == opened(shelf, key)
    assert len({aikos.id, bens.id, key}) == 3
    assert is_media_id(aikos.id)


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=64))
def test_whatever_the_key_the_same_request_gets_the_same_session(key: str) -> None:
    shelf = MemoryShelf()
    assert opened(shelf, key) == opened(shelf, key)
    assert len(shelf.items) == 1


def test_without_a_key_each_request_opens_a_session() -> None:
    shelf = MemoryShelf()
    assert opened(shelf, None) != opened(shelf, None)


@pytest.mark.parametrize("key", [str(ULID.from_datetime(NOON)), "photo 1"])
def test_a_key_with_another_body_is_refused(key: str) -> None:
    shelf = MemoryShelf()
    opened(shelf, key)
    with pytest.raises(KeyReused):
        opened(shelf, key, digest="another")


def test_anothers_key_does_not_show_their_session() -> None:
    shelf, key = MemoryShelf(), str(ULID.from_datetime(NOON))
    opened(shelf, key)
    with pytest.raises(KeyReused):
        opened(shelf, key, owner=BEN)


@pytest.mark.parametrize(
    ("state", "age", "signed"),
    [
        (State.AWAITING, timedelta(0), True),
        (State.AWAITING, UPLOAD_WITHIN - timedelta(seconds=1), True),
        (State.AWAITING, UPLOAD_WITHIN, False),
        (State.AWAITING, UPLOAD_WITHIN + timedelta(days=1), False),
        (State.READY, timedelta(0), False),
        (State.FAILED, timedelta(0), False),
    ],
)
def test_a_form_is_signed_only_while_there_is_something_to_upload(
    state: State, age: timedelta, signed: bool
) -> None:
    media = replace(opened(MemoryShelf(), None), state=state)
    form = upload_form(PlainSigner(), media, NOON + age)
    assert (form is not None) == signed
    if form:
        assert form.fields["valid"] == str(UPLOAD_WITHIN - age)


def test_only_the_owner_sees_an_item() -> None:
    shelf = MemoryShelf()
    media = opened(shelf, None)
    assert look_up(shelf, AIKO, media.id) == media
    with pytest.raises(MediaNotFound):
        look_up(shelf, BEN, media.id)


@pytest.mark.parametrize(
    "media_id", ["", "x", "01KAVPWJX0ABCDEFGHJKMNPQRS", "01kavpwjx0abcdefghjkmnpqrs", "あ" * 3_000]
)
def test_what_is_no_id_finds_nothing(media_id: str) -> None:
    with pytest.raises(MediaNotFound):
        look_up(MemoryShelf(), AIKO, media_id)
