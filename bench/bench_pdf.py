"""How long the report takes and how much memory it needs, by its number of rows. Needs no service."""

import os
import resource
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ams.settings")

import django

django.setup()

from bench.figures import note, tell  # noqa: E402  as above
from portability import report  # noqa: E402  as above
from portability.data import as_json  # noqa: E402  as above
from portability.package import Package  # noqa: E402  as above
from privacy.printing import press  # noqa: E402  as above
from tests.portability.packages import package, section  # noqa: E402  as above

LISTS = [int(rows) for rows in os.environ.get("LISTS", "20,200,1000,4000").split(",")]
FIRST = datetime(2012, 1, 1, 10, tzinfo=UTC)


def invented(rows: int) -> Package:
    """A person, and letters: the longest list that members have."""
    letters = [
        {
            "written_at": FIRST + timedelta(hours=n),
            "subject": f"Reminder {n}: the spring congress in Łódź",
            "recipient": "ann.archer@example.org",
            "state": ("sent", "opened")[n % 2],
            "language": ("en", "el", "bg")[n % 3],
        }
        for n in range(rows)
    ]
    person = [{"given_name": "Ann", "family_name": "Archer", "email": "ann.archer@example.org"}]
    return package(section("ams.individual", person), section("ams.sentmail", letters, dated_by="written_at"))


def main() -> None:
    for rows in LISTS:
        made = invented(rows)
        data = as_json(made)
        start = time.perf_counter()
        page = report.as_html(made)
        written = time.perf_counter()
        pdf = press.print_pdf(page, data, sheet=report.SHEET, brand=made.controller.brand)
        printed = time.perf_counter()
        # Of the largest child so far; the lists grow, so it is this one.
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        each = (printed - start) / rows * 1000
        if rows == LISTS[0]:
            tell(f"a PDF of {rows} rows", printed - start, "s", most=0.5)
        else:
            tell(f"a PDF of {rows} rows", each, "ms a row", most=2)
            tell(f"a PDF of {rows} rows, memory", peak, "MB", most=200)
        told = f"{written - start:.2f} s for the page, {len(data) // 1000} kB of data, {len(pdf) // 1000} kB"
        note(f"a PDF of {rows} rows, of that", told)


if __name__ == "__main__":
    main()
