"""What a profile shows beside the bio: links that lead where they say, pronouns, pictures of one's own."""

import pytest
from chalicelib.model import Media, MediaStatus
from chalicelib.people import (
    LINK_LENGTH,
    LINK_LIMIT,
    PRONOUNS_LIMIT,
    Extras,
    InvalidProfile,
    Picture,
    checked_links,
    checked_pronouns,
)
from chalicelib.portraits import PictureNotReady, Portraits
from tests.fakes import AIKO, BEN, World

SHOWN = Media("face", "/media/k3y/display.webp", "image/webp", 400, 300, "笑顔")


@pytest.mark.parametrize(
    "link",
    [
        "https://example.jp",
        "https://example.jp/~aiko?x=1#top",
        "https://例え.jp/愛子",
        "https://example.jp:8443/",
        "https://example.jp/" + "a" * (LINK_LENGTH - 19),
    ],
)
def test_a_web_address_is_a_link(link: str) -> None:
    assert checked_links([link]) == (link,)


@pytest.mark.parametrize(
    "link",
    [
        "http://example.jp",
        "javascript:alert(1)",
        "https://",
        "https://localhost",
        "https://user@example.jp",
        "https://bank.jp@example.jp",
        "https://example.jp/a b",
        "https://example.jp/\u202egpj.exe",
        "https://example.jp\\@evil.jp",
        "https://example.jp:x",
        "https://[::1]/",
        "//example.jp",
        "https://example.jp/" + "a" * (LINK_LENGTH - 18),
    ],
)
def test_what_hides_where_it_leads_is_no_link(link: str) -> None:
    with pytest.raises(InvalidProfile, match="https"):
        checked_links([link])


def test_a_profile_has_so_many_links_each_once() -> None:
    links = [f"https://example.jp/{number}" for number in range(LINK_LIMIT)]
    assert len(checked_links(links)) == LINK_LIMIT
    with pytest.raises(InvalidProfile, match="at most"):
        checked_links([*links, "https://example.jp/more"])
    with pytest.raises(InvalidProfile, match="once"):
        checked_links(links[:1] * 2)


def test_pronouns_are_short_and_on_one_line() -> None:
    assert checked_pronouns("  she/her ") == "she/her"
    assert checked_pronouns("彼" * PRONOUNS_LIMIT)
    for wrong in ("彼" * (PRONOUNS_LIMIT + 1), "she\nher"):
        with pytest.raises(InvalidProfile):
            checked_pronouns(wrong)


def test_a_ready_picture_of_ones_own_is_shown(world: World) -> None:
    world.posts.learn(MediaStatus("face", AIKO.id, 2, SHOWN))
    face = Picture("face", SHOWN.url, 400, 300, "笑顔")
    assert Portraits(world.posts).of(AIKO.id, ("face", None)) == [face, None]
    assert Portraits(world.posts).of(AIKO.id, ("face", "face")) == [face, face]
    with pytest.raises(InvalidProfile):
        Portraits(world.posts).of(BEN.id, ("face",))


def test_a_picture_that_is_not_heard_of_may_come_and_one_that_failed_will_not(world: World) -> None:
    with pytest.raises(PictureNotReady):
        Portraits(world.posts).of(AIKO.id, ("face",))
    world.posts.learn(MediaStatus("face", AIKO.id, 2))
    with pytest.raises(InvalidProfile):
        Portraits(world.posts).of(AIKO.id, ("face",))


def test_extras_are_kept_and_a_profile_put_without_them_loses_them(world: World) -> None:
    extras = Extras(("https://example.jp",), " she/her ", Picture("face", SHOWN.url, 400, 300))
    world.profiles.put(AIKO.id, AIKO.handle, AIKO.name, "", "ja", extras)
    kept = world.profiles.own(AIKO.id)
    assert kept.extras.pronouns == "she/her"
    assert kept.extras.avatar == extras.avatar
    saves = world.people.saves
    world.profiles.put(AIKO.id, AIKO.handle, AIKO.name, "", "ja", extras)
    assert world.people.saves == saves, "the same again changes nothing"
    world.profiles.put(AIKO.id, AIKO.handle, AIKO.name, "", "ja")
    assert world.profiles.own(AIKO.id).extras == Extras()
