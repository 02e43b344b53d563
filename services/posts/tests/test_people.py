"""Profiles, handles and follows."""

from datetime import timedelta

import pytest
from chalicelib.graph import SelfFollow
from chalicelib.people import (
    BIO_LIMIT,
    NAME_LIMIT,
    HandleTaken,
    InvalidProfile,
    NoSuchProfile,
    Profile,
    ProfileRequired,
    checked_bio,
    checked_name,
    folded,
)
from chalicelib.profiles import NAME_FRESHNESS, Profiles
from tests.fakes import AIKO, BEN, World

NEW = "00000000-0000-0000-0000-0000000000ff"


def profile(world: World, user: str) -> Profile:
    return world.profiles.own(user)


@pytest.mark.parametrize("handle", ["ab", "a" * 30, "Aiko_2026", "__"])
def test_a_handle_has_2_to_30_letters_digits_and_underscores(handle: str) -> None:
    assert folded(handle) == handle.lower()


@pytest.mark.parametrize(
    "handle", ["a", "a" * 31, "ai-ko", "ai ko", "愛子", "ａｉｋｏ", "\u212aa", "aiko\n", ""]
)
def test_anything_else_is_no_handle(handle: str) -> None:
    with pytest.raises(InvalidProfile, match="2 to 30"):
        folded(handle)


def test_a_name_has_1_to_50_characters_on_one_line() -> None:
    assert checked_name(" 愛子 ") == "愛子"
    assert checked_name("愛" * NAME_LIMIT)
    for wrong in ("", "  ", "愛" * (NAME_LIMIT + 1), "a\nb"):
        with pytest.raises(InvalidProfile, match="1 to 50"):
            checked_name(wrong)


def test_a_bio_has_at_most_500_characters() -> None:
    assert checked_bio("b" * BIO_LIMIT)
    assert checked_bio("一\r\n二\n") == "一\n二"
    for wrong in ("b" * (BIO_LIMIT + 1), "\x00"):
        with pytest.raises(InvalidProfile, match="500"):
            checked_bio(wrong)


def test_a_newcomer_gets_a_profile_under_a_folded_handle(world: World) -> None:
    made = world.profiles.put(NEW, "Dai", " 大 ", "", "ja")
    assert (made.handle, made.name, made.sequence) == ("dai", "大", 1)
    assert world.profiles.of("@DAI") == world.profiles.of(NEW) == made


def test_a_handle_of_someone_else_is_refused_in_any_case(world: World) -> None:
    with pytest.raises(HandleTaken):
        world.profiles.put(NEW, "AIKO", "A", "", "ja")
    with pytest.raises(ProfileRequired):
        world.profiles.own(NEW)


def test_a_process_signs_with_a_name_changed_elsewhere_after_half_a_minute_and_with_its_own_at_once(
    world: World,
) -> None:
    assert world.profiles.signing(AIKO.id) == AIKO
    elsewhere = Profiles(world.people, world.clock)
    elsewhere.put(AIKO.id, AIKO.handle, "愛", "", "ja")
    assert elsewhere.signing(AIKO.id).name == "愛"
    world.clock.move(NAME_FRESHNESS)
    assert world.profiles.signing(AIKO.id) == AIKO
    world.clock.move(timedelta(seconds=1))
    assert world.profiles.signing(AIKO.id).name == "愛"


def test_a_changed_handle_frees_the_old_one(world: World) -> None:
    changed = world.profiles.put(AIKO.id, "kyoto", "愛子", "", "ja")
    assert changed.sequence == 2
    assert world.profiles.put(NEW, "aiko", "A", "", "ja").handle == "aiko"
    assert world.profiles.of("@kyoto").id == AIKO.id


def test_putting_the_same_profile_again_writes_nothing(world: World) -> None:
    first = world.profiles.put(NEW, "dai", "大", "bio", "en")
    saves = world.people.saves
    assert world.profiles.put(NEW, "dai", "大", "bio", "en") == first
    assert world.people.saves == saves


def test_a_profile_changed_meanwhile_is_changed_on_top_of_that(world: World) -> None:
    world.moments.planned[2] = lambda: world.profiles.put(AIKO.id, "aiko", "First", "", "ja")
    world.moments.passed = 0
    assert world.profiles.put(AIKO.id, "aiko", "Second", "", "ja").sequence == 3


def test_who_has_no_profile_is_told_to_make_one(world: World) -> None:
    with pytest.raises(ProfileRequired):
        world.profiles.require(NEW)


def test_whoever_has_a_profile_is_looked_up_once(world: World) -> None:
    world.profiles.require(AIKO.id)
    reads = world.people.reads
    world.profiles.require(AIKO.id)
    assert world.people.reads == reads


@pytest.mark.parametrize("name", ["@nobody", NEW, "@", "愛子", ""])
def test_a_profile_that_is_not_there_is_not_found(world: World, name: str) -> None:
    with pytest.raises(NoSuchProfile):
        world.profiles.of(name)


def test_following_twice_is_following_once(world: World) -> None:
    aiko, ben = profile(world, AIKO.id), profile(world, BEN.id)
    world.graph.follow(ben, aiko)
    world.graph.follow(ben, aiko)
    assert world.people.edges == {(BEN.id, AIKO.id): 1}
    assert world.graph.followed(BEN.id, AIKO.id)
    assert not world.graph.followed(AIKO.id, BEN.id)


def test_following_again_goes_on_from_the_tombstone(world: World) -> None:
    aiko, ben = profile(world, AIKO.id), profile(world, BEN.id)
    world.graph.follow(ben, aiko)
    world.graph.unfollow(ben, aiko)
    world.graph.unfollow(ben, aiko)
    assert not world.graph.followed(BEN.id, AIKO.id)
    world.graph.follow(ben, aiko)
    assert world.people.edges == {(BEN.id, AIKO.id): 3}


def test_nobody_follows_themselves(world: World) -> None:
    with pytest.raises(SelfFollow):
        world.graph.follow(profile(world, AIKO.id), profile(world, AIKO.id))
    assert world.graph.followed(AIKO.id, AIKO.id) is None
