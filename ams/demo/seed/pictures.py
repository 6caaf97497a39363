"""Draws faces that nobody has, and papers that say nothing."""

import io
import random
from typing import Final

from PIL import Image, ImageDraw

SIDE: Final = 320
SMALL: Final = 96
SKINS: Final = ["#f3d3bd", "#e3b393", "#c98d66", "#9c6644", "#6f4530"]
HAIRS: Final = ["#2b2320", "#5a3a22", "#8c5a2b", "#c99b58", "#b9b4ad", "#a33d24"]
BACKGROUNDS: Final = ["#dbe7ef", "#e8e2d4", "#d9e8dc", "#eadfe8", "#e6e6ea"]
CLOTHES: Final = ["#35556e", "#7a3b3b", "#3f6246", "#5b4a73", "#8a6d2f"]


def portrait(chance: random.Random) -> bytes:
    """Head, shoulders, hair: recognisable as a picture of somebody, and of nobody."""
    picture = Image.new("RGB", (SIDE, SIDE), chance.choice(BACKGROUNDS))
    draw = ImageDraw.Draw(picture)
    skin, hair, clothes = chance.choice(SKINS), chance.choice(HAIRS), chance.choice(CLOTHES)
    top, width = chance.randint(64, 84), chance.randint(62, 74)
    left, right = SIDE // 2 - width, SIDE // 2 + width
    draw.ellipse((40, 226, SIDE - 40, SIDE + 150), fill=clothes)
    if chance.choice([True, False]):
        draw.rounded_rectangle((left - 14, top, right + 14, 250), radius=70, fill=hair)  # long hair
    draw.rectangle((SIDE // 2 - 26, 190, SIDE // 2 + 26, 250), fill=skin)
    draw.ellipse((left, top, right, 236), fill=skin)
    draw.pieslice((left - 6, top - 22, right + 6, 200), 180, 360, fill=hair)
    for eye in (-26, 26):
        x = SIDE // 2 + eye
        draw.ellipse((x - 6, 146, x + 6, 158), fill="#2c2c2c")
    draw.arc((SIDE // 2 - 26, 166, SIDE // 2 + 26, 206), 20, 160, fill="#7a3030", width=4)
    return as_jpeg(picture)


def smaller(picture: bytes) -> bytes:
    with Image.open(io.BytesIO(picture)) as large:
        return as_jpeg(large.resize((SMALL, SMALL)))


def as_jpeg(picture: Image.Image) -> bytes:
    target = io.BytesIO()
    picture.save(target, "JPEG", quality=82)
    return target.getvalue()


def paper(title: str, lines: list[str]) -> bytes:
    """One page of PDF, with the few words that were given: enough to be opened."""
    page = Image.new("L", (620, 877), 255)
    draw = ImageDraw.Draw(page)
    draw.text((60, 60), title, fill=0, font_size=26)
    for number, line in enumerate(lines):
        draw.text((60, 130 + 34 * number), line, fill=40, font_size=16)
    target = io.BytesIO()
    page.save(target, "PDF", resolution=75)
    return target.getvalue()
