"""Rows of two people, such as a child's guardian: sealed with a key of the one, which goes with the other as well."""

from collections.abc import Iterable, Iterator
from uuid import UUID

from django.db.models import Model

from erasure.models import Erasure
from erasure.plan import Found
from privacy.vault.generations import keys_of_purpose


def keys_of_others(found: Iterable[Found], individual: Model) -> Iterator[bytes]:
    """Before the rows go: they know whose keys these are."""
    for each in found:
        declaration, subject = each.declaration, str(each.declaration.subject)
        if declaration.others:
            rows = declaration.model._base_manager.filter(pk__in=each.keys).exclude(
                **{subject: individual.pk}
            )
            for uid in rows.values_list(subject, flat=True):
                yield from keys_of_purpose(uid, declaration.consent)


def noted_keys(uid: UUID) -> list[bytes]:
    """What was written down with the rows, until it is destroyed: a crash may lie between."""
    noted = Erasure.objects.filter(individual_id=uid).values_list("other_keys", flat=True)
    return [bytes.fromhex(key_id) for keys in noted for key_id in keys]
