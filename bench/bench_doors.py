"""Whether a stopwatch at the door tells who is a member: `make bench T=bench/bench_doors.py`."""

import os
import sys
from pathlib import Path

TIMES = int(os.environ.get("TIMES", "300"))

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ams.settings")
os.environ.setdefault("SECRET_KEY", "for-a-benchmark")

import django  # noqa: E402  settings first

django.setup()

from django.conf import settings  # noqa: E402  as above
from django.core.management import call_command  # noqa: E402  as above

from ams.models import Association  # noqa: E402  as above
from bench import doors  # noqa: E402  as above
from bench.figures import note, tell  # noqa: E402  as above
from privacy.tenancy import as_owner, speaking_for  # noqa: E402  as above
from privacy.vault import current  # noqa: E402  as above

HOST = "bench.localhost"


def main() -> int:
    with as_owner():
        call_command("migrate", verbosity=0)
    settings.ALLOWED_HOSTS = [HOST]
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    association = Association.objects.create(
        slug="bench",
        legal_name="Bench",
        short_name="Bench",
        country="DE",
        languages=["en"],
        host_names=[HOST],
    )
    with speaking_for(association.pk):
        current.create_for(association.pk)
    note("in turn, 0.5 is a coin", f"{TIMES} known and {TIMES} unknown addresses")
    for name, chance in doors.measure(association, TIMES):
        note(name, f"AUC {chance:.3f}")
        tell(f"{name}, away from a coin", abs(chance - doors.COIN), "", most=doors.FROM_IT)
    return 0


if __name__ == "__main__":
    sys.exit(main())
