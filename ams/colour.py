"""The association's colour as ink on white paper: for mail and print, which cannot compute colours themselves."""

import re

DARK_ENOUGH = 0.45  # OKLCH lightness, as in house.css: reaches 4.5:1 on white for any hue
HOUSE_BRAND = "#1f4f82"
KNEE, KNEE_LINEAR = 0.04045, 0.0031308  # where sRGB turns from a line into a curve
Triple = tuple[float, float, float]


def valid(brand: str) -> str:
    """The colour itself, or the house's own: it is written into style sheets."""
    return brand.lower() if re.fullmatch(r"#[0-9a-fA-F]{6}", brand) else HOUSE_BRAND


def ink_of(brand: str) -> str:
    """The same hue, dark enough to read."""
    lightness, a, b = _oklab(_linear(valid(brand)))
    if lightness <= DARK_ENOUGH:
        return valid(brand)
    # Chroma shrinks with lightness, or a bright yellow would leave the screen's colours.
    scale = DARK_ENOUGH / lightness
    return _hex(_from_oklab((DARK_ENOUGH, a * scale, b * scale)))


def contrast_on_white(colour: str) -> float:
    """WCAG 2.2."""
    red, green, blue = _linear(colour)
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def _linear(colour: str) -> Triple:
    red, green, blue = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return _decode(red), _decode(green), _decode(blue)


def _decode(value: float) -> float:
    return value / 12.92 if value <= KNEE else ((value + 0.055) / 1.055) ** 2.4


def _encode(value: float) -> int:
    value = min(1.0, max(0.0, value))
    shown = 12.92 * value if value <= KNEE_LINEAR else 1.055 * value ** (1 / 2.4) - 0.055
    return round(shown * 255)


def _hex(linear: Triple) -> str:
    return "#" + "".join(f"{_encode(value):02x}" for value in linear)


def _oklab(linear: Triple) -> Triple:
    """Björn Ottosson's matrices, as in CSS Color 4."""
    red, green, blue = linear
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    medium = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    )


def _from_oklab(lab: Triple) -> Triple:
    lightness, a, b = lab
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )
