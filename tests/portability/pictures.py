"""A photo, as one is held."""

import io
from typing import Final

from PIL import Image


def jpeg() -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (40, 50), "navy").save(target, "JPEG")
    return target.getvalue()


PHOTO: Final = jpeg()
