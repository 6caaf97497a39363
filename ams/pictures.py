"""Photos of people: made anew from their pixels, so that place, camera and hidden text of the file stay behind."""

import io
import struct
import warnings
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

LARGEST: Final = 5 * 1024 * 1024
PIXELS: Final = 40_000_000
PHOTO, THUMBNAIL = (1600, 1600), (240, 240)


def opened(upload: Any) -> Image.Image:
    """Raises ValidationError for what is too large, or no JPEG or PNG."""
    if upload.size > LARGEST:
        raise ValidationError(_("The photo is larger than 5 MB. Choose a smaller one."))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # we look ourselves, and sooner
            picture = Image.open(upload, formats=["JPEG", "PNG"])
        if picture.width * picture.height > PIXELS:
            raise too_many_pixels()
        picture.load()
        return ImageOps.exif_transpose(picture)
    except Image.DecompressionBombError:
        raise too_many_pixels() from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, TypeError, KeyError, struct.error):
        # Files that are broken on purpose: Pillow says so in many ways.
        raise ValidationError(_("This is not a photo that we can read. Choose a JPEG or PNG.")) from None


def too_many_pixels() -> ValidationError:
    return ValidationError(_("The photo has too many pixels. Choose a smaller one."))


def photo_and_thumbnail(picture: Image.Image) -> "tuple[ContentFile[bytes], ContentFile[bytes]]":
    return shrunk(picture, PHOTO, "photo.jpg"), shrunk(picture, THUMBNAIL, "photo-small.jpg")


def shrunk(picture: Image.Image, size: tuple[int, int], name: str) -> "ContentFile[bytes]":
    smaller = picture.convert("RGB")
    smaller.thumbnail(size)
    target = io.BytesIO()
    smaller.save(target, "JPEG", quality=85)
    return ContentFile(target.getvalue(), name=name)
