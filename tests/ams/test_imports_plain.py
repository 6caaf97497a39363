"""Nothing that a list contains is stored in plain, whatever is refused; and no column is there that could hold it."""

from collections.abc import Iterator
from typing import Any, Final

import pytest
from django.contrib.postgres.fields import ArrayField
from django.db import IntegrityError, connection, models, transaction

from ams.imports import job as jobs
from ams.imports import layouts
from ams.imports.read import Reading
from ams.models import Event, Import, ImportRefusal, Individual, ListLayout
from erasure import erase
from privacy.columns import fields_of
from privacy.inventory import declarations
from privacy.tenancy import as_owner, speaking_for
from privacy.vault.fields import SealedMixin
from tests import factories
from tests.erasure.people import asked_and_approved

ROWS: Final = (
    ("Zelda", "Quillfeather", "zelda.quill@needle.example", "Needlestreet 71", "0170 5557101", "1984-05-06"),
    ("Yorick", "Pennyroyal", "not-an-address-7102", "Needlestreet 72", "0170 5557102", "not-a-day-7102"),
    ("Xenia", "Oddfellow", "xenia.odd@needle.example", "Needlestreet 73", "4,91702E+12", "1984-05-08"),
    ("Walburga", "Nettlebed", "walburga@needle.example", "Needlestreet 74", "0170 5557104", "1984-05-09"),
)
COLUMNS: Final = ["given_name", "family_name", "email", "street", "phone", "born_on"]


def plain_columns() -> Iterator[tuple[str, str]]:
    """Every column of the database that a text could stand in, bytes too."""
    kinds = ["text", "character varying", "character", "json", "jsonb", "ARRAY", "bytea", "name"]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns "
            "WHERE table_schema = 'public' AND data_type = ANY(%s)",
            [kinds],
        )
        yield from cursor.fetchall()


def places_of(needle: str) -> list[str]:
    """Where it stands, past row-level security, as letters and as bytes."""
    found = []
    forms = [f"%{needle}%", f"%{needle.encode().hex()}%"]
    with as_owner():
        for table, column in plain_columns():
            with connection.cursor() as cursor:
                sql = f'SELECT 1 FROM "{table}" WHERE "{column}"::text ILIKE ANY(%s) LIMIT 1'  # noqa: S608 names from the catalog
                cursor.execute(sql, [forms])
                if cursor.fetchone():
                    found.append(f"{table}.{column}")
    return found


def listed(association: Any, heading_line: int) -> Import:
    """The list has no headings; 1: somebody takes its first person for them."""
    data = "\n".join(";".join(row) for row in ROWS).encode()
    with speaking_for(association.pk):
        job = jobs.received(data, "list.csv", actor=None)
        jobs.read_anew(job, Reading("utf-8", ";", heading_line))
        jobs.start(job, COLUMNS)
        layouts.remember(job, data)
    jobs.run(association.pk, job.pk)
    with speaking_for(association.pk):
        job.refresh_from_db()
    return job


@pytest.mark.usefixtures("transactional_db")
@pytest.mark.parametrize("heading_line", [0, 1])
def test_no_value_of_a_list_without_headings_stands_in_plain(association: Any, heading_line: int) -> None:
    with speaking_for(association.pk):
        Event.objects.create(**event_called(ROWS[0][2]))
    assert places_of(ROWS[0][2]) == ["ams_event.title"]  # it would be found
    with speaking_for(association.pk):
        Event.objects.all().delete()
    job = listed(association, heading_line)
    assert (job.state, job.refused) == ("done", 2)
    with speaking_for(association.pk):
        walburga = next(each for each in Individual.objects.all() if each.given_name == "Walburga")
    assert erase.carry_out(association.pk, asked_and_approved(association, walburga).pk) == "completed"
    assert {value: places_of(value) for row in ROWS for value in row} == {
        value: [] for row in ROWS for value in row
    }


def event_called(title: str) -> dict[str, Any]:
    when = factories.datetime(2026, 12, 1, tzinfo=factories.UTC)
    return {"title": title, "place": "Cork", "begins_at": when, "ends_at": when}


@pytest.mark.parametrize(
    "row",
    [
        lambda job: ImportRefusal(import_job=job, line=1, reason="bad_email", field="atomkiewicz"),
        lambda job: ImportRefusal(import_job=job, line=1, reason="atomkiewicz"),
        lambda _job: Import(columns=["given_name", "atomkiewicz"]),
        lambda _job: Import(encoding="atomkiewicz"),
        lambda _job: ListLayout(kind="a" * 64, columns=["atomkiewicz"]),
        lambda _job: ListLayout(kind="atomkiewicz"),
    ],
)
def test_the_database_takes_no_word_that_is_not_ours(association: Any, row: Any) -> None:
    with speaking_for(association.pk):
        job = Import.objects.create(columns=COLUMNS)
        with pytest.raises(IntegrityError, match=r"in_our_words|is_a_digest"), transaction.atomic():
            row(job).save()


# Every plain text column that is said to be about nobody, and holds no word from a closed list.
THE_ASSOCIATION_S_OWN_WORDS: Final = {
    # What it says to everybody: written by its staff, to be read by all.
    "ams.association": {
        "slug", "legal_name", "short_name", "postal_address", "contact_email", "dpo_name", "dpo_email", "authority",
        "languages", "time_zone", "host_names", "brand",
    },
    "ams.membershiptype": {"code", "name", "description", "currency"},
    "ams.event": {"title", "place"},
    "ams.committee": {"name", "task"},
    "ams.newsletter": {"name", "purpose", "membership_types", "countries"},
    "ams.newslettertext": {"language", "subject", "body"},
    "consent.statement": {"slug", "membership_types", "countries", "recipients"},
    "consent.version": {"recipients", "reason"},
    "consent.wording": {
        "language", "name", "title", "text", "what", "who", "why", "how_long", "stops", "stays", "yes", "no",
    },
    # Organisations, as its staff call them.
    "ams.handover": {"purpose", "recipient", "fields"},
    "webhooks.endpoint": {"name", "organisation", "url"},
    "erasure.erasure": {"told"},
}  # fmt: skip
THE_PROGRAMME_S_WORDS: Final = {
    "ams.import": {"delimiter", "columns"},  # the database takes no others
    "ams.listlayout": {"delimiter", "columns", "kind"},
    "contenttypes.contenttype": {"app_label", "model"},
    "auth.permission": {"name", "codename"},
    "auth.group": {"name"},  # nobody is in a group
    "admin.logentry": {"object_id", "object_repr", "change_message"},  # the database lets nobody write here
    "consent.statement": {"shared_fields"},
    "consent.version": {"hash", "shared_fields"},
    "consent.wording": {"hash"},
    "consent.decision": {"zone", "text_hash"},
    "portability.export": {"reference", "failure"},  # a random number; the name of an error's class
    # Labels, days, numbers, random names of files and keys.
    "erasure.erasure": {"fingerprint", "stays", "counts", "files", "other_keys"},
    "webhooks.key": {"public"},
    "webhooks.delivery": {"webhook_id", "payload"},  # closed by webhooks/publish.py
    "privacy.ledgerentry": {"kind", "payload"},  # closed by privacy/ledger/kinds.py
}


def test_every_plain_text_about_nobody_is_looked_through() -> None:
    """A new one that a file, a form or a third party could fill is sealed, or restricted to words of ours."""
    known = {
        (label, name)
        for table in (THE_ASSOCIATION_S_OWN_WORDS, THE_PROGRAMME_S_WORDS)
        for label, names in table.items()
        for name in names
    }
    assert set(texts_about_nobody()) == known


def texts_about_nobody() -> Iterator[tuple[str, str]]:
    for label, declaration in declarations.by_label.items():
        for field in fields_of(declaration.model):
            if field.name not in declaration.fields and is_open_text(field):
                yield label, field.name


def is_open_text(field: Any) -> bool:
    inner = field.base_field if isinstance(field, ArrayField) else field
    is_text = isinstance(inner, models.CharField | models.TextField | models.JSONField)
    return is_text and not isinstance(field, SealedMixin) and not inner.choices
