"""Makes the picture that is served: decoded within limits, upright, small enough, in sRGB, with nothing else.

The rendition is built from pixels alone, so no block of metadata, thumbnail or appended data can be
carried over. It is WebP: a quarter smaller than JPEG at the same quality, with transparency, and read
by every browser since 2020.
"""

from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageCms

from chalicelib.headers import Header, Malformed, read_header
from chalicelib.model import DISPLAY_EDGE, PIXEL_LIMIT, SCAN_LIMIT, Reason, Refused

CONTENT_TYPE = "image/webp"
QUALITY = 82
_ORIENTATION = 0x0112
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
_ICC_SPACES = {"RGB ": "RGB", "CMYK": "CMYK", "GRAY": "L"}


@dataclass(frozen=True)
class Picture:
    """An encoded picture and its size in pixels."""

    data: bytes
    width: int
    height: int


def inspect(data: bytes, content_type: str) -> Header:
    """Return the header of a file that may be decoded.

    Raises
    ------
    Refused
        If the file is not what it was declared to be, or would cost too much to decode.
    """
    try:
        header = read_header(data)
    except Malformed as malformed:
        raise Refused(Reason.UNREADABLE, f"The file can't be read as {content_type}: {malformed}.") from None
    if header is None or header.content_type != content_type:
        found = header.content_type if header else "no JPEG, PNG or WebP image"
        raise Refused(Reason.WRONG_TYPE, f"The file was declared as {content_type}, but it is {found}.")
    if header.width * header.height > PIXEL_LIMIT:
        raise Refused(
            Reason.TOO_MANY_PIXELS,
            f"The image has {header.width} × {header.height} pixels; at most {PIXEL_LIMIT:,} are taken.",
        )
    if header.scans > SCAN_LIMIT:
        raise Refused(
            Reason.TOO_MANY_SCANS, f"The JPEG has {header.scans} scans; at most {SCAN_LIMIT} are taken."
        )
    return header


def display(data: bytes, content_type: str) -> Picture:
    """Return the `display` rendition of an image file.

    Raises
    ------
    Refused
        If the file is at fault.
    """
    source = _decoded(data, inspect(data, content_type))
    orientation, profile = _orientation(source), source.info.get("icc_profile")
    image = _with_plain_channels(source)
    image.thumbnail((DISPLAY_EDGE, DISPLAY_EDGE), Image.Resampling.LANCZOS)
    image = _in_srgb(image, profile)
    if orientation in _UPRIGHT:
        image = image.transpose(_UPRIGHT[orientation])
    image.info.clear()  # what an encoder would copy from here: comment, profile, EXIF, XMP
    encoded = BytesIO()
    image.save(encoded, "WEBP", quality=QUALITY, method=4)
    return Picture(encoded.getvalue(), image.width, image.height)


def _decoded(data: bytes, header: Header) -> Image.Image:
    """Decode the file; Pillow raises nearly anything at a broken one, and sees nothing here but the file."""
    try:
        image = Image.open(BytesIO(data), formats=[_FORMATS[header.content_type]])
        animated = image.format != "MPO" and getattr(image, "is_animated", False)
        as_declared = image.size == (header.width, header.height)
        if as_declared and not animated:
            # A JPEG is decoded at a fraction of its size if that is enough: a third of the time and memory.
            image.draft(image.mode, (DISPLAY_EDGE, DISPLAY_EDGE))
            image.load()
    except MemoryError:
        raise  # ours, not the file's: its pixels were within the limit
    except Exception as failure:
        raise Refused(Reason.UNREADABLE, "The image is cut or damaged.") from failure
    if animated:
        raise Refused(Reason.ANIMATED, "The image moves; only still images are taken.")
    if not as_declared:
        raise Refused(Reason.UNREADABLE, "The image contradicts its own header.")
    return image


def _orientation(image: Image.Image) -> int:
    """How the picture is to be turned; damaged EXIF says nothing, and does not spoil the picture."""
    try:
        return int(image.getexif().get(_ORIENTATION, 1))
    except Exception:
        return 1


def _with_plain_channels(image: Image.Image) -> Image.Image:
    """Return the image as grey, RGB, RGBA or CMYK, of 8 bits a channel."""
    if image.mode in {"L", "RGB", "RGBA", "CMYK"} and "transparency" not in image.info:
        return image
    if image.mode.startswith("I"):
        return image.point(lambda value: value / 256).convert("L")
    if image.mode == "1":
        return image.convert("L")
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Return the image as RGB or RGBA in sRGB, which a file without a profile is taken to be in."""
    alpha = image.getchannel("A") if image.mode == "RGBA" else None
    colours = image.convert("RGB") if alpha else image
    if profile:
        colours = _converted(colours, profile)
    colours = colours.convert("RGB")
    if alpha:
        # What is fully transparent may still hold what its owner thought erased.
        colours.paste((0, 0, 0), mask=alpha.point(lambda opacity: 0 if opacity else 255))
        colours.putalpha(alpha)
    return colours


def _converted(image: Image.Image, profile: bytes) -> Image.Image:
    """Convert by an ICC profile; one that is damaged, or of another colour space, is ignored."""
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        if _ICC_SPACES.get(source.profile.xcolor_space) != image.mode:
            return image
        converted = ImageCms.profileToProfile(image, source, _srgb(), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image
    return converted or image


def _srgb() -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
