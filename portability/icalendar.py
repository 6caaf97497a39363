"""The person's events as a calendar (RFC 5545) that every calendar program opens."""

from datetime import UTC, datetime

from portability.lines import folded, text
from portability.package import Appointment, Package


def as_icalendar(package: Package) -> bytes:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//AMS Privacy//Export 1//EN", "CALSCALE:GREGORIAN"]
    for appointment in appointments(package):
        lines += event(appointment, package)
    return folded([*lines, "END:VCALENDAR"])


def appointments(package: Package) -> list[Appointment]:
    found = (v.appointment for s in package.sections for r in s.records for v in r.values if v.appointment)
    return sorted(dict.fromkeys(found), key=lambda appointment: appointment.begins_at)


def event(appointment: Appointment, package: Package) -> list[str]:
    lines = [
        "BEGIN:VEVENT",
        f"UID:{appointment.key}@{package.uid}",
        f"DTSTAMP:{utc(package.made_at)}",
        f"DTSTART:{utc(appointment.begins_at)}",
        f"DTEND:{utc(appointment.ends_at)}",
        f"SUMMARY:{text(appointment.title)}",
    ]
    place = [f"LOCATION:{text(appointment.place)}"] if appointment.place else []
    # RFC 5545, 3.8.1.11: who called it off is not shown as busy.
    state = ["STATUS:CANCELLED", "TRANSP:TRANSPARENT"] if appointment.is_off else ["TRANSP:OPAQUE"]
    return [*lines, *place, *state, "END:VEVENT"]


def utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"
