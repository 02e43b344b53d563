"""Photos for the stories, with what a phone writes into them."""

from io import BytesIO

from PIL import Image

GPS_IFD = 0x8825
MAKE = 0x010F
CAMERA = "Hidoki Camera Works"


def photo_with_gps(colour: tuple[int, int, int] = (196, 64, 32), size: tuple[int, int] = (640, 480)) -> bytes:
    """Return a JPEG whose EXIF tells the camera and the place (Kyoto)."""
    exif = Image.Exif()
    exif[MAKE] = CAMERA
    exif.get_ifd(GPS_IFD).update({1: "N", 2: (35.0, 1.0, 0.0), 3: "E", 4: (135.0, 46.0, 0.0)})
    file = BytesIO()
    Image.new("RGB", size, colour).save(file, "JPEG", exif=exif, comment=b"taken at home", quality=90)
    return file.getvalue()


def metadata_of(image: bytes) -> dict[str, object]:
    """Return every metadata block that Pillow finds in an image."""
    with Image.open(BytesIO(image)) as opened:
        opened.load()
        found = {f"exif:{tag}": value for tag, value in opened.getexif().items()}
        found |= {f"gps:{tag}": value for tag, value in opened.getexif().get_ifd(GPS_IFD).items()}
        blocks = {"exif", "xmp", "comment", "photoshop", "icc_profile", "XML:com.adobe.xmp"}
        return found | {name: value for name, value in opened.info.items() if name in blocks and value}
