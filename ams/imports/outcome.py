"""What became of a batch of rows, in numbers and by line."""

from typing import Any, Final

from django.db.models import F

from ams.imports.take_over import Result
from ams.models import Import, ImportRefusal

COUNTED: Final = ["read", "added", "changed", "unchanged", "refused", "left"]


def note(job: Import, result: Result, rows: int) -> None:
    """In the transaction of the batch. Each line, field and reason once."""
    ImportRefusal.objects.bulk_create(
        ImportRefusal(import_job=job, line=line, field=name, reason=reason)
        for line, name, reason in dict.fromkeys([*result.refused, *result.left])
    )
    more: dict[str, Any] = {
        "read": F("read") + rows,
        "added": F("added") + result.added,
        "changed": F("changed") + result.changed,
        "unchanged": F("unchanged") + result.unchanged,
        "refused": F("refused") + len(result.refused),
        "left": F("left") + len({line for line, _name, _reason in result.left}),
    }
    Import.objects.filter(pk=job.pk).update(**more)
    job.refresh_from_db(fields=COUNTED)
