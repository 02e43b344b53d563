"""The header that is judged is the one that the decoder will see."""

from io import BytesIO

import pytest
from chalicelib.headers import Malformed, read_header
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from tests import pictures
from tests.pictures import FORMATS, encoded, full_of_metadata, scene


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(list(FORMATS)),
    st.integers(1, 400),
    st.integers(1, 400),
    st.sampled_from(["L", "RGB"]),
    st.booleans(),
)
def test_it_agrees_with_the_decoder(
    content_type: str, width: int, height: int, mode: str, special: bool
) -> None:
    option = {"image/jpeg": "progressive", "image/png": "optimize", "image/webp": "lossless"}[content_type]
    file = encoded(Image.new(mode, (width, height)), content_type, **{option: special})
    header = read_header(file)
    assert header
    assert header.content_type == content_type
    assert (header.width, header.height) == Image.open(BytesIO(file)).size == (width, height)


@pytest.mark.parametrize("content_type", FORMATS)
def test_metadata_before_the_picture_is_passed_over(content_type: str) -> None:
    header = read_header(full_of_metadata(content_type))
    assert header
    assert (header.width, header.height, header.scans) == (64, 48, 1)


def test_scans_are_counted() -> None:
    file = encoded(scene(), progressive=True)
    header = read_header(file)
    assert header
    assert header.scans == file.count(b"\xff\xda") > 5
    many = read_header(pictures.jpeg_of_scans(2_000))
    assert many
    assert many.scans == 2_000


@pytest.mark.parametrize(
    "file",
    [
        b"\xff\xd8\xff",
        b"\xff\xd8\xff\xd9",
        b"\xff\xd8\xff\xe0\xff\xff cut",
        b"\xff\xd8\xff\xe0\x00\x01",
        encoded(scene())[:100],
        encoded(scene()).replace(b"\xff\xc0\x00\x11\x08\x00\x30", b"\xff\xc0\x00\x11\x08\x00\x00"),
        b"\x89PNG\r\n\x1a\n",
        pictures.png_bomb(0, 5),
        pictures.png_bomb(5, 5)[:30],
        encoded(scene(), "image/png").replace(b"IHDR", b"IDAT", 1),
        b"RIFF\x04\0\0\0WEBP",
        b"RIFF\x20\0\0\0WEBPVP8L\x10\0\0\0" + bytes(16),
        b"RIFF\x20\0\0\0WEBPVP8 \x10\0\0\0" + bytes(16),
        b"RIFF\x20\0\0\0WEBPALPH\x10\0\0\0" + bytes(16),
    ],
)
def test_a_header_that_is_cut_or_contradicts_itself_is_malformed(file: bytes) -> None:
    with pytest.raises(Malformed):
        read_header(file)


def test_a_jpeg_with_two_frames_is_malformed() -> None:
    file = encoded(scene())
    at = file.index(b"\xff\xc0")
    frame = file[at : at + 19]
    huge = frame[:5] + b"\xff\xff\xff\xff" + frame[9:]
    for second in (frame, huge):
        with pytest.raises(Malformed):
            read_header(file[:at] + frame + second + file[at + 19 :])


@settings(max_examples=200)
@given(
    st.sampled_from([b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\0\0\0\0WEBP"]),
    st.binary(max_size=200),
)
def test_no_bytes_make_it_fail_in_any_other_way(start: bytes, rest: bytes) -> None:
    try:
        header = read_header(start + rest)
    except Malformed:
        return
    assert header is None or (header.width > 0 and header.height > 0)
