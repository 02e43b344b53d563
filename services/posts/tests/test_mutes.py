"""Mutes: people and words that a reader's lists leave out, for ever or for a while."""

from datetime import datetime, timedelta

import pytest
from chalicelib.model import Post
from chalicelib.people import Profile
from chalicelib.relations import (
    WORD_LENGTH,
    InvalidMute,
    Relations,
    TooManyRelations,
    Yourself,
    checked_word,
)
from contracts.http.idempotency import Idempotency
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.fakes import AIKO, BEN, CHIE, World, person


def profile(world: World, user: str) -> Profile:
    return world.profiles.own(user)


def mute(world: World, until: datetime | None = None) -> None:
    world.muting.mute(profile(world, AIKO.id), profile(world, BEN.id), until)


def shown(world: World, text: str, author: str = BEN.id, parent: Post | None = None) -> bool:
    """Tell whether Aiko's home shows a post that comes into it."""
    world.people.follow(AIKO, author)
    made = world.publishing.publish(
        profile(world, author).person, text, (), str(parent.id) if parent else None, Idempotency(None, "")
    )
    world.fan_out.appeared(made.id)
    return made in world.timelines.home(AIKO.id, None, 50).posts


def test_who_is_muted_is_left_out_of_home_until_unmuted(world: World) -> None:
    assert shown(world, "一")
    mute(world)
    assert not world.timelines.home(AIKO.id, None, 20).posts
    assert not shown(world, "二")
    world.muting.unmute(AIKO.id, BEN.id)
    assert len(world.timelines.home(AIKO.id, None, 20).posts) == 2


def test_their_profile_and_posts_can_still_be_opened_and_they_are_not_told(world: World) -> None:
    shown(world, "一")
    mute(world)
    (post,) = world.timelines.profile(BEN.id, AIKO.id, None, 20).posts
    assert world.publishing.read(str(post.id), AIKO.id) == post
    world.graph.follow(profile(world, BEN.id), profile(world, AIKO.id))


def test_answers_to_and_mentions_of_the_muted_are_left_out_too(world: World) -> None:
    shown(world, "一")
    (parent,) = world.timelines.home(AIKO.id, None, 20).posts
    mute(world)
    assert not shown(world, "はい", CHIE.id, parent)
    assert not shown(world, "@ben どう？", CHIE.id)
    assert shown(world, "晴れ", CHIE.id)


def test_a_mute_ends_at_its_time_by_itself(world: World) -> None:
    mute(world, world.clock() + timedelta(hours=1))
    assert not shown(world, "一")
    world.clock.move(timedelta(minutes=59, seconds=59))
    assert not shown(world, "二")
    world.clock.move(timedelta(seconds=1))
    assert shown(world, "三")
    assert not world.muting.list(AIKO.id, None, 20).mutes


def test_a_mute_can_be_made_longer_and_for_ever(world: World) -> None:
    for until in (world.clock() + timedelta(hours=1), world.clock() + timedelta(hours=2), None):
        mute(world, until)
        (one,) = world.muting.list(AIKO.id, None, 20).mutes
        assert (one.person, one.until) == (BEN, until)


def test_a_mute_ends_in_the_future_and_is_of_someone_else(world: World) -> None:
    with pytest.raises(InvalidMute, match="future"):
        mute(world, world.clock())
    with pytest.raises(Yourself):
        world.muting.mute(profile(world, AIKO.id), profile(world, AIKO.id), None)


def test_mutes_and_blocks_share_one_limit(world: World) -> None:
    few = type(world.muting)(
        world.relations, world.relations, world.muting.cursors, world.clock, limit=1, word_limit=1
    )
    few.mute(profile(world, AIKO.id), profile(world, BEN.id), None)
    few.mute(profile(world, AIKO.id), profile(world, BEN.id), world.clock() + timedelta(days=1))
    with pytest.raises(TooManyRelations, match="1 people"):
        few.mute(profile(world, AIKO.id), profile(world, CHIE.id), None)
    few.mute_word(AIKO.id, "一", None)
    few.mute_word(AIKO.id, "一", world.clock() + timedelta(days=1))
    with pytest.raises(TooManyRelations, match="1 words"):
        few.mute_word(AIKO.id, "二", None)


@pytest.mark.parametrize(
    ("word", "text", "hidden"),
    [
        ("紅葉", "京都の紅葉です", True),
        ("サッカー", "ｻｯｶｰを見た", True),
        ("ＡＢＣ", "abc!", True),
        ("art", "Art is long", True),
        ("art", "start of a party", False),
        ("art", "アートART展", True),
        ("c++", "I like C++.", True),
        ("#紅葉", "＃紅葉", True),
        (".", "a.b", True),
        (".", "a", False),
        ("new york", "In New York", True),
    ],
)
def test_a_muted_word_hides_what_holds_it(world: World, word: str, text: str, hidden: bool) -> None:
    world.muting.mute_word(AIKO.id, word, None)
    assert shown(world, text) is not hidden
    assert shown(world, text, AIKO.id), "nobody's own posts are hidden"


def test_a_muted_word_ends_at_its_time_and_when_unmuted(world: World) -> None:
    word = world.muting.mute_word(AIKO.id, "紅葉", world.clock() + timedelta(hours=1))
    assert not shown(world, "紅葉")
    world.clock.move(timedelta(hours=1))
    assert shown(world, "紅葉")
    assert world.muting.words(AIKO.id) == []
    again = world.muting.mute_word(AIKO.id, " 紅葉 ", None)
    assert again.id == word.id
    assert world.muting.words(AIKO.id) == [again]
    for name in (again.id, again.id, "x" * 3_000, "../"):
        world.muting.unmute_word(AIKO.id, name)
    assert shown(world, "紅葉")


def test_a_muted_word_has_1_to_50_characters_on_one_line() -> None:
    assert checked_word(" Ａ ") == "a"
    assert checked_word("愛" * WORD_LENGTH)
    for wrong in ("", " ", "愛" * (WORD_LENGTH + 1), "a\nb", "㌀" * WORD_LENGTH):
        with pytest.raises(InvalidMute, match="1 to 50"):
            checked_word(wrong)


@settings(max_examples=200, deadline=None)
@given(words=st.lists(st.text(min_size=1, max_size=8), max_size=5), text=st.text(max_size=30))
def test_no_word_and_no_text_is_too_strange(words: list[str], text: str) -> None:
    from chalicelib.model import PostId

    kept: dict[str, datetime | None] = {}
    for word in words:
        try:
            kept[checked_word(word)] = None
        except InvalidMute:
            continue
    post = Post(PostId(BEN.id, "0" * 26), BEN, text)
    assert Relations(AIKO.id, words=kept).hides(post) in {True, False}


def test_pages_of_mutes_hold_everyone_once(world: World) -> None:
    crowd = [person(number) for number in range(10, 15)]
    world.people.join(*crowd)
    for one in crowd:
        world.muting.mute(profile(world, AIKO.id), profile(world, one.id), None)
    first = world.muting.list(AIKO.id, None, 3)
    second = world.muting.list(AIKO.id, first.next, 3)
    assert [one.person for one in (*first.mutes, *second.mutes)] == crowd
    assert second.next is None
