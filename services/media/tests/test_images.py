"""The rendition: upright, small enough, in sRGB, and made of pixels alone."""

from io import BytesIO

import pytest
from chalicelib import images
from chalicelib.images import display
from chalicelib.model import DISPLAY_EDGE
from PIL import Image, ImageCms
from tests import pictures
from tests.pictures import PLANTED, encoded, full_of_metadata, scene

TYPES = list(pictures.FORMATS)


def opened(picture: images.Picture) -> Image.Image:
    image = Image.open(BytesIO(picture.data))
    assert image.format == "WEBP"
    assert image.size == (picture.width, picture.height)
    image.load()
    return image


def pixel(image: Image.Image, at: tuple[int, int]) -> tuple[int, ...]:
    value = image.getpixel(at)
    assert isinstance(value, tuple)
    return value


def close(found: tuple[int, ...], wanted: tuple[int, ...], by: int = 12) -> bool:
    return all(abs(a - b) <= by for a, b in zip(found, wanted, strict=True))


def colours(image: Image.Image) -> list[str]:
    """The names of the colours at the four corners, in reading order."""
    names = {"red": (255, 0, 0), "green": (0, 128, 0), "blue": (0, 0, 255), "white": (255, 255, 255)}
    right, bottom = image.width - 3, image.height - 3
    pixels = [pixel(image.convert("RGB"), at) for at in ((2, 2), (right, 2), (2, bottom), (right, bottom))]
    return [next(name for name, wanted in names.items() if close(found, wanted, 40)) for found in pixels]


@pytest.mark.parametrize("content_type", TYPES)
def test_no_planted_byte_is_left(content_type: str) -> None:
    file = full_of_metadata(content_type)
    assert file.count(PLANTED) > 4
    picture = display(file, content_type)
    assert PLANTED not in picture.data
    assert b"GPS" not in picture.data
    assert b"Photoshop" not in picture.data


@pytest.mark.parametrize("content_type", TYPES)
def test_the_rendition_holds_a_picture_and_nothing_else(content_type: str) -> None:
    data = display(full_of_metadata(content_type), content_type).data
    assert data[12:16] == b"VP8 "  # the simple form: one chunk, which has no place for metadata
    assert int.from_bytes(data[16:20], "little") + 20 == len(data)
    image = Image.open(BytesIO(data))
    assert not image.getexif()
    assert not {"exif", "icc_profile", "xmp", "comment"} & image.info.keys()


@pytest.mark.parametrize("content_type", TYPES)
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_stored_on_its_side_is_turned_upright(content_type: str, orientation: int) -> None:
    stored = {
        1: None,
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,  # shown turned by 90° clockwise, so kept turned by 90° the other way
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }[orientation]
    image = scene(64, 48) if stored is None else scene(64, 48).transpose(stored)
    shown = opened(display(full_of_metadata(content_type, orientation, image), content_type))
    assert shown.size == (64, 48)
    assert colours(shown) == ["red", "green", "blue", "white"]


def test_an_orientation_that_does_not_exist_turns_nothing() -> None:
    assert opened(display(encoded(scene(), exif=pictures.exif(9)), "image/jpeg")).size == (64, 48)


def test_damaged_exif_does_not_spoil_the_picture() -> None:
    file = encoded(scene(), exif=b"Exif\0\0MM\0\x2a\xff\xff\xff\xff" + PLANTED)
    picture = display(file, "image/jpeg")
    assert colours(opened(picture)) == ["red", "green", "blue", "white"]
    assert PLANTED not in picture.data


@pytest.mark.parametrize(
    ("size", "shown"),
    [
        ((1600, 1200), (1600, 1200)),
        ((1601, 1200), (1600, 1199)),
        ((1200, 1601), (1199, 1600)),
        ((3200, 2400), (1600, 1200)),
        ((3201, 10), (1600, 5)),
        ((40_000, 1), (1600, 1)),
        ((1, 1), (1, 1)),
    ],
)
@pytest.mark.parametrize("content_type", ["image/jpeg", "image/png"])
def test_the_longest_edge_is_at_most_1600(
    content_type: str, size: tuple[int, int], shown: tuple[int, int]
) -> None:
    picture = display(encoded(Image.new("RGB", size, "red"), content_type), content_type)
    assert (picture.width, picture.height) == shown
    assert max(shown) <= DISPLAY_EDGE


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_a_png_of_any_mode_keeps_its_look(mode: str) -> None:
    if mode == "I;16":
        image = Image.new("I;16", (64, 48), 0x8000)
        wanted = (128, 128, 128)
    else:
        image = Image.new("RGB", (64, 48), "white").convert(mode)
        wanted = (255, 255, 255)
    shown = opened(display(encoded(image, "image/png"), "image/png")).convert("RGB")
    assert close(pixel(shown, (5, 5)), wanted, 3)


def test_transparency_is_kept_and_the_colours_under_it_are_not() -> None:
    def half_erased(hidden: Image.Image) -> images.Picture:
        image = hidden.convert("RGBA")
        image.putalpha(0)
        image.paste((0, 0, 255, 255), (0, 0, 32, 64))
        return display(encoded(image, "image/png"), "image/png")

    picture = half_erased(scene(64, 64))
    shown = opened(picture)
    assert shown.mode == "RGBA"
    assert close(pixel(shown, (5, 5)), (0, 0, 255, 255))
    assert pixel(shown, (60, 5))[3] == 0
    assert picture == half_erased(Image.new("RGB", (64, 64), "yellow"))


def test_a_colour_made_transparent_by_a_png_stays_so() -> None:
    image = Image.new("P", (64, 64), 0)
    image.putpalette([255, 0, 0, 0, 255, 0])
    shown = opened(display(encoded(image, "image/png", transparency=0), "image/png"))
    assert pixel(shown, (5, 5))[3] == 0


def test_cmyk_becomes_rgb() -> None:
    file = encoded(Image.new("CMYK", (64, 48), (0, 255, 255, 0)), "image/jpeg")
    assert colours(opened(display(file, "image/jpeg")))[0] == "red"


def test_a_picture_in_another_colour_space_is_converted_to_srgb() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    assert colours(opened(display(encoded(scene(), icc_profile=profile), "image/jpeg")))[0] == "red"
    swapped = _profile_with_red_and_green_swapped()
    shown = opened(display(encoded(Image.new("RGB", (64, 48), "red"), icc_profile=swapped), "image/jpeg"))
    red, green, _ = pixel(shown, (5, 5))
    assert green > 200 > 60 > red


@pytest.mark.parametrize("profile", [PLANTED, b"", bytes(128), pictures.icc()[:200]])
def test_a_damaged_profile_is_ignored(profile: bytes) -> None:
    assert colours(opened(display(encoded(scene(), icc_profile=profile), "image/jpeg")))[0] == "red"


def test_of_a_phone_photo_with_a_second_picture_the_first_is_shown() -> None:
    file = pictures.with_second_picture()
    assert Image.open(BytesIO(file)).format == "MPO"
    picture = display(file, "image/jpeg")
    assert (picture.width, picture.height) == (48, 64)
    assert PLANTED not in picture.data


def _profile_with_red_and_green_swapped() -> bytes:
    """A valid RGB profile in which the first channel is green and the second red."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    entries = {}
    for index in range(int.from_bytes(profile[128:132])):
        at = 132 + index * 12
        entries[bytes(profile[at : at + 4])] = at
    red, green = entries[b"rXYZ"], entries[b"gXYZ"]
    profile[red : red + 4], profile[green : green + 4] = b"gXYZ", b"rXYZ"
    return bytes(profile)
