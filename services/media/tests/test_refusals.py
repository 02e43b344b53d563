"""Files that are refused: no images, other images than declared, bombs, and what is damaged."""

from io import BytesIO

import pytest
from chalicelib.images import display, inspect
from chalicelib.model import DISPLAY_EDGE, PIXEL_LIMIT, SCAN_LIMIT, Reason, Refused
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from tests import pictures
from tests.pictures import PLANTED, encoded, full_of_metadata, scene

TYPES = list(pictures.FORMATS)


def refusal(file: bytes, content_type: str) -> Refused:
    with pytest.raises(Refused) as refused:
        display(file, content_type)
    assert refused.value.detail.endswith(".")
    return refused.value


PROGRAM = b"MZ\x90\x00" + bytes(60) + b"PE\0\0" + bytes(500)


@pytest.mark.parametrize("content_type", TYPES)
@pytest.mark.parametrize(
    "file",
    [
        PROGRAM,
        b"",
        b"\xff",
        b"%PDF-1.7\n",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"GIF89a" + bytes(100),
        b"RIFF\0\0\0\0WAVEfmt ",
        b"BM" + bytes(60),
        b"II*\0" + bytes(60),
        PROGRAM + encoded(scene()),
        b"PK\x03\x04" + encoded(scene()),
        b"\n" + encoded(scene()),
    ],
)
def test_what_is_no_image_is_refused_whatever_it_was_declared(file: bytes, content_type: str) -> None:
    assert refusal(file, content_type).reason is Reason.WRONG_TYPE


@pytest.mark.parametrize("actual", TYPES)
@pytest.mark.parametrize("declared", TYPES)
def test_an_image_of_another_type_than_declared_is_refused(actual: str, declared: str) -> None:
    file = encoded(scene(), actual)
    if actual == declared:
        display(file, declared)
    else:
        refused = refusal(file, declared)
        assert refused.reason is Reason.WRONG_TYPE
        assert actual in refused.detail


def test_a_polyglot_loses_its_other_half() -> None:
    archive = b"PK\x03\x04" + PLANTED + b"<script>alert(1)</script>" + PROGRAM
    picture = display(encoded(scene(), comment=b"*/=1;alert(1)/*") + archive, "image/jpeg")
    for piece in (b"PK\x03\x04", PLANTED, b"<script>", b"alert", b"MZ\x90"):
        assert piece not in picture.data


@pytest.mark.parametrize(
    ("bomb", "content_type"),
    [
        (pictures.png_bomb(50_000, 50_000), "image/png"),
        (pictures.png_bomb(2**31 - 1, 2**31 - 1), "image/png"),
        (pictures.png_bomb(2**32 - 1, 1), "image/png"),
        (pictures.webp_bomb(16_383, 16_383), "image/webp"),
        (pictures.webp_bomb(2**24, 2**24), "image/webp"),
        (pictures.jpeg_bomb(65_500, 65_500), "image/jpeg"),
    ],
)
def test_a_decompression_bomb_is_refused_by_its_header(bomb: bytes, content_type: str) -> None:
    assert len(bomb) < 5_000
    assert refusal(bomb, content_type).reason is Reason.TOO_MANY_PIXELS


def test_an_image_of_just_as_many_pixels_as_are_taken_passes_its_inspection() -> None:
    assert inspect(pictures.png_bomb(10_000, PIXEL_LIMIT // 10_000), "image/png").width == 10_000
    with pytest.raises(Refused) as refused:
        inspect(pictures.png_bomb(PIXEL_LIMIT + 1, 1), "image/png")
    assert refused.value.reason is Reason.TOO_MANY_PIXELS


def test_a_jpeg_of_too_many_scans_is_refused() -> None:
    assert inspect(pictures.jpeg_of_scans(SCAN_LIMIT), "image/jpeg").scans == SCAN_LIMIT
    display(pictures.jpeg_of_scans(SCAN_LIMIT), "image/jpeg")
    assert refusal(pictures.jpeg_of_scans(SCAN_LIMIT + 1), "image/jpeg").reason is Reason.TOO_MANY_SCANS


def test_data_behind_a_jpeg_is_not_taken_for_scans() -> None:
    assert inspect(encoded(scene()) + b"\xff\xda" * 1000, "image/jpeg").scans == 1


@pytest.mark.parametrize("content_type", ["image/png", "image/webp"])
def test_a_picture_that_moves_is_refused(content_type: str) -> None:
    assert refusal(pictures.animated(content_type), content_type).reason is Reason.ANIMATED


def test_a_canvas_that_its_picture_does_not_fill_is_refused() -> None:
    assert refusal(pictures.webp_bomb(200, 200), "image/webp").reason is Reason.UNREADABLE


@pytest.mark.parametrize("content_type", TYPES)
def test_a_file_cut_anywhere_is_refused_or_whole(content_type: str) -> None:
    noise = Image.effect_noise((64, 48), 90).convert("RGB")
    file = encoded(noise, content_type)
    for length in range(12, len(file) * 9 // 10, 97):
        assert refusal(file[:length], content_type).reason is Reason.UNREADABLE


@settings(max_examples=150, deadline=None)
@given(
    content_type=st.sampled_from(TYPES),
    damage=st.lists(
        st.tuples(st.integers(12, 3_000), st.binary(min_size=1, max_size=8)), min_size=1, max_size=6
    ),
)
def test_no_damage_makes_anything_but_a_clean_picture_or_a_refusal(
    content_type: str, damage: list[tuple[int, bytes]]
) -> None:
    file = bytearray(full_of_metadata(content_type))
    for at, junk in damage:
        file[at : at + len(junk)] = junk
    try:
        picture = display(bytes(file), content_type)
    except Refused:
        return
    assert max(Image.open(BytesIO(picture.data)).size) <= DISPLAY_EDGE
    assert PLANTED not in picture.data


@settings(max_examples=100, deadline=None)
@given(
    start=st.sampled_from([b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\x40\0\0\0WEBP"]),
    rest=st.binary(max_size=300),
)
def test_bytes_that_only_begin_like_an_image_are_refused(start: bytes, rest: bytes) -> None:
    for content_type in TYPES:
        refusal(start + rest, content_type)
