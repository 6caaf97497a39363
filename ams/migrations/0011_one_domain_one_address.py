"""E-mail domains are compared by IDNA 2008: what an address is found by is renewed where that makes a difference."""

import logging
from typing import Any

from django.db import migrations

from privacy.emails import normal_email
from privacy.tenancy import speaking_for
from privacy.vault import blind, current
from privacy.vault.index import replace_fronts
from privacy.vault.values import Closed

log = logging.getLogger(__name__)


def renew(apps: Any, _schema_editor: Any) -> None:
    people = apps.get_model("ams", "Individual")
    for association_id in apps.get_model("ams", "Association").objects.values_list("pk", flat=True):
        with speaking_for(association_id):
            blind.lock(association_id, "pg_advisory_xact_lock")
            renew_one(people, association_id)


def renew_one(people: Any, association_id: Any) -> None:
    """Whoever was here first is found by an address that two people turn out to have in two spellings."""
    column = people._meta.get_field("email")
    rows = people.objects.exclude(email=None).order_by("created_at", "pk").values_list("pk", "email")
    readable = [(pk, str(email)) for pk, email in rows if not isinstance(email, Closed)]
    if all(blind.normal(email) == normal_email(email) for _pk, email in readable):
        return
    key = blind.index_keys(current.keyring_of(association_id), column.label)[-1]
    found_by: dict[str, Any] = {}
    for pk, email in readable:
        found_by.setdefault(normal_email(email), pk)
    second = [pk for pk, email in readable if found_by[normal_email(email)] != pk]
    # They go first, so that the database never sees one address twice.
    replace_fronts(column, [(pk, blind.no_front()) for pk in second])
    replace_fronts(column, [(pk, blind.digest(key, normal)) for normal, pk in found_by.items()])
    for pk in second:
        log.warning("Two people have one e-mail in two spellings. Give one another.", extra={"individual_id": pk})


class Migration(migrations.Migration):
    dependencies = [("ams", "0010_lists_stay_within_their_words")]

    operations = [migrations.RunPython(renew, migrations.RunPython.noop, elidable=True)]
