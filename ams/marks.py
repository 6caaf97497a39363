"""The marks an association may wear beside its name: line drawings, 40 by 40."""

DEFAULT = "circle"
MARKS: dict[str, str] = {
    "circle": '<circle cx="20" cy="20" r="17"/><circle cx="20" cy="20" r="6"/>',
    "globe": '<circle cx="20" cy="20" r="18"/><path d="M20 2v36M2 20h36M20 2c-13 11-13 25 0 36'
    'M20 2c13 11 13 25 0 36M5 10.5c9 5 21 5 30 0M5 29.5c9-5 21-5 30 0"/>',
    "peak": '<path d="M3 34h34L20 5zM3 34l17-10 17 10M20 5v19"/><circle cx="20" cy="24" r="2.5"/>',
    "compass": '<circle cx="20" cy="20" r="18"/>'
    '<path d="m27 13-4.5 9.5L13 27l4.5-9.5zM20 2v4M20 34v4M2 20h4M34 20h4"/>',
    "leaf": '<path d="M6 34C4 16 14 5 35 5c1 21-9 31-24 27M6 34c4-9 10-15 18-19"/>',
}


def drawing(name: str) -> str:
    """The shapes inside the picture; an unknown name wears the circle."""
    return MARKS.get(name, MARKS[DEFAULT])
