"""Makes the images that the tests upload: with every kind of metadata, damaged, and hostile."""

import struct
import zlib
from io import BytesIO

from PIL import Image, ImageCms, ImageDraw
from PIL.PngImagePlugin import PngInfo

PLANTED = b"PLANTED-SECRET"
"""Stands in every block of metadata, so that a rendition can be searched for it."""

FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}


def scene(width: int = 64, height: int = 48, mode: str = "RGB") -> Image.Image:
    """A picture whose four quarters tell which way is up: red, green / blue, white."""
    image = Image.new("RGB", (width, height))
    draw = ImageDraw.Draw(image)
    quarters = {(0, 0): "red", (1, 0): "green", (0, 1): "blue", (1, 1): "white"}
    for (column, row), colour in quarters.items():
        left, top = column * width // 2, row * height // 2
        draw.rectangle((left, top, left + width // 2, top + height // 2), fill=colour)
    return image.convert(mode)


def encoded(image: Image.Image, content_type: str = "image/jpeg", **options: object) -> bytes:
    """The picture as a file."""
    file = BytesIO()
    defaults: dict[str, object] = {"quality": 95} if content_type == "image/jpeg" else {}
    image.save(file, FORMATS[content_type], **(defaults | options))
    return file.getvalue()


def exif(orientation: int = 1) -> Image.Exif:
    """EXIF with GPS, a camera's serial number, an owner and a comment, all of them planted."""
    text = PLANTED.decode()
    block = Image.Exif()
    block[0x0112] = orientation
    block[0x010E] = block[0x010F] = block[0x013B] = block[0x8298] = text
    block.get_ifd(0x8769).update(
        {0x9286: b"ASCII\0\0\0" + PLANTED, 0xA431: text, 0x9003: "2026:11:24 10:00:00"}
    )
    block.get_ifd(0x8825).update(
        {1: "N", 2: (35.0, 0.0, 41.9), 3: "E", 4: (135.0, 46.0, 6.2), 0x1B: b"ASCII\0\0\0" + PLANTED}
    )
    return block


def xmp() -> bytes:
    """XMP that names a place."""
    return (
        b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        b'<rdf:Description rdf:about="' + PLANTED + b'"/></rdf:RDF></x:xmpmeta>'
    )


def icc() -> bytes:
    """A profile that is valid and has the planted text after its tags."""
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes() + PLANTED


def full_of_metadata(content_type: str, orientation: int = 1, image: Image.Image | None = None) -> bytes:
    """A file with every block of metadata that its format knows, and more data after its end."""
    image = image or scene()
    blocks: dict[str, object] = {"exif": exif(orientation), "icc_profile": icc()}
    if content_type == "image/jpeg":
        file = encoded(image, content_type, comment=PLANTED, xmp=xmp(), **blocks)
        file = file[:2] + _segment(0xED, b"Photoshop 3.0\0" + _iptc()) + _thumbnail() + file[2:]
    elif content_type == "image/png":
        texts = PngInfo()
        texts.add_text("Comment", PLANTED.decode())
        texts.add_text("Author", PLANTED.decode(), zip=True)
        texts.add_itxt("XML:com.adobe.xmp", xmp().decode())
        file = encoded(image, content_type, pnginfo=texts, **blocks)
        file = file[:33] + chunk(b"prVt", PLANTED) + file[33:]
    else:
        file = encoded(image, content_type, xmp=xmp(), **blocks)
    return file + PLANTED + b"PK\x03\x04" + encoded(scene(8, 8), "image/jpeg", comment=PLANTED)


def chunk(kind: bytes, data: bytes) -> bytes:
    """One chunk of a PNG."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_bomb(width: int, height: int) -> bytes:
    """A PNG of few bytes that says it is huge."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(bytes(100_000), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def webp_bomb(width: int, height: int) -> bytes:
    """A WebP that says it is huge: a canvas, and a small picture on it."""
    small = encoded(scene(), "image/webp")
    canvas = b"\0\0\0\0" + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = b"WEBPVP8X" + struct.pack("<I", 10) + canvas + small[12:]
    return b"RIFF" + struct.pack("<I", len(body)) + body


def jpeg_bomb(width: int, height: int) -> bytes:
    """A JPEG whose frame says that it is huge."""
    file = bytearray(encoded(scene()))
    at = file.index(b"\xff\xc0") + 5
    file[at : at + 4] = struct.pack(">HH", height, width)
    return bytes(file)


def jpeg_of_scans(scans: int) -> bytes:
    """A progressive JPEG whose last scan is there again and again."""
    file = encoded(scene(), progressive=True)
    start = file.rindex(b"\xff\xda")
    last = file[start:-2]
    return file[:-2] + last * (scans - file.count(b"\xff\xda")) + file[-2:]


def animated(content_type: str, frames: int = 2) -> bytes:
    """A picture that moves."""
    colours = [Image.new("RGB", (16, 16), (index * 40 % 256, 0, 0)) for index in range(frames)]
    return encoded(colours[0], content_type, save_all=True, append_images=colours[1:], duration=100)


def with_second_picture() -> bytes:
    """A JPEG as phones make it: an index (MPF), and a second picture behind the first, with its own EXIF."""
    file = BytesIO()
    second = scene(32, 24)
    second.encoderinfo = {"exif": exif()}
    scene().save(file, "MPO", save_all=True, append_images=[second], exif=exif(6), quality=95)
    return file.getvalue()


def _segment(marker: int, data: bytes) -> bytes:
    return b"\xff" + bytes([marker]) + struct.pack(">H", len(data) + 2) + data


def _iptc() -> bytes:
    record = b"\x1c\x02\x78" + struct.pack(">H", len(PLANTED)) + PLANTED
    return b"8BIM\x04\x04\0\0" + struct.pack(">I", len(record)) + record + b"\0" * (len(record) % 2)


def _thumbnail() -> bytes:
    """A JFIF extension that holds a small JPEG, with a comment of its own."""
    return _segment(0xE0, b"JFXX\0\x10" + encoded(scene(16, 12), comment=PLANTED))
