"""Paints a photo of autumn leaves, so that the page has something to show."""

import random
from io import BytesIO

from PIL import Image, ImageDraw, ImageFilter

SIZE = (1200, 800)
SKY = (226, 219, 204)
LAYERS = (((120, 100, 84), 60, 6), ((168, 60, 40), 160, 4), ((198, 84, 38), 220, 2), ((222, 142, 52), 160, 1))


def autumn() -> bytes:
    """Return a JPEG of leaves, the same each time."""
    chance = random.Random(11)
    width, height = SIZE
    image = Image.new("RGB", SIZE, SKY)
    for layer, (colour, count, blur) in enumerate(LAYERS):
        draw = ImageDraw.Draw(image)
        for _ in range(count):
            x, y = chance.gauss(width / 2, width / 2.2), chance.gauss(height * (0.3 + 0.17 * layer), 95)
            r = chance.uniform(10, 64 - 8 * layer)
            shade = chance.randint(-24, 24)
            fill = (colour[0] + shade, colour[1] + shade, colour[2] + shade)
            draw.ellipse((x - r, y - 0.8 * r, x + r, y + 0.8 * r), fill=fill)
        image = image.filter(ImageFilter.GaussianBlur(blur))
    file = BytesIO()
    image.save(file, "JPEG", quality=88)
    return file.getvalue()
