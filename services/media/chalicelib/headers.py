"""Reads what an image is from its first bytes, before any decoder sees it: type, size, number of scans.

A decoder may allocate what a header asks for, so the header is judged here first, by code that only
looks at bytes. Whether the picture behind it is sound is the decoder's to say.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_NEXT_MARKER = re.compile(rb"\xff+([^\x00\xd0-\xd7\xff])")
"""What ends entropy-coded data: a marker that is neither a stuffed 0xFF nor a restart."""

_START_OF_FRAME = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_START_OF_SCAN, _END_OF_IMAGE = 0xDA, 0xD9
_BARE_MARKERS = frozenset({0x01, *range(0xD0, 0xD9)})


class Malformed(ValueError):
    """The header of an image is not whole."""


@dataclass(frozen=True)
class Header:
    """What an image file says of itself.

    Parameters
    ----------
    scans
        Passes over the picture: more than one in a progressive JPEG.
    """

    content_type: str
    width: int
    height: int
    scans: int = 1


def read_header(data: bytes) -> Header | None:
    """Return the header of a JPEG, PNG or WebP file, or None if it is none of these.

    Raises
    ------
    Malformed
        If it begins as one of these but its header is cut or contradicts itself.
    """
    if data.startswith(b"\xff\xd8\xff"):
        return _jpeg(data)
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return _png(data)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return _webp(data)
    return None


def _png(data: bytes) -> Header:
    if len(data) < 33 or data[8:16] != b"\x00\x00\x00\x0dIHDR":
        raise Malformed("the PNG does not begin with IHDR")
    return _sized("image/png", int.from_bytes(data[16:20]), int.from_bytes(data[20:24]))


def _webp(data: bytes) -> Header:
    kind, body = data[12:16], data[20:]
    if kind == b"VP8X" and len(body) >= 10:
        width, height = (int.from_bytes(body[at : at + 3], "little") + 1 for at in (4, 7))
    elif kind == b"VP8L" and len(body) >= 5 and body[0] == 0x2F:
        bits = int.from_bytes(body[1:5], "little")
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    elif kind == b"VP8 " and len(body) >= 10 and body[3:6] == b"\x9d\x01\x2a":
        width, height = (int.from_bytes(body[at : at + 2], "little") & 0x3FFF for at in (6, 8))
    else:
        raise Malformed("the WebP has no picture")
    return _sized("image/webp", width, height)


def _jpeg(data: bytes) -> Header:
    frame: tuple[int, int] | None = None
    scans = 0
    for marker, segment in _segments(data):
        if marker in _START_OF_FRAME:
            if frame or len(segment) < 6:
                raise Malformed("the JPEG has no frame, or two")
            frame = int.from_bytes(segment[3:5]), int.from_bytes(segment[1:3])
        scans += marker == _START_OF_SCAN
    if not frame or not scans:
        raise Malformed("the JPEG has no picture")
    return _sized("image/jpeg", *frame, scans=scans)


def _segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield marker and content of each segment up to the end of the (first) image, or of the data."""
    position = 2
    while found := _NEXT_MARKER.search(data, position):
        marker, position = found[1][0], found.end()
        if marker == _END_OF_IMAGE:
            return
        if marker in _BARE_MARKERS:
            continue
        length = int.from_bytes(data[position : position + 2])
        if length < 2 or position + length > len(data):
            raise Malformed("a segment of the JPEG is cut")
        yield marker, data[position + 2 : position + length]
        position += length


def _sized(content_type: str, width: int, height: int, scans: int = 1) -> Header:
    if not (width and height):
        raise Malformed("the image has no width or height")
    return Header(content_type, width, height, scans)
